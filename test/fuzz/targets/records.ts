import { isDeepStrictEqual } from "node:util";
import { readEntry, toStored } from "../../../src/ledger/kv-entry.ts";
import { RECORD_KINDS, type RevocationRecord } from "../../../src/model/revocation.ts";
import { mergeRecords } from "../../../src/revocation/merge-records.ts";
import { readPage, writePage } from "../../../src/revocation/page.ts";
import type { RecordName } from "../../../src/revocation/record-name.ts";
import { readRecord } from "../../../src/revocation/record-value.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";

/** The value of a record in KV, in the second line the metadata of its key. */
export const records: Target = {
  name: "records",
  about: "values and metadata of revocation records in KV, for every kind",
  seeds: [
    '{"format":1,"revoked":true,"until":1800000000,"by":"a","why":"b","at":1}\n{"jotgate":{"ledger":"l","sequence":5}}',
    '{"format":1,"issuedBefore":1800000000.5}',
    '{"format":1,"minimumTokenVersion":3,"issuedBefore":0}\n{"value":{"format":1,"minimumTokenVersion":3}}',
    '{"format":2}',
    '{"format":1,"issuedBefore":1e999}',
    '{"format":1,"revoked":true,"until":-1}',
    "[]\nnull",
  ],
  words:
    "format revoked issuedBefore minimumTokenVersion until by why at jotgate ledger sequence value true 1e999 -0 1".split(
      " ",
    ),
  work: { base: 1_000, perCharacter: 10 },

  run(input) {
    const [value = "", metadataText = "null"] = input.split("\n", 2);
    const metadata = parse(metadataText);
    const kinds: string[] = [];
    for (const kind of RECORD_KINDS) {
      const record = readRecord(kind, value);
      demand(
        (record !== undefined) === says(kind, parse(value)),
        `As a record of kind ${kind} it is read differently.`,
      );
      const entry = readEntry(`jotgate1:${kind}:AAAAAAAAAAAAAAAAAAAAAA` as RecordName, value, metadata, 1_900_000_000);
      demand((entry.says === "unreadable") === (record === undefined), "Guard and ledger read it differently.");
      if (record === undefined) continue;
      kinds.push(kind);
      const stored = JSON.stringify(toStored({ record, about: entry.about }));
      // JSON has a zero below zero, and does not write it.
      demand(
        JSON.stringify(readRecord(kind, stored)) === JSON.stringify(record),
        "Written again it says something else.",
      );
      demand(isDeepStrictEqual(mergeRecords(record, record), record), "Merged with itself it changes.");
      demand(isDeepStrictEqual(overTheWire(record), record), "Over the wire it becomes something else.");
    }
    return kinds.join();
  },
};

/** Another reading of docs/revocation-records.md. */
function says(kind: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { format, revoked, issuedBefore, minimumTokenVersion, until } = value as Record<string, unknown>;
  const times = [issuedBefore, until].filter((time) => time !== undefined);
  if (format !== 1 || times.some((time) => !(typeof time === "number" && time >= 0 && time < Number.POSITIVE_INFINITY)))
    return false;
  if (revoked !== undefined && revoked !== true) return false;
  const hasVersion = minimumTokenVersion !== undefined;
  if (hasVersion && !(Number.isSafeInteger(minimumTokenVersion) && Number(minimumTokenVersion) >= 0)) return false;
  const restrictions = `${revoked ? "r" : ""}${issuedBefore === undefined ? "" : "c"}${hasVersion ? "v" : ""}`;
  return (
    { token: ["r"], session: ["r", "c"], subject: ["c", "v", "cv"], issuer: ["c"] }[kind]?.includes(restrictions) ??
    false
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function overTheWire(record: RevocationRecord): unknown {
  const [row] = readPage(writePage([{ high: 1, low: 2, says: record, invalid: false }]));
  return row?.says;
}

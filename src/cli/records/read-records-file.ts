import { isRevocationKey } from "../../config/environment.ts";
import { identifierOf } from "../../explain/identifier-of.ts";
import { RECORD_KINDS, type RecordKind, type RevocationIdentity } from "../../model/revocation.ts";
import { RecordNamer } from "../../revocation/record-name.ts";
import { UsageError } from "../failures.ts";
import { Document } from "../files/document.ts";
import { FileError } from "../files/file-error.ts";
import { asRecord } from "../worker/worker-config.ts";
import { type LocalRecord, readFields } from "./local-records.ts";

/** Some 100,000 records. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads records for `explain`: `{ "records": [ … ] }`, where each has either the `name` that it has in KV, or `kind`, `issuer` and `id`,
 * and otherwise the fields of docs/revocation-records.md.
 *
 * @param revocationKey to recognise names with; undefined when it is not known here
 */
export async function readRecordsFile(
  file: string,
  revocationKey: string | undefined,
): Promise<readonly LocalRecord[]> {
  const document = Document.read(file, MAX_BYTES);
  const items = document.value["records"];
  if (!Array.isArray(items)) {
    throw new FileError(document.locate([]), "has no records.", 'Write { "records": [ … ] }.');
  }
  const namer = isRevocationKey(revocationKey) ? await RecordNamer.create(revocationKey) : undefined;
  return Promise.all(
    items.map(async (item, index) => {
      const { kind, issuer, id, name, ...fields } = asRecord(item);
      const here = document.locate(["records", index]);
      if (typeof name === "string") {
        if (namer === undefined)
          throw new UsageError("Names of records need REVOCATION_KEY in .dev.vars to be recognised.");
        const ofName = /^jotgate1:([a-z]+):[\w-]{22}$/.exec(name)?.[1];
        if (!isKind(ofName)) throw new FileError(here, "has a name that is none.", NAME_REMEDY);
        const concerns = async (identity: RevocationIdentity) =>
          (await namer.namesFor(identity)).some((derived) => derived.name === name);
        return { kind: ofName, record: readFields(ofName, fields), concerns };
      }
      if (!isKind(kind) || typeof issuer !== "string" || (kind !== "issuer" && typeof id !== "string")) {
        throw new FileError(here, "does not say whom it concerns.", IDENTITY_REMEDY);
      }
      const wanted = kind === "issuer" ? issuer : id;
      const concerns = (identity: RevocationIdentity) =>
        identity.issuer === issuer && identifierOf(kind, identity) === wanted;
      return { kind, record: readFields(kind, fields), concerns };
    }),
  );
}

const NAME_REMEDY = "Write it as in KV, jotgate1:<kind>:<id>; jotgate name prints it.";
const IDENTITY_REMEDY = `Give kind (${RECORD_KINDS.join(", ")}), issuer and, except for issuers, id; or name.`;

export function isKind(value: unknown): value is RecordKind {
  return RECORD_KINDS.some((kind) => kind === value);
}

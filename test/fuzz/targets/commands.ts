import { isDeepStrictEqual } from "node:util";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import type { StoredRecord } from "../../../src/model/revocation-command.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { LEDGER_ISSUER, withLedger } from "./memory-ledger.ts";
import { NOW } from "./trusted.ts";

const ABOUT = `"issuer":"${LEDGER_ISSUER}"`;

/** Commands to a new ledger, one in each line. */
export const commands: Target = {
  name: "commands",
  about: "commands to a ledger over SQLite: nothing is ever lowered but by a lift",
  seeds: [
    `{"do":"revoke","id":"1",${ABOUT},"tokenId":"t","expiresAt":${NOW + 10}}\n{"do":"revoke","id":"2",${ABOUT},"tokenId":"t"}`,
    `{"do":"raise","id":"1",${ABOUT},"subject":"a","minimumTokenVersion":3}\n{"do":"raise","id":"2",${ABOUT},"subject":"a","minimumTokenVersion":2}\n{"do":"cutOff","id":"3",${ABOUT},"subject":"a","until":${NOW + 100_000}}`,
    `{"do":"cutOff","id":"1",${ABOUT},"sessionId":"s","issuedBefore":5}\n{"do":"revokeSession","id":"2",${ABOUT},"sessionId":"s","by":"x","why":"y"}\n{"do":"cutOff","id":"3",${ABOUT}}`,
    '{"do":"restore","id":"1","name":"jotgate1:subject:AAAAAAAAAAAAAAAAAAAAAA","record":{"format":1,"minimumTokenVersion":3}}\n{"do":"lift","id":"2","name":"jotgate1:subject:AAAAAAAAAAAAAAAAAAAAAA"}\n{"do":"lift","id":"2","name":"jotgate1:subject:AAAAAAAAAAAAAAAAAAAAAA"}',
    `{"do":"raise","id":"1",${ABOUT},"subject":"a","minimumTokenVersion":1,"until":${NOW + 200_000}}\n{"do":"raise","id":"2",${ABOUT},"subject":"a","minimumTokenVersion":2}`,
    "[]",
  ],
  words: [
    ..."do id by why until issuer tokenId sessionId subject expiresAt issuedBefore minimumTokenVersion name record format".split(
      " ",
    ),
    ..."revoke revokeSession raise cutOff lift restore revoked at 1 2 3 a s t".split(" "),
    ...["token", "session", "subject", "issuer"].map((kind) => `jotgate1:${kind}:AAAAAAAAAAAAAAAAAAAAAA`),
    LEDGER_ISSUER,
  ],
  work: { base: 8_000, perCharacter: 60 },

  async run(input) {
    const outcomes: string[] = [];
    await withLedger(async (ledger) => {
      for (const line of input.split("\n").slice(0, 20)) outcomes.push(await give(ledger, parse(line)));
      const { records } = await ledger.reader.records({ limit: 1_000 });
      demand((await ledger.reader.status()).records === records.length, "The ledger counts other records than it has.");
    });
    return outcomes.at(-1) ?? "";
  },
};

async function give(ledger: Ledger, command: unknown): Promise<string> {
  const [preview] = await ledger.preview([command]);
  demand(preview !== undefined, "There is no preview.");
  const before = new Map(
    (await ledger.reader.records({ limit: 1_000 })).records.map((one) => [one.name as string, one]),
  );
  const result = await ledger.answer(command);
  const after = new Map(
    (await ledger.reader.records({ limit: 1_000 })).records.map((one) => [one.name as string, one]),
  );
  demand(preview.ok === result.ok, "The preview says something else than the command.");
  if (!result.ok) {
    demand(result.problems.length > 0, "It is refused without a reason.");
    demand(
      result.problems.every((each) => each.path !== undefined && each.problem !== "" && each.remedy !== ""),
      "A problem says nothing.",
    );
    demand(isDeepStrictEqual(after, before), "A command was refused, and changed something.");
    return `${result.problems[0]?.path.slice(0, 20)} ${result.problems[0]?.problem.slice(0, 12)}`;
  }
  const { name, record, changed, sequence } = result.acknowledgement;
  demand(isDeepStrictEqual(await ledger.answer(command), result), "The same command again gets another answer.");
  const { do: action } = command as { do: unknown };
  const stored = after.get(name);
  // A command that was given before is answered as it was then.
  const isRepeated = !preview.ok || (!preview.preview.changed && changed);
  if (isRepeated) return "repeated";
  demand(isDeepStrictEqual(stored?.record ?? null, record), "What is acknowledged is not what is stored.");
  demand(
    changed === !isDeepStrictEqual(stored, before.get(name)),
    "It is said to change something and does not, or does.",
  );
  demand(isDeepStrictEqual(preview.ok && preview.preview.record, record), "The preview shows another record.");
  demand(
    action === "lift" ? record === null : record !== null,
    "A restriction left nothing behind, or a lift something.",
  );
  demand(stored === undefined || stored.sequence === sequence, "The record has another number.");
  if (record !== null) demandWhatWasAsked(record, command as Readonly<Record<string, unknown>>);
  for (const [known, { record: was }] of before) {
    if (action === "lift" && known === name) continue;
    demand(isAtLeast(after.get(known)?.record, was), "A record was lowered.");
  }
  return `${String(action)} ${changed}`;
}

/** The record is as strict as the command, and lasts as long. */
function demandWhatWasAsked(record: StoredRecord, command: Readonly<Record<string, unknown>>): void {
  const { do: action, minimumTokenVersion, issuedBefore, expiresAt, until = expiresAt } = command;
  const end = record.until ?? Number.POSITIVE_INFINITY;
  if (action === "raise")
    demand(Number(record.minimumTokenVersion) >= Number(minimumTokenVersion), "It was not raised.");
  if (action === "revoke" || action === "revokeSession") demand(record.revoked === true, "It was not revoked.");
  if (action === "cutOff" && record.revoked !== true) {
    demand(Number(record.issuedBefore) >= Number(issuedBefore ?? NOW), "It was not cut off.");
  }
  if (action === "restore" || action === "lift") return;
  // A record has to last as long as the tokens that it concerns.
  demand(end >= Number(until ?? NOW + LONGEST), "It ends before what it is about.");
}

/** Seconds for which tokens of the ledger's issuer can be used at most. */
const LONGEST = 86_400 + 60;

/** True when every token that the one refuses is refused by the other, for as long. */
function isAtLeast(now: StoredRecord | undefined, was: StoredRecord): boolean {
  if (now === undefined) return false;
  const isHigh = (a: number | undefined, b: number | undefined) => b === undefined || (a !== undefined && a >= b);
  return (
    (now.revoked === true || (was.revoked !== true && isHigh(now.issuedBefore, was.issuedBefore))) &&
    isHigh(now.minimumTokenVersion, was.minimumTokenVersion) &&
    (now.until ?? Number.POSITIVE_INFINITY) >= (was.until ?? Number.POSITIVE_INFINITY)
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

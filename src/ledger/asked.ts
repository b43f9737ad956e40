import { COMMAND_NAMES, MEMBERS } from "../model/command-grammar.ts";
import type { Asked } from "../model/ledger-desk.ts";
import type { RevocationCommand } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Members that say what a command asks for, in the order in which they are kept. */
const NUMBERS = ["until", "expiresAt", "issuedBefore", "minimumTokenVersion"] as const;

/** What was asked, without any identity: the record's name stands for it. The same again is the same command. */
export function fingerprint(command: RevocationCommand, name: RecordName): string {
  return write(command.do, name, command.do === "restore" ? command.record : command);
}

/** What the history may say of a command that nobody carried out: nothing that was not checked. */
export function describeAttempt(command: Fields, name: RecordName | null) {
  const { do: action, id, why, record } = command;
  const op = typeof action === "string" && COMMAND_NAMES.includes(action) ? action : "unknown";
  const numbers = MEMBERS.record.fits(record) ? (record as Fields) : command;
  return {
    op,
    id: MEMBERS.id.fits(id) ? (id as string) : null,
    why: MEMBERS.why.fits(why) ? (why as string) : null,
    asked: write(op, name, Object.fromEntries(NUMBERS.map((one) => [one, checked(one, numbers[one])]))),
  };
}

/** Reads back what was asked for. */
export function readAsked(text: string): Asked {
  const [, , ...values] = JSON.parse(text) as readonly (number | null)[];
  return Object.fromEntries(NUMBERS.flatMap((name, index) => (values[index] == null ? [] : [[name, values[index]]])));
}

function write(op: string, name: RecordName | null, says: object): string {
  return JSON.stringify([op, name, ...NUMBERS.map((one) => (says as Fields)[one] ?? null)]);
}

function checked(name: (typeof NUMBERS)[number], value: unknown): unknown {
  return MEMBERS[name].fits(value) ? value : undefined;
}

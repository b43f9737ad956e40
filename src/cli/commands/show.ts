import { plain } from "../../explain/printable.ts";
import type { Arguments, Command } from "../command.ts";
import { NoSuchRecord, UsageError } from "../failures.ts";
import { type Listed, oneRecord, state } from "../remote/answers.ts";
import { describeListed, UNREADABLE } from "../remote/describe-listed.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { IDENTITY_OPTIONS, readIdentity } from "../remote/identity-options.ts";
import { readToken } from "../remote/read-token.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";
import type { Terminal } from "../terminal.ts";

export const show: Command = {
  name: "show",
  summary: "Show one record, or all that concern a token, a session or a user.",
  description: `Shows what the ledger has: under a name, or under every name that concerns a token (from standard input or a file), or
an issuer's token, session or user by their ids. More than one id may be given.`,
  operands: [{ name: "NAME", help: "the record's name, jotgate1:<kind>:<id>.", optional: true }],
  options: {
    "token-file": { value: "FILE", file: true, help: "Read the token from here. Default: standard input." },
    ...IDENTITY_OPTIONS,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate show < token.txt", does: "Shows everything that concerns a token." },
    {
      command: "jotgate show --issuer https://id.example.com/ --subject alice",
      does: "Shows the records of a user and of the issuer.",
    },
    { command: "jotgate show jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ", does: "Shows one record." },
  ],
  exitCodes: {
    0: "There is a record, and it was shown.",
    1: "There is none, or the guard refuses.",
    2: "Wrong usage.",
    3: "It could not be found out.",
  },
  async run(args, { terminal }) {
    const [name] = args.operands;
    return name === undefined ? showConcerned(args, terminal) : showNamed(name, args, terminal);
  },
};

async function showNamed(name: string, args: Arguments, terminal: Terminal): Promise<0 | 1> {
  const misplaced = ["token-file", ...Object.keys(IDENTITY_OPTIONS)].find((option) => args.has(option));
  if (misplaced !== undefined) throw new UsageError(`Give either NAME or --${misplaced}.`);
  const client = new GuardClient(readTarget(args));
  try {
    return tell([await client.get(`records/${encodeURIComponent(name)}`, oneRecord)], args, terminal);
  } catch (error) {
    if (!(error instanceof NoSuchRecord && args.has("json"))) throw error;
    return tell([{ name, kind: name.split(":")[1] ?? null, record: null }], args, terminal);
  }
}

async function showConcerned(args: Arguments, terminal: Terminal): Promise<0 | 1> {
  const question = await readQuestion(args);
  const client = new GuardClient(readTarget(args));
  const { records } = await client.post("state", state, question);
  return tell(records, args, terminal);
}

type Absent = { readonly name: string; readonly kind: string | null; readonly record: null };

/** One shape for scripts, whatever was asked: the names, each with its record or null. */
function tell(records: readonly (Listed | Absent)[], args: Arguments, terminal: Terminal): 0 | 1 {
  if (args.has("json")) terminal.printJson({ format: 1, command: "show", records });
  else {
    for (const entry of records) {
      if (isListed(entry)) print(entry, terminal);
      else terminal.print(`${plain(entry.name)}, no record`);
    }
  }
  return records.some(isListed) ? 0 : 1;
}

function isListed(entry: Listed | Absent): entry is Listed {
  return entry.record !== null;
}

async function readQuestion(args: Arguments): Promise<Readonly<Record<string, string>>> {
  const identity = readIdentity(args);
  if (identity.issuer === undefined) {
    const option = Object.keys(IDENTITY_OPTIONS).find((name) => args.has(name));
    if (option !== undefined) throw new UsageError(`--${option} needs --issuer beside it.`);
    return { token: await readToken("show", args.text("token-file")) };
  }
  if (args.has("token-file")) throw new UsageError("Give the token, or --issuer and ids, not both.");
  return { ...identity };
}

function print(listed: Listed, terminal: Terminal): void {
  terminal.print(`${plain(listed.name)}, change ${listed.sequence}`);
  for (const line of describeListed(listed)) {
    terminal.print(`  ${line === UNREADABLE ? terminal.style("red", line) : line}`);
  }
}

import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { state } from "../remote/answers.ts";
import { COMMAND_EXIT_CODES, COMMAND_OPTIONS, carryOut } from "../remote/command-options.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { IDENTITY_OPTIONS, readIdentity } from "../remote/identity-options.ts";
import { readToken } from "../remote/read-token.ts";
import { readTarget } from "../remote/target.ts";

export const lift: Command = {
  name: "lift",
  summary: "Take a record away: undo a revocation.",
  description: `Takes a record away: the one of a token, which is read from standard input or a file; or by its name, as jotgate list and
every answer show it; or by the token, the session, the user or the issuer that it is about. Shows what was taken away.
Takes the role admin.

Of a token it takes away what jotgate revoke has recorded for it. Records of its session, its user or its issuer stay, and
end it as before: jotgate show < token.txt has them.`,
  operands: [{ name: "NAME", help: "the record's name, jotgate1:<kind>:<id>.", optional: true }],
  options: {
    "token-file": { value: "FILE", file: true, help: "Read the token from here. Default: standard input." },
    ...IDENTITY_OPTIONS,
    "whole-issuer": { help: "The record of the issuer itself." },
    ...COMMAND_OPTIONS,
  },
  examples: [
    { command: "jotgate lift < token.txt", does: "Undoes the revocation of a token." },
    { command: "jotgate lift jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ --why 'wrong user'", does: "Undoes a cut-off." },
    { command: "jotgate lift --issuer https://id.example.com/ --subject alice", does: "The same, by the user." },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    const which = readWhich(args) ?? {
      name: await findRecordOf(await readToken("lift", args.text("token-file")), args),
    };
    return carryOut("lift", { do: "lift", ...which }, args, context);
  },
};

/** What names the record; undefined when that is a token. */
function readWhich(args: Arguments): Readonly<Record<string, string>> | undefined {
  const [name] = args.operands;
  const { issuer, ...ids } = readIdentity(args);
  const chosen = Object.keys(ids).length + Number(name !== undefined) + Number(args.has("whole-issuer"));
  if (chosen === 0 && issuer === undefined) return undefined;
  if (args.has("token-file")) throw new UsageError("Give the token, or what names the record, not both.");
  if (chosen !== 1) {
    throw new UsageError("Say which record: NAME, --token-id, --session-id, --subject or --whole-issuer, one of them.");
  }
  if (name === undefined && issuer === undefined) throw new UsageError("Say whose record: --issuer.");
  if (name !== undefined && issuer !== undefined) throw new UsageError("Give either NAME or --issuer.");
  return { ...(name !== undefined && { name }), ...(issuer !== undefined && { issuer }), ...ids };
}

/** Name of a token's own record. The guard reads the token as it does for a revocation: it knows which claim is the id. */
async function findRecordOf(token: string, args: Arguments): Promise<string> {
  const { records } = await new GuardClient(readTarget(args)).post("state", state, { token });
  const own = records.find(({ kind }) => kind === "token");
  if (own === undefined) throw new UsageError("The token has no id, so no record is of it alone. See jotgate show.");
  return own.name;
}

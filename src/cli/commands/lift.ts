import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { COMMAND_EXIT_CODES, COMMAND_OPTIONS, carryOut } from "../remote/command-options.ts";
import { IDENTITY_OPTIONS, readIdentity } from "../remote/identity-options.ts";

export const lift: Command = {
  name: "lift",
  summary: "Take a record away: undo a revocation.",
  description: `Takes a record away: by its name, as jotgate list and every answer show it, or by the token, the session, the user or the
issuer that it is about. Shows what was taken away. Takes the role admin.`,
  operands: [{ name: "NAME", help: "the record's name, jotgate1:<kind>:<id>.", optional: true }],
  options: {
    ...IDENTITY_OPTIONS,
    "whole-issuer": { help: "The record of the issuer itself." },
    ...COMMAND_OPTIONS,
  },
  examples: [
    { command: "jotgate lift jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ --why 'wrong user'", does: "Undoes a cut-off." },
    { command: "jotgate lift --issuer https://id.example.com/ --subject alice", does: "The same, by the user." },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    return carryOut("lift", { do: "lift", ...readWhich(args) }, args, context);
  },
};

function readWhich(args: Arguments): Readonly<Record<string, string>> {
  const [name] = args.operands;
  const { issuer, ...ids } = readIdentity(args);
  const chosen = Object.keys(ids).length + Number(name !== undefined) + Number(args.has("whole-issuer"));
  if (chosen !== 1) {
    throw new UsageError("Say which record: NAME, --token-id, --session-id, --subject or --whole-issuer, one of them.");
  }
  if (name === undefined && issuer === undefined) throw new UsageError("Say whose record: --issuer.");
  if (name !== undefined && issuer !== undefined) throw new UsageError("Give either NAME or --issuer.");
  return { ...(name !== undefined && { name }), ...(issuer !== undefined && { issuer }), ...ids };
}

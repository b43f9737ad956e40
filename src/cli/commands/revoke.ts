import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import {
  COMMAND_EXIT_CODES,
  COMMAND_OPTIONS,
  carryOut,
  ISSUER_OPTION,
  readTimeOption,
  UNTIL_OPTION,
} from "../remote/command-options.ts";
import { readToken } from "../remote/read-token.ts";

export const revoke: Command = {
  name: "revoke",
  summary: "Revoke one token, or all tokens of a session.",
  description: `Revokes one token, which is read from standard input or a file, or named by issuer and token id; or a session
with all its tokens. The record lasts as long as a token that it concerns could be used.`,
  operands: [],
  options: {
    "token-file": { value: "FILE", file: true, help: "Read the token from here. Default: standard input." },
    ...ISSUER_OPTION,
    "token-id": { value: "JTI", help: "The token's id, in place of the token." },
    "expires-at": { value: "TIME", help: "The token's exp, so that the record ends with it." },
    "session-id": { value: "SID", help: "The session's id." },
    ...UNTIL_OPTION,
    ...COMMAND_OPTIONS,
  },
  examples: [
    { command: "jotgate revoke --wait < token.txt", does: "Revokes a token and waits until guards refuse it." },
    {
      command: "jotgate revoke --issuer https://id.example.com/ --token-id 6f1c1f0e --why 'laptop stolen'",
      does: "Without the token at hand.",
    },
    { command: "jotgate revoke --issuer https://id.example.com/ --session-id s-9", does: "Ends a session." },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    return carryOut("revoke", await readCommand(args), args, context);
  },
};

async function readCommand(args: Arguments): Promise<Readonly<Record<string, unknown>>> {
  const [issuer, tokenId, sessionId] = [args.text("issuer"), args.text("token-id"), args.text("session-id")];
  const [until, expiresAt] = [readTimeOption(args, "until"), readTimeOption(args, "expires-at")];
  const ends = { ...(until !== undefined && { until }), ...(expiresAt !== undefined && { expiresAt }) };
  if (issuer === undefined) {
    const misplaced = ["token-id", "session-id", "expires-at"].find((option) => args.has(option));
    if (misplaced !== undefined) throw new UsageError(`--${misplaced} needs --issuer beside it.`);
    return { do: "revoke", token: await readToken("revoke", args.text("token-file")), ...ends };
  }
  if (args.has("token-file")) throw new UsageError("Give the token, or --issuer and an id, not both.");
  if ((tokenId === undefined) === (sessionId === undefined)) {
    throw new UsageError("Say what to revoke: --token-id or --session-id.");
  }
  return tokenId === undefined
    ? { do: "revokeSession", issuer, sessionId, ...ends }
    : { do: "revoke", issuer, tokenId, ...ends };
}

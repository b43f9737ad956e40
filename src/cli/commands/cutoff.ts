import type { Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import {
  COMMAND_EXIT_CODES,
  COMMAND_OPTIONS,
  carryOut,
  ISSUER_OPTION,
  need,
  readTimeOption,
  UNTIL_OPTION,
} from "../remote/command-options.ts";

export const cutoff: Command = {
  name: "cutoff",
  summary: "End tokens that were issued before a time.",
  description: `Ends all tokens of a user, of a session or of a whole issuer that were issued at a time or before: log out everywhere,
for issuers whose tokens carry no version. Tokens issued in the second after pass.`,
  operands: [],
  options: {
    ...ISSUER_OPTION,
    subject: { value: "SUB", help: "The claim that names the user." },
    "session-id": { value: "SID", help: "The session's id." },
    "whole-issuer": { help: "All tokens of the issuer. Takes the role admin." },
    before: { value: "TIME", help: "Default: now, by the ledger's clock." },
    ...UNTIL_OPTION,
    ...COMMAND_OPTIONS,
  },
  examples: [
    { command: "jotgate cutoff --issuer https://id.example.com/ --subject alice", does: "Logs alice out everywhere." },
    {
      command: "jotgate cutoff --issuer https://id.example.com/ --whole-issuer --why 'signing key leaked'",
      does: "Ends every token that the issuer has handed out.",
    },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    const issuer = need(args, "issuer", "whose tokens");
    const [subject, sessionId] = [args.text("subject"), args.text("session-id")];
    const chosen = [subject !== undefined, sessionId !== undefined, args.has("whole-issuer")].filter(Boolean).length;
    if (chosen !== 1) throw new UsageError("Say which tokens: --subject, --session-id or --whole-issuer, one of them.");
    const [issuedBefore, until] = [readTimeOption(args, "before"), readTimeOption(args, "until")];
    const command = {
      do: "cutOff",
      issuer,
      ...(subject !== undefined && { subject }),
      ...(sessionId !== undefined && { sessionId }),
      ...(issuedBefore !== undefined && { issuedBefore }),
      ...(until !== undefined && { until }),
      // The option says what confirm says: that it was meant.
      ...(args.has("whole-issuer") && { confirm: issuer }),
    };
    return carryOut("cutoff", command, args, context);
  },
};

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

export const raise: Command = {
  name: "raise",
  summary: "Raise the least version that a user's tokens need.",
  description: `Ends all tokens of a user with a smaller version: log out everywhere, for issuers whose tokens carry a version.
A version never falls: asking for a smaller one changes nothing.`,
  operands: [],
  options: {
    ...ISSUER_OPTION,
    subject: { value: "SUB", help: "The claim that names the user." },
    version: { value: "N", help: "The least version that passes." },
    ...UNTIL_OPTION,
    ...COMMAND_OPTIONS,
  },
  examples: [
    {
      command: "jotgate raise --issuer https://id.example.com/ --subject alice --version 7 --wait",
      does: "Ends alice's tokens of version 6 and below.",
    },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    const version = need(args, "version", "the least version that passes");
    const minimumTokenVersion = Number(version);
    if (!/^\d{1,16}$/.test(version) || !Number.isSafeInteger(minimumTokenVersion)) {
      throw new UsageError("Write --version as an integer from 0.");
    }
    const issuer = need(args, "issuer", "whose user");
    const subject = need(args, "subject", "which user");
    const until = readTimeOption(args, "until");
    const ends = until === undefined ? {} : { until };
    return carryOut("raise", { do: "raise", issuer, subject, minimumTokenVersion, ...ends }, args, context);
  },
};

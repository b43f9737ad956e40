import type { Command } from "../command.ts";
import { COMMAND_EXIT_CODES, COMMAND_OPTIONS, carryOut } from "../remote/command-options.ts";

export const lift: Command = {
  name: "lift",
  summary: "Take a record away: undo a revocation.",
  description: "Takes a record away by its name, as jotgate list and every answer show it. Takes the role admin.",
  operands: [{ name: "NAME", help: "the record's name, jotgate1:<kind>:<id>." }],
  options: COMMAND_OPTIONS,
  examples: [
    { command: "jotgate lift jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ --why 'wrong user'", does: "Undoes a cut-off." },
  ],
  exitCodes: COMMAND_EXIT_CODES,
  async run(args, context) {
    const [name] = args.operands;
    return carryOut("lift", { do: "lift", name }, args, context);
  },
};

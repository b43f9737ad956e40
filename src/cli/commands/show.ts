import type { ListedRecord } from "../../ledger/ledger.ts";
import type { Command } from "../command.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { describeRecord } from "../remote/print-acknowledgement.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";

export const show: Command = {
  name: "show",
  summary: "Show one record.",
  description: "Shows what the ledger has under a name. jotgate name derives the name from issuer and id.",
  operands: [{ name: "NAME", help: "the record's name, jotgate1:<kind>:<id>." }],
  options: TARGET_OPTIONS,
  examples: [{ command: "jotgate show jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ", does: "Shows a user's cut-off." }],
  exitCodes: {
    0: "Shown.",
    1: "There is none, or the guard refuses.",
    2: "Wrong usage.",
    3: "It could not be found out.",
  },
  async run(args, { terminal }) {
    const [name = ""] = args.operands;
    const client = new GuardClient(readTarget(args));
    const found = await client.get<ListedRecord>(`records/${encodeURIComponent(name)}`);
    if (args.has("json")) terminal.printJson({ format: 1, command: "show", ...found });
    else {
      terminal.print(`${found.name}, change ${found.sequence}`);
      for (const line of describeRecord(found.record)) terminal.print(`  ${line}`);
      if (found.invalid)
        terminal.print(`  ${terminal.style("red", "KV has something under this name that nobody can read")}`);
      if (found.pending) terminal.print("  not yet copied to KV");
    }
    return 0;
  },
};

import { plain } from "../../explain/printable.ts";
import { RECORD_KINDS } from "../../model/revocation.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { type Listed, recordsPage } from "../remote/answers.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { collect, LIMIT_OPTION, readLimit } from "../remote/pages.ts";
import { describeRecord } from "../remote/print-acknowledgement.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";

export const list: Command = {
  name: "list",
  summary: "List the live revocation records.",
  description: "Lists what the ledger has, in order of the records' names.",
  operands: [],
  options: {
    kind: { value: "KIND", help: `Of one kind only: ${RECORD_KINDS.join(", ")}.` },
    ...LIMIT_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate list --kind subject", does: "Lists the cut-offs of users." },
    {
      command: "jotgate list --limit 100000 --json | jq '.records | length'",
      does: "Counts everything, as scripts do.",
    },
  ],
  exitCodes: { 0: "Listed.", 1: "The guard refuses.", 2: "Wrong usage.", 3: "It could not be found out." },
  async run(args, { terminal }) {
    const kind = args.text("kind");
    if (kind !== undefined && !(RECORD_KINDS as readonly string[]).includes(kind)) {
      throw new UsageError(`--kind is one of ${RECORD_KINDS.join(", ")}.`);
    }
    const limit = readLimit(args);
    const client = new GuardClient(readTarget(args));
    const records = await terminal.during("Reading …", (say) =>
      collect<Listed, string>(limit, async (size, after) => {
        const page = await client.get("records", recordsPage, { kind, after, limit: size });
        say(`Reading … up to ${plain(page.records.at(-1)?.name ?? "the end")}`);
        return { items: page.records, next: page.next };
      }),
    );
    if (args.has("json")) terminal.printJson({ format: 1, command: "list", records });
    else if (records.length === 0) terminal.print("There are no records.");
    else {
      for (const { name, record } of records) terminal.print(`${plain(name)}  ${describeRecord(record).join("; ")}`);
    }
    return 0;
  },
};

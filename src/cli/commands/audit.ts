import { plain, printable } from "../../explain/printable.ts";
import { writeTime } from "../../explain/write-time.ts";
import type { Command } from "../command.ts";
import { type HistoryItem, historyPage } from "../remote/answers.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { collect, LIMIT_OPTION, readLimit } from "../remote/pages.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";

export const audit: Command = {
  name: "audit",
  summary: "Show what was done, by whom and why.",
  description: `Shows what was done to revocation state, the latest first: commands, refused ones included, and records of other
writers that were taken in. The ledger keeps entries for as long as AUDIT_RETENTION says, the last 500,000 of them.`,
  operands: [],
  options: { ...LIMIT_OPTION, ...TARGET_OPTIONS },
  examples: [{ command: "jotgate audit --limit 20", does: "Shows the last twenty changes." }],
  exitCodes: { 0: "Shown.", 1: "The guard refuses.", 2: "Wrong usage.", 3: "It could not be found out." },
  async run(args, { terminal }) {
    const limit = readLimit(args);
    const client = new GuardClient(readTarget(args));
    const entries = await terminal.during("Reading …", () =>
      collect<HistoryItem, number>(limit, async (size, before) => {
        const page = await client.get("history", historyPage, { before, limit: size });
        return { items: page.entries, next: page.next };
      }),
    );
    if (args.has("json")) terminal.printJson({ format: 1, command: "audit", entries });
    else if (entries.length === 0) terminal.print("Nothing was done yet.");
    else for (const entry of entries) terminal.print(describe(entry));
    return 0;
  },
};

function describe(entry: HistoryItem): string {
  const { at, op, name, by, why, from, times } = entry;
  const parts = [
    writeTime(at),
    plain(op),
    name === null ? "" : plain(name),
    by === null ? "" : `by ${printable(by)}`,
    why === null ? "" : `because ${printable(why)}`,
    from === null ? "" : `from ${plain(from)}`,
    times > 1 ? `${times} times` : "",
    outcomeOf(entry),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function outcomeOf({ problem, changed, sequence }: HistoryItem): string {
  if (problem !== null) return `refused (${plain(problem)})`;
  return changed ? `change ${sequence}` : "nothing changed";
}

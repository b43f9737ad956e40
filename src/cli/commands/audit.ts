import { plain, printable } from "../../explain/printable.ts";
import { writeTime } from "../../explain/write-time.ts";
import { OUTCOMES } from "../../model/ledger-desk.ts";
import { CREDENTIALS } from "../../model/operator.ts";
import { RECORD_KINDS } from "../../model/revocation.ts";
import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { type HistoryItem, historyPage } from "../remote/answers.ts";
import { readTimeOption } from "../remote/command-options.ts";
import { KIND_OPTION, readChoice } from "../remote/filter-options.ts";
import { GuardClient } from "../remote/guard-client.ts";
import { collect, LIMIT_OPTION, readLimit, tellOfMore } from "../remote/pages.ts";
import { describeRecord } from "../remote/print-acknowledgement.ts";
import { readTarget, TARGET_OPTIONS } from "../remote/target.ts";

export const audit: Command = {
  name: "audit",
  summary: "Show what was done and tried, by whom and why.",
  description: `Shows what was done to revocation state, the latest first: commands, refused ones included, requests that were turned away,
and records of other writers that were taken in. The ledger keeps entries for as long as AUDIT_RETENTION says.`,
  operands: [],
  options: {
    by: { value: "NAME", help: "By this operator." },
    via: { value: "WHAT", help: `By somebody with this credential: ${CREDENTIALS.join(", ")}.` },
    outcome: { value: "OUTCOME", help: `With this outcome: ${OUTCOMES.join(", ")}.` },
    op: { value: "COMMAND", help: "Of this command only, as entries name it: raise, lift, authenticate, …" },
    name: { value: "NAME", help: "About the record with this name." },
    ...KIND_OPTION,
    since: { value: "TIME", help: "Not before this time." },
    until: { value: "TIME", help: "Before this time." },
    before: { value: "NEXT", help: "Go on where a list ended that had more." },
    ...LIMIT_OPTION,
    ...TARGET_OPTIONS,
  },
  examples: [
    { command: "jotgate audit --limit 20", does: "Shows the last twenty entries." },
    {
      command: "jotgate audit --outcome refused --since 2026-01-01T00:00:00Z",
      does: "Shows what was refused this year.",
    },
    { command: "jotgate audit --name jotgate1:subject:PR9Hc_LpJl3ejBwijk5gOQ", does: "Shows what became of a record." },
  ],
  exitCodes: { 0: "Shown.", 1: "The guard refuses.", 2: "Wrong usage.", 3: "It could not be found out." },
  async run(args, { terminal }) {
    const [limit, query, from] = [readLimit(args), readFilters(args), readBefore(args)];
    const client = new GuardClient(readTarget(args));
    const { items: entries, next } = await terminal.during("Reading …", (say) =>
      collect<HistoryItem, number>(limit, from, async (size, before) => {
        const page = await client.get("history", historyPage, { ...query, before, limit: size });
        if (page.next !== null) say(`Reading … down to entry ${page.next}`);
        const isLast = page.entries.length < size && (await isBefore(query.since, page.next, client));
        return { items: page.entries, next: isLast ? null : page.next };
      }),
    );
    if (args.has("json")) terminal.printJson({ format: 1, command: "audit", entries, next });
    else if (entries.length === 0) terminal.print("There are no such entries.");
    else for (const entry of entries) for (const line of describe(entry)) terminal.print(line);
    if (!args.has("json")) tellOfMore(next, "before", terminal);
    return 0;
  },
};

/** Seconds: entries that are counted together end later than they begin, and clocks are set. */
const DISORDER = 3_600;

/**
 * Whether all entries from a number down are older than asked for: the guard looks through all that there are, but for this there is no need
 * to let it.
 */
async function isBefore(since: number | undefined, number: number | null, client: GuardClient): Promise<boolean> {
  if (since === undefined || number === null) return false;
  const { entries } = await client.get("history", historyPage, { before: number + 1, limit: 1 });
  const [entry] = entries;
  return entry !== undefined && (entry.lastAt ?? entry.at) < since - DISORDER;
}

function readFilters(args: Arguments) {
  return {
    by: args.text("by"),
    via: readChoice(args, "via", CREDENTIALS),
    outcome: readChoice(args, "outcome", OUTCOMES),
    op: args.text("op"),
    name: args.text("name"),
    kind: readChoice(args, "kind", RECORD_KINDS),
    since: readTimeOption(args, "since"),
    until: readTimeOption(args, "until"),
  };
}

function readBefore(args: Arguments): number | undefined {
  const text = args.text("before");
  if (text !== undefined && !/^\d{1,15}$/.test(text)) throw new UsageError("Write --before as a number of an entry.");
  return text === undefined ? undefined : Number(text);
}

function describe(entry: HistoryItem): readonly string[] {
  const { at, lastAt = at, op, name, by, via, why, from, times, before, after } = entry;
  const parts = [
    writeTime(at),
    plain(op),
    name === null ? "" : plain(name),
    by === null ? "" : `by ${printable(by)}${via == null ? "" : ` (${plain(via)})`}`,
    why === null ? "" : `because ${printable(why)}`,
    from === null ? "" : `from ${plain(from)}`,
    times > 1 ? `${times} times until ${writeTime(lastAt)}` : "",
    outcomeOf(entry),
  ];
  const records = entry.changed
    ? Object.entries({ before, after }).flatMap(([when, record]) =>
        record === undefined ? [] : `  ${when}: ${record === null ? "no record" : describeRecord(record).join("; ")}`,
      )
    : [];
  return [parts.filter((part) => part !== "").join("  "), ...records];
}

function outcomeOf({ problem, changed, sequence }: HistoryItem): string {
  if (problem !== null) return `refused (${plain(problem)})`;
  return changed ? `change ${sequence}` : "nothing changed";
}

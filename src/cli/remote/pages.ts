import { plain } from "../../explain/printable.ts";
import type { Arguments, Option } from "../command.ts";
import { UsageError } from "../failures.ts";
import type { Terminal } from "../terminal.ts";

export const LIMIT_OPTION: Readonly<Record<string, Option>> = {
  limit: {
    value: "N",
    help: "How many at most; next in --json says where to go on, and is null when that was all. Default: 100.",
  },
};

/** Says that there is more than was asked for, where people read it: `--json` has it as `next`. */
export function tellOfMore(next: string | number | null, option: "after" | "before", terminal: Terminal): void {
  if (next !== null) terminal.warn(`… and more: --${option} ${plain(String(next))}`);
}

/** The most that one request asks for. */
const PAGE = 1_000;

const MOST = 1_000_000;

export function readLimit(args: Arguments): number {
  const text = args.text("limit") ?? "100";
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST) throw new UsageError(`Write --limit as a number from 1 to ${MOST}.`);
  return limit;
}

/**
 * Page after page, until there are enough or no more.
 *
 * @param from where to begin; undefined for the first page
 * @param fetchPage gets how many to ask for, and what the page before named as its next
 * @returns what was found, and where to go on; null when there is no more
 */
export async function collect<T, Next>(
  limit: number,
  from: Next | undefined,
  fetchPage: (size: number, next: Next | undefined) => Promise<{ items: readonly T[]; next: Next | null }>,
): Promise<{ readonly items: readonly T[]; readonly next: Next | null }> {
  const items: T[] = [];
  let next: Next | null | undefined = from;
  do {
    const page = await fetchPage(Math.min(limit - items.length, PAGE), next);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < limit);
  return { items, next };
}

import type { ListedRecord, RecordState, RecordsPage, RecordsQuery } from "../model/ledger-desk.ts";
import { toStored } from "./kv-entry.ts";
import { fromSql, kindOf, type LedgerRow } from "./ledger-row.ts";
import type { LedgerStorage } from "./ports.ts";
import { type Condition, walk } from "./walk.ts";

/** Part of the records that a question is about. @param now NumericDate */
export function listRecords(storage: LedgerStorage, query: RecordsQuery, now: number): RecordsPage {
  const { names, order = "name", after, state = "live", limit } = query;
  if (names?.length === 0) return { records: [], next: null };
  const byName = order === "name";
  const inRange = rangeOf(query.kind === undefined ? "jotgate1:" : `jotgate1:${query.kind}:`);
  const named: Condition[] = names ? [[`name IN (${names.map(() => "?").join(", ")})`, ...names]] : [];
  const others = [...STATES[state](now), ...filters(query)];
  const page = walk(
    storage,
    {
      ...{ table: "records", key: byName ? "name" : "sequence", down: order === "newest" },
      after: after === undefined || byName ? after : Number(after),
      along: byName ? [inRange, ...named] : named,
      where: byName ? others : [inRange, ...others],
    },
    limit,
  );
  return { records: page.rows.map((row) => toListed(fromSql(row))), next: page.next === null ? null : `${page.next}` };
}

/** A record as it is shown; of a lifted one what was taken away. */
export function toListed(row: LedgerRow): ListedRecord {
  const { name, about, sequence, invalid, live, lifted, liftedAbout, changedAt, wants } = row;
  const state = invalid ? "invalid" : live ? "live" : "lifted";
  const record = toStored(live || lifted === null ? row : { record: lifted, about });
  const changed = changedAt === null ? null : changedAt / 1000;
  return {
    ...{ name, kind: kindOf(name), record, sequence, changedAt: changed, state, invalid },
    pending: wants !== null,
    ...(!live && lifted !== null && { lift: liftedAbout ?? {} }),
  };
}

/** What is true of records in each state, at a NumericDate. */
const STATES: Readonly<Record<RecordState, (now: number) => readonly Condition[]>> = {
  live: (now) => [["live = 1"], ["(until IS NULL OR until > ? OR invalid = 1)", now]],
  lifted: () => [["live = 0"], ["lifted IS NOT NULL"]],
  invalid: () => [["invalid = 1"]],
};

function filters({ state, by, untilBefore, untilAfter, changedSince }: RecordsQuery): readonly Condition[] {
  // What was lifted has no end any more: it is asked when it would have ended.
  const until = state === "lifted" ? "json_extract(lifted, '$.until')" : "until";
  return [
    ...(by === undefined ? [] : ([["by = ?", by]] as const)),
    ...(untilBefore === undefined ? [] : ([[`${until} < ?`, untilBefore]] as const)),
    ...(untilAfter === undefined ? [] : ([[`(${until} IS NULL OR ${until} > ?)`, untilAfter]] as const)),
    ...(changedSince === undefined ? [] : ([["coalesce(changed_at / 1000, at) >= ?", changedSince]] as const)),
  ];
}

/** Names that begin so. A semicolon is what follows a colon. */
export function rangeOf(prefix: string): Condition {
  return ["name > ? AND name < ?", prefix, `${prefix.slice(0, -1)};`];
}

import type { HistoryEntry, HistoryPage, HistoryQuery } from "../model/ledger-desk.ts";
import type { Credential } from "../model/operator.ts";
import type { Acknowledgement } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { readAsked } from "./asked.ts";
import { kindOf } from "./ledger-row.ts";
import { rangeOf } from "./list-records.ts";
import type { LedgerStorage, SqlValue } from "./ports.ts";
import { type Condition, walk } from "./walk.ts";

/** Part of what was done and what was refused, the latest first. */
export function listHistory(storage: LedgerStorage, query: HistoryQuery): HistoryPage {
  const { name, by, before, limit } = query;
  const named: Condition[] = name === undefined ? [] : [["name = ?", name]];
  const whose: Condition[] = by === undefined ? [] : [["by = ?", by]];
  const page = walk(
    storage,
    {
      ...{ table: "history", key: "number", down: true, after: before },
      along: name === undefined ? whose : named,
      where: [...(name === undefined ? [] : whose), ...filters(query)],
    },
    limit,
  );
  return { entries: page.rows.map(toEntry), next: page.next as number | null };
}

const OUTCOME = {
  changed: "changed = 1",
  unchanged: "changed = 0 AND problem IS NULL",
  refused: "problem IS NOT NULL",
};

function filters({ via, outcome, op, kind, since, until }: HistoryQuery): readonly Condition[] {
  return [
    ...(via === undefined ? [] : ([["via = ?", via]] as const)),
    ...(outcome === undefined ? [] : ([[OUTCOME[outcome]]] as const)),
    ...(op === undefined ? [] : ([["op = ?", op]] as const)),
    ...(kind === undefined ? [] : [rangeOf(`jotgate1:${kind}:`)]),
    ...(since === undefined ? [] : ([["coalesce(last_at, at) >= ?", since * 1000]] as const)),
    ...(until === undefined ? [] : ([["at < ?", until * 1000]] as const)),
  ];
}

function toEntry(row: Readonly<Record<string, SqlValue>>): HistoryEntry {
  const at = row["at"] as number;
  const name = row["name"] as RecordName | null;
  const answer = row["answer"] === null ? {} : (JSON.parse(row["answer"] as string) as Partial<Acknowledgement>);
  return {
    number: row["number"] as number,
    at: at / 1000,
    lastAt: ((row["last_at"] as number | null) ?? at) / 1000,
    op: row["op"] as string,
    name,
    kind: name === null ? null : kindOf(name),
    id: (row["id"] ?? row["given_id"]) as string | null,
    by: row["by"] as string | null,
    via: row["via"] as Credential | null,
    why: row["why"] as string | null,
    asked: row["asked"] === null ? null : readAsked(row["asked"] as string),
    ...(answer.before !== undefined && { before: answer.before }),
    ...(answer.record !== undefined && { after: answer.record }),
    sequence: row["sequence"] as number,
    changed: row["changed"] === 1,
    from: row["origin"] as string | null,
    problem: row["problem"] as string | null,
    times: (row["times"] as number | null) ?? 1,
  };
}

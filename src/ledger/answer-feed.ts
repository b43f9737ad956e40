import type { ApplicableRecords, RecordKind } from "../model/revocation.ts";
import type { FeedAnswer, FeedQuestion, LookAnswer } from "../revocation/feed.ts";
import { type PageRow, writePage } from "../revocation/page.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { kindOf, recordFromSql } from "./ledger-row.ts";
import type { LedgerStorage, SqlValue } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** Rows of one answer: 288 kB. */
const PAGE_ROWS = 8_192;

/** More than this, and the table of a mirror would not fit beside what else an isolate needs. */
const MIRROR_ROWS = 1_500_000;

/** What came after the question's sequence number, as the tables have it now. */
export function answerChanges(
  storage: LedgerStorage,
  store: RecordStore,
  { ledger, since }: FeedQuestion,
  age: number,
): FeedAnswer {
  const { id, head, live, forgotten } = store.head();
  if (live > MIRROR_ROWS) return { kind: "overflow", ledger: id };
  const isKnown = since === 0 || (ledger === id && Number.isInteger(since) && since <= head && since >= forgotten);
  if (!isKnown || since < 0) return { kind: "reset", ledger: id };
  const query = `SELECT sequence, lifted_sequence, id_high, id_low, live, invalid, revoked, issued_before, minimum_version, until
                 FROM records WHERE sequence > ? ORDER BY sequence LIMIT ?`;
  const rows = storage.exec(query, since, PAGE_ROWS + 1);
  const complete = rows.length <= PAGE_ROWS;
  const sent = complete ? rows : rows.slice(0, PAGE_ROWS);
  const page = writePage(sent.flatMap((row) => pageRows(row, since)));
  const through = complete ? head : (sent.at(-1)?.["sequence"] as number);
  return { kind: "changes", ledger: id, since, through, complete, age, page };
}

/** What the tables say about some names now. */
export function answerLook(store: RecordStore, names: readonly RecordName[]): LookAnswer {
  const records: { -readonly [kind in RecordKind]?: ApplicableRecords[kind] } = {};
  for (const name of names) {
    const row = store.find(name);
    if (row === undefined || !row.live) continue;
    if (row.invalid) return { kind: "invalid", of: kindOf(name) };
    records[kindOf(name)] = row.record;
  }
  return { kind: "known", records };
}

/**
 * What a mirror that knows everything up to `since` has to hear of a row. A record that was lifted and has come back since then
 * is lifted for the mirror first: it may know more of the old one than this ledger said of the new one.
 */
function pageRows(row: Readonly<Record<string, SqlValue>>, since: number): PageRow[] {
  const id = { high: row["id_high"] as number, low: row["id_low"] as number };
  const now: PageRow = {
    ...id,
    says: row["live"] === 1 ? recordFromSql(row) : "lifted",
    invalid: row["invalid"] === 1,
  };
  const liftedSince = row["live"] === 1 && Number(row["lifted_sequence"]) > since;
  return liftedSince ? [{ ...id, says: "lifted", invalid: false }, now] : [now];
}

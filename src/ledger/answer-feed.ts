import type { ApplicableRecords, RecordKind } from "../model/revocation.ts";
import type { FeedAnswer, FeedQuestion, LookAnswer } from "../revocation/feed.ts";
import { type PageRow, writePage } from "../revocation/page.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { kindOf, recordFromSql } from "./ledger-row.ts";
import { PageCache } from "./page-cache.ts";
import type { LedgerStorage, SqlValue } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** Rows of one answer: 288 kB. */
const PAGE_ROWS = 8_192;

/** More than this, and the table of a mirror would not fit beside what else an isolate needs. */
const MIRROR_ROWS = 1_500_000;

const AFTER = `SELECT sequence, lifted_sequence, id_high, id_low, live, invalid, revoked, issued_before,
                      minimum_version, until
               FROM records WHERE sequence > ? ORDER BY sequence LIMIT ?`;

/** Answers what came after a sequence number, as the tables have it. */
export class FeedReader {
  readonly #storage: LedgerStorage;
  readonly #store: RecordStore;
  readonly #cache = new PageCache();

  constructor(storage: LedgerStorage, store: RecordStore) {
    this.#storage = storage;
    this.#store = store;
  }

  /**
   * @param age what the answer has to say of its age
   * @param now milliseconds
   */
  changes(question: FeedQuestion, age: number, now: number): FeedAnswer {
    const { ledger, since } = question;
    const { id, head, live, forgotten } = this.#store.head();
    if (live > MIRROR_ROWS) return { kind: "overflow", ledger: id };
    const hasAllLifts = since >= forgotten || (question.forgotten ?? 0) >= forgotten;
    const isKnown = since === 0 || (ledger === id && Number.isInteger(since) && since <= head && hasAllLifts);
    if (!isKnown || since < 0) return { kind: "reset", ledger: id };
    const kept = this.#cache.get(id, since, now);
    if (kept !== undefined) {
      const { through, page } = kept;
      return { kind: "changes", ledger: id, since, through, complete: false, forgotten, age, page };
    }
    const rows = this.#storage.exec(AFTER, since, PAGE_ROWS + 1);
    const complete = rows.length <= PAGE_ROWS;
    const sent = complete ? rows : rows.slice(0, PAGE_ROWS);
    const page = writePage(sent.flatMap(pageRows));
    const through = complete ? head : (sent.at(-1)?.["sequence"] as number);
    if (!complete) this.#cache.put(since, { ledger: id, through, page, readAt: now });
    return { kind: "changes", ledger: id, since, through, complete, forgotten, age, page };
  }
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
 * What a mirror has to hear of a row. A record that came back after a lift is lifted for the mirror first: it may know more of
 * the old one than is in the new one. Where the lift stood in the order does not matter: the row has moved on from there, and a
 * mirror whose load took several pages may have come past that place without meeting it.
 */
function pageRows(row: Readonly<Record<string, SqlValue>>): PageRow[] {
  const id = { high: row["id_high"] as number, low: row["id_low"] as number };
  const now: PageRow = {
    ...id,
    says: row["live"] === 1 ? recordFromSql(row) : "lifted",
    invalid: row["invalid"] === 1,
  };
  const isBack = row["live"] === 1 && row["lifted_sequence"] !== null;
  return isBack ? [{ ...id, says: "lifted", invalid: false }, now] : [now];
}

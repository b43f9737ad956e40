import { queued } from "./adoption.ts";
import { fromSql } from "./ledger-row.ts";
import type { LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** How long after a write KV's list may still not show it, in milliseconds. */
const SHOWN_AFTER_MS = 300_000;

/** Former identities that are remembered: a ledger is not rebuilt every day. */
const FORMER = 16;

/**
 * Begins the contents anew under another identity. The numbering goes on, so that marks in KV from before can still be
 * compared with lifts.
 *
 * @param now milliseconds
 */
export function rebuildFromKv(storage: LedgerStorage, store: RecordStore, id: string, now: number): void {
  storage.transaction(() => {
    const { id: before, former } = store.head();
    // What was changed lately stays, whoever wrote it to KV. An entry ahead of the clock is from before the clock was set back.
    const [lately] = storage.exec(
      "SELECT min(sequence) AS first FROM history WHERE changed = 1 AND at > ?",
      now - SHOWN_AFTER_MS,
    );
    storage.exec(
      `DELETE FROM records WHERE live = 1 AND wants IS NULL AND sequence < ?
         AND (written_at IS NULL OR abs(? - written_at) > ?)`,
      (lately?.["first"] as number | null) ?? Number.MAX_SAFE_INTEGER,
      now,
      SHOWN_AFTER_MS,
    );
    storage.exec(
      "UPDATE ledger SET id = ?, former = ?, ready = 0, live = (SELECT count(*) FROM records WHERE live = 1)",
      id,
      JSON.stringify([before, ...former].slice(0, FORMER)),
    );
    // What is kept is written once more, with the mark of the new identity.
    for (const row of storage.exec("SELECT * FROM records WHERE live = 1 AND invalid = 0 AND wants IS NULL")) {
      store.track(queued(fromSql(row), "put", now));
    }
  });
}

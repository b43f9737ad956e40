import type { Clock } from "../platform/clock.ts";
import { KEPT_AFTER_END } from "./adoption.ts";
import { LANES } from "./history-lanes.ts";
import type { LedgerStorage } from "./ports.ts";
import { shortenLane } from "./shorten-history.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Rows that one run deletes at most. */
const ROWS_PER_RUN = 5_000;

/** Counting the history's entries reads them all: it is done after so many new ones. */
const ENTRIES_PER_COUNT = 1_000;

/** Days for which the history is kept when nothing else is said. */
const USUAL_RETENTION_DAYS = 90;

/**
 * Deletes what nobody needs any more: records an hour after they ended, tombstones a day after KV confirmed that the record
 * is gone, and history.
 */
export class Compaction {
  readonly #storage: LedgerStorage;
  readonly #clock: Clock;
  readonly #retention: number;
  /** Number of the last entry when the history was counted last. */
  #countedAt = Number.NEGATIVE_INFINITY;

  /** @param retention milliseconds for which the history is kept; default 90 days */
  constructor(storage: LedgerStorage, clock: Clock, retention = USUAL_RETENTION_DAYS * DAY_MS) {
    this.#storage = storage;
    this.#clock = clock;
    this.#retention = retention;
  }

  run(): void {
    const now = this.#clock.now();
    if (this.nextDue() > now) return;
    this.#storage.transaction(() => {
      // What KV was not told yet may take the place of more there, which would then look like somebody else's.
      const ended = this.#delete(
        "live = 1 AND invalid = 0 AND wants IS NULL AND until <= ?",
        now / 1000 - KEPT_AFTER_END,
      );
      // A mirror in the middle of its first load has to begin again after this, so it is not done all the time.
      const purges = isDue(this.#times().purged, HOUR_MS, now);
      const purged = purges ? this.#delete("live = 0 AND wants IS NULL AND gone_at <= ?", now - DAY_MS) : 0;
      this.#storage.exec(
        `DELETE FROM history WHERE number < coalesce(
           (SELECT number FROM history WHERE at > ? ORDER BY number LIMIT 1), (SELECT max(number) FROM history))`,
        now - this.#retention,
      );
      this.#shortenHistory();
      // What was left over is due at once.
      if (ended < ROWS_PER_RUN) this.#storage.exec("UPDATE ledger SET compacted = ?", now);
      if (purges && purged < ROWS_PER_RUN) this.#storage.exec("UPDATE ledger SET purged = ?", now);
    });
  }

  /** When somebody worked here last, to a minute, in milliseconds. */
  get lastRun(): number {
    return this.#times().compacted ?? Number.POSITIVE_INFINITY;
  }

  /** When to run next, in milliseconds. */
  nextDue(): number {
    const now = this.#clock.now();
    const { compacted, purged } = this.#times();
    if (isDue(compacted, MINUTE_MS, now) || isDue(purged, HOUR_MS, now)) return now;
    return Math.min((compacted ?? 0) + MINUTE_MS, (purged ?? 0) + HOUR_MS);
  }

  #shortenHistory(): void {
    const [row] = this.#storage.exec("SELECT max(number) AS last FROM history");
    const last = (row?.["last"] as number | null) ?? 0;
    if (last - this.#countedAt < ENTRIES_PER_COUNT) return;
    this.#countedAt = last;
    for (const lane of LANES) shortenLane(this.#storage, lane);
  }

  #times(): { compacted: number | null; purged: number | null } {
    const [row] = this.#storage.exec("SELECT compacted, purged FROM ledger");
    return { compacted: row?.["compacted"] as number | null, purged: row?.["purged"] as number | null };
  }

  /** Deletes rows, and remembers up to where mirrors would miss a withdrawal. Returns how many. */
  #delete(condition: string, bound: number): number {
    const rows = this.#storage.exec(
      `DELETE FROM records WHERE sequence IN (SELECT sequence FROM records WHERE ${condition} LIMIT ?)
       RETURNING sequence, live, withdrawn`,
      bound,
      ROWS_PER_RUN,
    );
    let live = 0;
    let forgotten = 0;
    for (const row of rows) {
      live += row["live"] as number;
      if (row["withdrawn"] === 1) forgotten = Math.max(forgotten, row["sequence"] as number);
    }
    this.#storage.exec("UPDATE ledger SET live = live - ?, forgotten = max(forgotten, ?)", live, forgotten);
    return rows.length;
  }
}

/** A last time that is ahead of the clock is from before the clock was set back. */
function isDue(last: number | null, interval: number, now: number): boolean {
  return last === null || last > now || last + interval <= now;
}

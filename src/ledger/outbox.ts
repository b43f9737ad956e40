import type { Clock } from "../platform/clock.ts";
import { mergeRecords } from "../revocation/merge-records.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { Adoption, Origin } from "./adoption.ts";
import { inTime, readKey } from "./kv-access.ts";
import { type KvEntry, putOptions, toStored } from "./kv-entry.ts";
import { LedgerLost } from "./ledger-errors.ts";
import { isSame, type LedgerRow } from "./ledger-row.ts";
import type { LedgerKv, LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** KV takes so many operations at a time from one object. */
const AT_A_TIME = 6;

/** Rows per run. Each takes up to three operations, of the 1,000 that a run may have. */
const ROWS_PER_RUN = 120;

/** For the rows that were not tried because nothing went through. */
const PAUSE_MS = 1_000;

const LONGEST_PAUSE_S = 60;

/**
 * Tells KV what the ledger knows, until KV has confirmed it: always the latest state, who has waited longest first, and a key
 * not more than once a second. What KV has is read and merged before it is overwritten.
 */
export class Outbox {
  readonly #storage: LedgerStorage;
  readonly #kv: LedgerKv;
  readonly #store: RecordStore;
  readonly #adoption: Adoption;
  readonly #clock: Clock;
  #pausedUntil = 0;
  readonly #own: () => Promise<void>;

  /** @param own resolves when everything written is durable and this object is shown to own its storage */
  constructor(
    { storage, kv, clock }: { storage: LedgerStorage; kv: LedgerKv; clock: Clock },
    store: RecordStore,
    adoption: Adoption,
    own: () => Promise<void>,
  ) {
    this.#storage = storage;
    this.#kv = kv;
    this.#clock = clock;
    this.#store = store;
    this.#adoption = adoption;
    this.#own = own;
  }

  /** Sends what is due, up to a limit. Rejects only when this object has lost its storage. */
  async run(): Promise<void> {
    const due = this.#isPaused() ? [] : this.#due();
    for (let at = 0; at < due.length; at += AT_A_TIME) {
      const sent = await Promise.all(due.slice(at, at + AT_A_TIME).map((name) => this.#send(name)));
      // KV is down, and the others would only wait for it in vain.
      if (!sent.includes(true)) {
        this.#pausedUntil = this.#clock.now() + PAUSE_MS;
        return;
      }
    }
  }

  /** When to run next, in milliseconds; undefined when KV has everything. */
  nextDue(): number | undefined {
    const [row] = this.#storage.exec("SELECT min(due) AS due FROM records WHERE due IS NOT NULL");
    const due = row?.["due"] as number | null;
    return due === null ? undefined : Math.max(due, this.#isPaused() ? this.#pausedUntil : 0);
  }

  #isPaused(): boolean {
    const left = this.#pausedUntil - this.#clock.now();
    return left > 0 && left <= PAUSE_MS;
  }

  #due(): readonly RecordName[] {
    const now = this.#clock.now();
    // What is due later than any pause was given its time by a clock that was set back since.
    const rows = this.#storage.exec(
      "SELECT name FROM records WHERE due <= ? OR due > ? ORDER BY due LIMIT ?",
      now,
      now + (LONGEST_PAUSE_S + 1) * 1_000,
      ROWS_PER_RUN,
    );
    return rows.map((row) => row["name"] as RecordName);
  }

  async #send(name: RecordName): Promise<boolean> {
    try {
      const entry = await readKey(this.#kv, name, this.#clock);
      const { row, origin } = this.#merge(name, entry);
      if (row === undefined || row.wants === null) return true;
      const isToldAlready = row.live && entry !== undefined && origin !== undefined && isEnough(row, entry, origin);
      if (!isToldAlready) {
        // KV must not have what the ledger may lose, nor hear of an object that was replaced.
        await this.#own();
        await inTime(this.#tell(row), this.#clock);
      }
      this.#confirm(row, !isToldAlready);
      return true;
    } catch (error) {
      if (error instanceof LedgerLost) throw error;
      this.#postpone(name, error);
      return false;
    }
  }

  #merge(name: RecordName, entry: KvEntry | undefined): { row: LedgerRow | undefined; origin: Origin | undefined } {
    return this.#storage.transaction(() => {
      const origin = entry && this.#adoption.merge(name, entry, this.#clock.now());
      return { row: this.#store.find(name), origin };
    });
  }

  #tell(row: LedgerRow): Promise<void> {
    // A reading that finds nothing may be an old one: a delete is sent all the same.
    if (!row.live) return this.#kv.delete(row.name);
    const options = putOptions(row, this.#store.head().id, this.#clock.now() / 1000);
    return this.#kv.put(row.name, JSON.stringify(toStored(row)), options);
  }

  #confirm(sent: LedgerRow, isWritten: boolean): void {
    const now = this.#clock.now();
    this.#storage.transaction(() => {
      const row = this.#store.find(sent.name);
      if (row === undefined) return;
      const isLatest = row.sequence === sent.sequence;
      const isGone = row.goneAt === null && row.liftedSequence !== null && sent.sequence >= row.liftedSequence;
      this.#store.track({
        ...row,
        wants: isLatest ? null : row.wants,
        due: isLatest || row.wants === null ? null : now + 1_000,
        queuedAt: isLatest ? null : row.queuedAt,
        tries: 0,
        writtenAt: isWritten ? now : row.writtenAt,
        goneAt: isGone ? now : row.goneAt,
      });
    });
  }

  #postpone(name: RecordName, error: unknown): void {
    const now = this.#clock.now();
    this.#storage.transaction(() => {
      const row = this.#store.find(name);
      if (row === undefined || row.wants === null) return;
      const pause = Math.min(LONGEST_PAUSE_S, 2 ** Math.min(row.tries, 10));
      this.#store.track({ ...row, due: now + pause * 1_000, tries: row.tries + 1 });
      this.#storage.exec("UPDATE ledger SET problem = ?, problem_at = ?", String(error).slice(0, 200), now);
    });
  }
}

/** True when KV says at least as much already. A copy of ours that is out of date is always written anew. */
function isEnough(row: LedgerRow, entry: KvEntry, origin: Origin): boolean {
  if (origin === "ours") return entry.mark?.sequence === row.sequence;
  if (origin !== "foreign" || entry.says === "unreadable") return false;
  return isSame(mergeRecords(row.record, entry.says), entry.says);
}

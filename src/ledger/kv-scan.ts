import type { Clock } from "../platform/clock.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { Adoption } from "./adoption.ts";
import { CACHE_TTL, inTime } from "./kv-access.ts";
import { readEntry, readMark, valueInMetadata } from "./kv-entry.ts";
import { isRecordName } from "./ledger-row.ts";
import type { LedgerKv, LedgerStorage, ListedKey } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";
import { ScanProgress } from "./scan-progress.ts";

const PREFIX = "jotgate1:";

/** Pages per run. Each is one operation and up to ten bulk reads, of the 1,000 that a run may have. */
const PAGES_PER_RUN = 20;

/** Names that KV reads at once. */
const BULK = 100;

/** Rows that are compared with the list at once, and rows of one page that are written to KV once more at most. */
const ROWS = 2_000;
const RESTORED_PER_PAGE = 1_000;

/** After so many failures in a row, a scan begins again: its cursor may be worth nothing any more. */
const FAILURES_PER_SCAN = 3;

/**
 * Looks through KV for what others wrote, changed or deleted there. The list comes in order of names, as the rows do, so the
 * two are compared side by side and no row has to be written for being there.
 */
export class KvScan {
  readonly #storage: LedgerStorage;
  readonly #progress: ScanProgress;
  readonly #kv: LedgerKv;
  readonly #store: RecordStore;
  readonly #adoption: Adoption;
  readonly #clock: Clock;
  readonly #interval: number;
  #failures = 0;
  #pausedUntil = 0;

  /** @param scanInterval milliseconds from the begin of a scan to the begin of the next */
  constructor(
    platform: { storage: LedgerStorage; kv: LedgerKv; clock: Clock; scanInterval: number },
    store: RecordStore,
    adoption: Adoption,
  ) {
    this.#storage = platform.storage;
    this.#progress = new ScanProgress(platform.storage);
    this.#kv = platform.kv;
    this.#clock = platform.clock;
    this.#interval = platform.scanInterval;
    this.#store = store;
    this.#adoption = adoption;
  }

  /** Goes on with the scan, or begins one when it is time, for a limited number of pages. Failures are noted and tried again. */
  async run(): Promise<void> {
    if (this.nextDue() > this.#clock.now()) return;
    if (!this.#progress.read().scanning) this.begin();
    try {
      for (let page = 0; page < PAGES_PER_RUN && this.#progress.read().scanning; page++) await this.#page();
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Starts from the first name. */
  begin(): void {
    this.#progress.begin(this.#clock.now());
  }

  /** When to run next, in milliseconds. */
  nextDue(): number {
    const now = this.#clock.now();
    // Times ahead of the longest pause are from before the clock was set back.
    if (this.#pausedUntil > now && this.#pausedUntil <= now + this.#interval) return this.#pausedUntil;
    const { scanning, begun } = this.#progress.read();
    return scanning || begun === null || begun > now ? now : begun + this.#interval;
  }

  /** True when a scan that was begun at this time or later has been completed. */
  isDoneSince(time: number): boolean {
    const { done } = this.#progress.read();
    return done !== null && done >= time;
  }

  /** KV did not let the last run get on. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  async #page(): Promise<void> {
    const before = this.#progress.read();
    const { id } = this.#store.head();
    const page = await inTime(
      this.#kv.list({ prefix: PREFIX, limit: 1_000, ...(before.cursor !== null && { cursor: before.cursor }) }),
      this.#clock,
    );
    const keys = new Map<RecordName, ListedKey>();
    for (const key of page.keys) if (isRecordName(key.name)) keys.set(key.name, key);
    const last = page.keys.at(-1)?.name ?? before.after;
    const unknown = await this.#compare(keys, before.after, page.list_complete ? undefined : last);
    const values = await this.#read(unknown.filter((key) => repeatedValue(key) === undefined));
    // A rebuild has begun another scan meanwhile.
    if (this.#store.head().id !== id) return;
    this.#storage.transaction(() => {
      const now = this.#clock.now();
      for (const key of unknown) {
        const name = key.name as RecordName;
        const value = repeatedValue(key) ?? values.get(name) ?? null;
        if (value !== null) this.#adoption.merge(name, readEntry(name, value, key.metadata, key.expiration), now);
      }
      this.#progress.advance(page.list_complete ? null : page.cursor, last, before.keys + page.keys.length);
    });
  }

  /** Deals with what the list alone decides. Returns the keys whose values count. */
  async #compare(
    keys: ReadonlyMap<RecordName, ListedKey>,
    after: string,
    upTo: string | undefined,
  ): Promise<readonly ListedKey[]> {
    const unknown = new Map(keys);
    let restored = 0;
    for (let from: string | undefined = after; from !== undefined && restored < RESTORED_PER_PAGE; ) {
      from = this.#storage.transaction((): string | undefined => {
        const now = this.#clock.now();
        const rows = this.#store.between(from ?? "", upTo, ROWS);
        for (const row of rows) {
          const key = keys.get(row.name);
          const mark = readMark(key?.metadata);
          if (key === undefined) restored += Number(this.#adoption.missing(row, now));
          else if (mark !== undefined && this.#adoption.markedAs(row, mark) !== undefined) {
            unknown.delete(row.name);
            this.#adoption.seen(row, mark, now);
          }
        }
        return rows.length < ROWS ? undefined : rows.at(-1)?.name;
      });
      // Guards are waiting for answers meanwhile.
      if (from !== undefined) await new Promise<void>((resolve) => void this.#clock.after(0, resolve));
    }
    return [...unknown.values()];
  }

  async #read(keys: readonly ListedKey[]): Promise<ReadonlyMap<string, string | null>> {
    const values = new Map<string, string | null>();
    for (let at = 0; at < keys.length; at += BULK) {
      const names = keys.slice(at, at + BULK).map(({ name }) => name);
      const read = await inTime(this.#kv.get(names, { type: "text", cacheTtl: CACHE_TTL }), this.#clock);
      for (const [name, value] of read) values.set(name, value);
    }
    return values;
  }

  #failed(error: unknown): void {
    const now = this.#clock.now();
    this.#failures++;
    this.#pausedUntil = now + Math.min(this.#interval, 1_000 * 2 ** Math.min(this.#failures - 1, 10));
    this.#progress.fail(error, now);
    if (this.#failures % FAILURES_PER_SCAN === 0) this.begin();
  }
}

function repeatedValue(key: ListedKey): string | undefined {
  return valueInMetadata(key.name as RecordName, key.metadata);
}

import type { Compaction } from "./compaction.ts";
import type { KvScan } from "./kv-scan.ts";
import { LedgerLost } from "./ledger-errors.ts";
import type { LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** A ledger that works leaves a trace every minute. In milliseconds. */
const LONGEST_SILENCE = 180_000;

interface Parts {
  readonly storage: LedgerStorage;
  readonly store: RecordStore;
  readonly scan: KvScan;
  readonly compaction: Compaction;
  readonly scanInterval: number;
  /** The ledger's time in milliseconds. */
  readonly now: () => number;
}

/** Whether what the tables say may be told: they are durable, and as complete as what others wrote into KV lets them be. */
export class Readiness {
  readonly #parts: Parts;
  #lost: LedgerLost | undefined;
  /** Start after an absence, until KV was read through once more, or could not be read. Milliseconds. */
  #catchingUpSince: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Nobody worked here for so long that others may have written to KV because of that: reads KV once more if so. */
  async catchUp(): Promise<void> {
    const { store, scan, compaction, scanInterval, now } = this.#parts;
    const silence = now() - compaction.lastRun;
    if (!store.head().ready || silence <= Math.max(LONGEST_SILENCE, 3 * scanInterval)) return;
    this.#catchingUpSince = now();
    scan.begin();
    await this.durable();
  }

  /** Takes note of how far the scan has come. */
  scanned(): void {
    const { scan } = this.#parts;
    const since = this.#catchingUpSince;
    if (since !== undefined && (scan.isDoneSince(since) || scan.isFailing)) this.#catchingUpSince = undefined;
  }

  /** False until KV was read through once, and while what was written there in an absence is not known yet. @throws LedgerLost */
  isReady(): boolean {
    this.check();
    return this.#parts.store.head().ready && this.#catchingUpSince === undefined;
  }

  /** Waits until all that was written is durable. @throws LedgerLost when it never will be */
  async durable(): Promise<void> {
    try {
      await this.#parts.storage.sync();
    } catch (error) {
      this.#lost ??= new LedgerLost(error);
    }
    this.check();
  }

  /** @throws LedgerLost when the storage did not confirm a write */
  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Reads, and waits until what was read is durable. */
  async read<T>(read: () => T): Promise<T> {
    this.check();
    const answer = read();
    await this.durable();
    return answer;
  }
}

import type { RevocationRecord } from "../model/revocation.ts";
import { type MirrorEntry, MirrorTable } from "./mirror-table.ts";
import type { RecordId } from "./record-id.ts";

/** Milliseconds for which KV may go on serving what was taken away. */
export const KV_MAY_LAG = 600_000;

const LIFTED: RevocationRecord = {
  revoked: true,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

/**
 * What KV, or the ledger itself, reported beside the feed: an isolate that refused for it has to go on refusing, even before
 * the feed says the same. What the feed says of a record never lowers it; only a lift takes it away. All times are readings
 * of one clock in milliseconds.
 */
export class ReportedRecords {
  readonly #records = new MirrorTable();
  /** `until` is when a lift is no longer recent, in whole seconds because these take less room. */
  readonly #lifted = new MirrorTable();

  get({ high, low }: RecordId): MirrorEntry | undefined {
    return this.#records.get(high, low);
  }

  get bytes(): number {
    return this.#records.bytes + this.#lifted.bytes;
  }

  /**
   * Keeps it unless it was lifted since.
   *
   * @param asOf how old the report can be: as old as the question to the ledger, and ten minutes when it is KV's
   */
  merge({ high, low }: RecordId, record: RevocationRecord, asOf: number, now: number): void {
    const liftedUntil = this.#lifted.get(high, low)?.record.until;
    if (liftedUntil !== undefined && liftedUntil * 1000 - KV_MAY_LAG > asOf) return;
    this.#records.merge(high, low, record, false, now / 1000);
  }

  /** The feed says that it was lifted. That holds even when a new record comes after it: KV may still have the old one. */
  lift({ high, low }: RecordId, now: number): void {
    this.#records.delete(high, low);
    const until = Math.ceil((now + KV_MAY_LAG) / 1000);
    this.#lifted.set(high, low, { ...LIFTED, until }, false, now / 1000);
  }
}

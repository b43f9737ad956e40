import type { RevocationRecord } from "../model/revocation.ts";

/** What the store had of a record. */
export interface RememberedRecord {
  /** `invalid`: something that is no record; null: nothing. */
  readonly record: RevocationRecord | "invalid" | null;
  /** NumericDate at which the store was asked. */
  readonly askedAt: number;
}

/** Seconds for which an answer of the store is used again. It adds to the time until a revocation is enforced. */
export const REMEMBERED_FOR = 5;

/** Entries that an isolate keeps: some 2 MB, since only what counts of a record is kept. */
const MAX_ENTRIES = 10_000;

/**
 * What the store said lately, per isolate. Bounded: the entry that was written longest ago goes first, except that what
 * condemns a token is kept over what does not. Records go by the octets of their ids, which are shorter than their names.
 */
export class RecordMemory {
  readonly #absent = new Map<string, RememberedRecord>();
  readonly #present = new Map<string, RememberedRecord>();

  get(octets: string): RememberedRecord | undefined {
    return this.#present.get(octets) ?? this.#absent.get(octets);
  }

  /** Answers may arrive in another order than they were asked for: an older one never takes a newer one's place. */
  set(octets: string, entry: RememberedRecord): void {
    const known = this.get(octets);
    if (known !== undefined && known.askedAt > entry.askedAt) return;
    this.#absent.delete(octets);
    this.#present.delete(octets);
    const entries = entry.record === null ? this.#absent : this.#present;
    entries.set(octets, entry);
    if (entries.size > MAX_ENTRIES / 2) entries.delete(entries.keys().next().value as string);
  }
}

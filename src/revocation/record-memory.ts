import type { RevocationRecord } from "../model/revocation.ts";
import type { RecordName } from "./record-name.ts";

/** What the store had under a name. */
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
 * condemns a token is kept over what does not.
 */
export class RecordMemory {
  readonly #absent = new Map<RecordName, RememberedRecord>();
  readonly #present = new Map<RecordName, RememberedRecord>();

  get(name: RecordName): RememberedRecord | undefined {
    return this.#present.get(name) ?? this.#absent.get(name);
  }

  /** Answers may arrive in another order than they were asked for: an older one never takes a newer one's place. */
  set(name: RecordName, entry: RememberedRecord): void {
    const known = this.get(name);
    if (known !== undefined && known.askedAt > entry.askedAt) return;
    this.#absent.delete(name);
    this.#present.delete(name);
    const entries = entry.record === null ? this.#absent : this.#present;
    entries.set(name, entry);
    if (entries.size > MAX_ENTRIES / 2) entries.delete(entries.keys().next().value as RecordName);
  }
}

import type { RevocationRecord } from "../model/revocation.ts";
import { mergeRecords } from "./merge-records.ts";
import { RecordColumns } from "./record-columns.ts";

/** What is known under one id. */
export interface MirrorEntry {
  readonly record: RevocationRecord;
  /** Besides, the store has something that nobody can read. */
  readonly invalid: boolean;
}

/** Words of a slot: both halves of the id, `until`, and what it holds. */
const WORDS = 4;

/** The last word of a slot: nothing; a plain revocation that ends at `until`; or, from here on, a row of the columns. */
const EMPTY = 0;
const PLAIN = 1;
const FIRST_ROW = 2;

/** `until` of a plain revocation without an end. */
const NO_END = 2 ** 32 - 1;

const FEWEST_SLOTS = 64;

/** With more slots in use than this, the table is rebuilt without what has expired. */
const FULL = 0.75;

/** If then more than this is still in use, it gets twice as many slots. */
const CROWDED = 0.72;

/** Seconds after its end for which a record is kept at least, in case the clock is set back a little. */
export const SPARE = 60;

/**
 * Records by the first 64 bits of their id, exactly as they went in: open addressing with linear probing in one block of
 * words, 16 bytes a slot, and columns beside it for what does not fit. Most records are revoked tokens that end at a whole
 * second, and these fit. Ids are keyed hashes: they are spread evenly, and nobody can aim at one place.
 */
export class MirrorTable {
  #slots = new Uint32Array(FEWEST_SLOTS * WORDS);
  #mask = FEWEST_SLOTS - 1;
  #size = 0;
  readonly #columns = new RecordColumns();

  /** Ids in the table; those whose record has expired lately are among them. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#columns.bytes;
  }

  /** What is known under the id, expired or not. */
  get(high: number, low: number): MirrorEntry | undefined {
    if (this.#size === 0) return undefined;
    const slot = this.#find(high, low);
    return this.#word(slot + 3) === EMPTY ? undefined : this.#entryAt(slot);
  }

  /**
   * Puts a record in the place of what was known.
   *
   * @param now NumericDate by which records have expired, when the table has to be rebuilt
   */
  set(high: number, low: number, record: RevocationRecord, invalid: boolean, now: number): void {
    let slot = this.#find(high, low);
    if (this.#word(slot + 3) === EMPTY) {
      if (this.#size >= (this.#mask + 1) * FULL) {
        this.#rebuild(now);
        slot = this.#find(high, low);
      }
      this.#slots[slot] = high;
      this.#slots[slot + 1] = low;
      this.#size++;
    } else this.#release(slot);
    this.#write(slot, record, invalid);
  }

  /** Adds what a record says to what was known: the strictest of both holds from now on. */
  merge(high: number, low: number, record: RevocationRecord, invalid: boolean, now: number): void {
    const known = this.get(high, low);
    if (known === undefined) this.set(high, low, record, invalid, now);
    else this.set(high, low, mergeRecords(known.record, record), known.invalid || invalid, now);
  }

  /** Merges everything that another table has. */
  mergeAll(other: MirrorTable, now: number): void {
    for (let slot = 0; slot < other.#slots.length; slot += WORDS) {
      if (other.#word(slot + 3) === EMPTY) continue;
      const { record, invalid } = other.#entryAt(slot);
      this.merge(other.#word(slot), other.#word(slot + 1), record, invalid, now);
    }
  }

  delete(high: number, low: number): void {
    let hole = this.#find(high, low);
    if (this.#word(hole + 3) === EMPTY) return;
    this.#release(hole);
    this.#size--;
    // Entries behind the hole that a search would no longer reach move into it, and leave a hole of their own.
    const wrap = this.#slots.length - 1;
    for (let slot = this.#after(hole); this.#word(slot + 3) !== EMPTY; slot = this.#after(slot)) {
      const distanceFromHome = (slot - this.#home(this.#word(slot + 1))) & wrap;
      if (distanceFromHome < ((slot - hole) & wrap)) continue;
      this.#slots.copyWithin(hole, slot, slot + WORDS);
      hole = slot;
    }
    this.#slots[hole + 3] = EMPTY;
  }

  /** Index of the first word of the slot that has the id, or of the empty one where it would go. */
  #find(high: number, low: number): number {
    let slot = this.#home(low);
    while (this.#word(slot + 3) !== EMPTY && (this.#word(slot + 1) !== low || this.#word(slot) !== high)) {
      slot = this.#after(slot);
    }
    return slot;
  }

  #home(low: number): number {
    return (low & this.#mask) * WORDS;
  }

  #after(slot: number): number {
    return (slot + WORDS) & (this.#slots.length - 1);
  }

  #word(index: number): number {
    return this.#slots[index] as number;
  }

  #entryAt(slot: number): MirrorEntry {
    const holds = this.#word(slot + 3);
    if (holds !== PLAIN) {
      const row = holds - FIRST_ROW;
      return { record: this.#columns.recordAt(row), invalid: this.#columns.isInvalid(row) };
    }
    const until = this.#word(slot + 2);
    const record = { revoked: true, issuedBefore: undefined, minimumTokenVersion: undefined };
    return { record: { ...record, until: until === NO_END ? undefined : until }, invalid: false };
  }

  #write(slot: number, record: RevocationRecord, invalid: boolean): void {
    const plain = !invalid && isPlain(record);
    this.#slots[slot + 2] = plain ? (record.until ?? NO_END) : 0;
    this.#slots[slot + 3] = plain ? PLAIN : FIRST_ROW + this.#columns.add(record, invalid);
  }

  #release(slot: number): void {
    const holds = this.#word(slot + 3);
    if (holds !== PLAIN) this.#columns.remove(holds - FIRST_ROW);
  }

  #hasExpired(slot: number, now: number): boolean {
    const holds = this.#word(slot + 3);
    if (holds === PLAIN) {
      const until = this.#word(slot + 2);
      return until !== NO_END && until + SPARE <= now;
    }
    const until = this.#columns.untilOf(holds - FIRST_ROW);
    // What cannot be read has no end that anybody knows.
    return until !== undefined && until + SPARE <= now && !this.#columns.isInvalid(holds - FIRST_ROW);
  }

  #rebuild(now: number): void {
    const before = this.#slots;
    let kept = 0;
    for (let slot = 0; slot < before.length; slot += WORDS) {
      if (this.#word(slot + 3) === EMPTY) continue;
      if (this.#hasExpired(slot, now)) {
        this.#release(slot);
        before[slot + 3] = EMPTY;
      } else kept++;
    }
    const slots = before.length / WORDS;
    const needed = kept > slots * CROWDED ? slots * 2 : slots;
    this.#slots = new Uint32Array(needed * WORDS);
    this.#mask = needed - 1;
    this.#size = kept;
    for (let slot = 0; slot < before.length; slot += WORDS) {
      if (before[slot + 3] === EMPTY) continue;
      const to = this.#find(before[slot] as number, before[slot + 1] as number);
      for (let word = 0; word < WORDS; word++) this.#slots[to + word] = before[slot + word] as number;
    }
  }
}

/** Revoked and nothing else, with an end that 32 bits hold. */
function isPlain({ revoked, issuedBefore, minimumTokenVersion, until }: RevocationRecord): boolean {
  if (!revoked || issuedBefore !== undefined || minimumTokenVersion !== undefined) return false;
  return until === undefined || (until >>> 0 === until && until !== NO_END && !Object.is(until, -0));
}

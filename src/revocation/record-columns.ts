import type { RevocationRecord } from "../model/revocation.ts";

/** Numbers of a row: `until`, `issuedBefore`, `minimumTokenVersion`. */
const NUMBERS = 3;

const REVOKED = 1;
const INVALID = 2;

/** What stands at the end of the chain of free rows. */
const NONE = -1;

/**
 * Records side by side in typed arrays, exactly as they were given, some 25 bytes each. Rows that were removed are used again
 * before new ones are taken, so that change does not let it grow.
 */
export class RecordColumns {
  #numbers = new Float64Array(0);
  #flags = new Uint8Array(0);
  #taken = 0;
  /** The row that was removed last; its first number is the one removed before it. */
  #free = NONE;

  /** @returns the record's row, from 0 */
  add({ revoked, until, issuedBefore, minimumTokenVersion }: RevocationRecord, invalid: boolean): number {
    const row = this.#takeRow();
    // No number stands for no restriction.
    this.#numbers[row * NUMBERS] = until ?? Number.NaN;
    this.#numbers[row * NUMBERS + 1] = issuedBefore ?? Number.NaN;
    this.#numbers[row * NUMBERS + 2] = minimumTokenVersion ?? Number.NaN;
    this.#flags[row] = (revoked ? REVOKED : 0) | (invalid ? INVALID : 0);
    return row;
  }

  remove(row: number): void {
    this.#numbers[row * NUMBERS] = this.#free;
    this.#free = row;
  }

  recordAt(row: number): RevocationRecord {
    return {
      revoked: (this.#flagsAt(row) & REVOKED) !== 0,
      until: this.#numberAt(row * NUMBERS),
      issuedBefore: this.#numberAt(row * NUMBERS + 1),
      minimumTokenVersion: this.#numberAt(row * NUMBERS + 2),
    };
  }

  isInvalid(row: number): boolean {
    return (this.#flagsAt(row) & INVALID) !== 0;
  }

  untilOf(row: number): number | undefined {
    return this.#numberAt(row * NUMBERS);
  }

  get bytes(): number {
    return this.#numbers.byteLength + this.#flags.byteLength;
  }

  #takeRow(): number {
    const free = this.#free;
    if (free !== NONE) {
      this.#free = this.#numbers[free * NUMBERS] as number;
      return free;
    }
    if (this.#taken === this.#flags.length) this.#grow(Math.max(16, Math.ceil(this.#taken * 1.5)));
    return this.#taken++;
  }

  #grow(rows: number): void {
    const [numbers, flags] = [this.#numbers, this.#flags];
    this.#numbers = new Float64Array(rows * NUMBERS);
    this.#numbers.set(numbers);
    this.#flags = new Uint8Array(rows);
    this.#flags.set(flags);
  }

  #numberAt(index: number): number | undefined {
    const number = this.#numbers[index] as number;
    return Number.isNaN(number) ? undefined : number;
  }

  #flagsAt(row: number): number {
    return this.#flags[row] as number;
  }
}

/** Milliseconds between two entries that one isolate makes. */
const INTERVAL = 60_000;

/** Counts requests whose credentials are nobody's, so that one write stands for all of a minute. */
export class FailureCount {
  #count = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /**
   * Counts one more.
   *
   * @param now milliseconds
   * @returns how many have to be put on record now; 0 while the last entry is less than a minute old
   */
  add(now: number): number {
    this.#count++;
    if (Math.abs(now - this.#toldAt) < INTERVAL) return 0;
    const count = this.#count;
    this.#count = 0;
    this.#toldAt = now;
    return count;
  }
}

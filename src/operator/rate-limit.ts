/** What each may ask for in a second, and at once after a pause. */
const PER_SECOND = 50;
const AT_ONCE = 100;

/** Names that are remembered before those who have not asked for long are dropped. */
const MOST_NAMES = 1_000;

interface Bucket {
  level: number;
  at: number;
}

/**
 * Bounds what one asker can ask of this isolate: a bucket that holds 100 and fills by 50 a second. It is about mistakes and
 * greed; the ledger has bounds of its own.
 */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param cost 1 for a request, more for a large one
   * @param now milliseconds
   * @returns 0 when it may go on; else whole seconds to wait, and nothing was taken
   */
  take(name: string, cost: number, now: number): number {
    const { level, at } = this.#buckets.get(name) ?? { level: AT_ONCE, at: now };
    // A clock that was set back gives nothing for free.
    const filled = Math.min(AT_ONCE, level + (Math.max(0, now - at) / 1000) * PER_SECOND);
    if (filled < cost) return Math.ceil((cost - filled) / PER_SECOND);
    if (this.#buckets.size >= MOST_NAMES && !this.#buckets.has(name)) this.#forget(now);
    this.#buckets.set(name, { level: filled - cost, at: now });
    return 0;
  }

  /** A bucket that has been left alone for long enough is full, and as good as a new one. */
  #forget(now: number): void {
    for (const [name, { at }] of this.#buckets) {
      if (now - at >= (AT_ONCE / PER_SECOND) * 1000) this.#buckets.delete(name);
    }
    if (this.#buckets.size >= MOST_NAMES) this.#buckets.clear();
  }
}

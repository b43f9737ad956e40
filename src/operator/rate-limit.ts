/** What each may ask for in a second, and at once after a pause. */
const PER_SECOND = 50;
const AT_ONCE = 100;

/** Names that are remembered. Beyond them whoever has not asked for longest is forgotten. */
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
  /** In the order in which they asked last. */
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param cost 1 for a request, more for a large one
   * @param now milliseconds
   * @returns 0 when it may go on; else whole seconds to wait, and nothing was taken
   */
  take(name: string, cost: number, now: number): number {
    const filled = this.#filled(name, now);
    if (filled < cost) return Math.ceil((cost - filled) / PER_SECOND);
    this.#set(name, filled - cost, now);
    return 0;
  }

  /** Takes what was asked for already, even if there is not so much: the next one waits longer. */
  charge(name: string, cost: number, now: number): void {
    if (cost > 0) this.#set(name, this.#filled(name, now) - cost, now);
  }

  #filled(name: string, now: number): number {
    const { level, at } = this.#buckets.get(name) ?? { level: AT_ONCE, at: now };
    // A clock that was set back gives nothing for free.
    return Math.min(AT_ONCE, level + (Math.max(0, now - at) / 1000) * PER_SECOND);
  }

  #set(name: string, level: number, now: number): void {
    this.#buckets.delete(name);
    const [oldest] = this.#buckets.size < MOST_NAMES ? [] : this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(name, { level, at: now });
  }
}

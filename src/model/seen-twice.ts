/** How much one part of a memory may hold. */
export interface Limits {
  readonly entries: number;
  /** Sum of the keys' lengths. */
  readonly characters: number;
}

/**
 * A bounded memory that a flood of new keys cannot empty. What was set once waits in a small part of its own; what is asked for
 * again moves to the other, where only its like can drive it out. In each part the oldest goes first, but for what was used
 * since its turn came last.
 */
export class SeenTwice<V> {
  readonly #once: Part<V>;
  readonly #again: Part<V>;

  /** A quarter of the limits is for what was seen once. */
  constructor({ entries, characters }: Limits) {
    this.#once = new Part({ entries: entries / 4, characters: characters / 4 });
    this.#again = new Part({ entries: (entries * 3) / 4, characters: (characters * 3) / 4 });
  }

  get(key: string): V | undefined {
    const regular = this.#again.use(key);
    if (regular !== undefined) return regular;
    const value = this.#once.take(key);
    if (value !== undefined) this.#again.put(key, value);
    return value;
  }

  /** Replaces what was known under the key; a new key has to be asked for again before it is safe. */
  set(key: string, value: V): void {
    const part = this.#again.take(key) === undefined ? this.#once : this.#again;
    this.#once.take(key);
    part.put(key, value);
  }

  delete(key: string): void {
    this.#once.take(key);
    this.#again.take(key);
  }
}

interface Entry<V> {
  readonly value: V;
  used: boolean;
}

/** Entries in the order in which their turns come to go. Use only marks an entry: moving it would cost more than finding it. */
class Part<V> {
  readonly #limits: Limits;
  readonly #entries = new Map<string, Entry<V>>();
  #characters = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  use(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  take(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#characters -= key.length;
    return entry.value;
  }

  /** The key must not be there. */
  put(key: string, value: V): void {
    const { entries, characters } = this.#limits;
    if (key.length > characters) return;
    // What is moved to the end is met again in this loop, unmarked by then.
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size < entries && this.#characters + key.length <= characters) break;
      if (entry.used) {
        entry.used = false;
        this.#entries.delete(oldest);
        this.#entries.set(oldest, entry);
      } else this.take(oldest);
    }
    this.#entries.set(key, { value, used: false });
    this.#characters += key.length;
  }
}

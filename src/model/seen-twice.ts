/** How much one part of a memory may hold. */
export interface Limits {
  readonly entries: number;
  /** Sum of the keys' lengths. */
  readonly characters: number;
}

/**
 * A bounded memory that a flood of new keys cannot empty. What was set once waits in a small part of its own; what is asked for
 * again moves to the other, where only its like can drive it out. In each part the one used longest ago goes first.
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
    const value = this.#again.take(key) ?? this.#once.take(key);
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

/** Entries in the order of their last use. */
class Part<V> {
  readonly #limits: Limits;
  readonly #entries = new Map<string, V>();
  #characters = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  take(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#characters -= key.length;
    }
    return value;
  }

  /** The key must not be there. */
  put(key: string, value: V): void {
    this.#entries.set(key, value);
    this.#characters += key.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#characters <= this.#limits.characters) return;
      this.take(oldest);
    }
  }
}

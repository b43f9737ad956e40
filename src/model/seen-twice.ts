/** How much one part of a memory may hold. */
export interface Limits {
  readonly entries: number;
  /** Sum of the keys' lengths. */
  readonly characters: number;
}

/**
 * A bounded memory that a flood of new keys cannot empty. What was set once waits in a small part of its own; what is asked for
 * again moves to the other, where only its like can drive it out. In each part what was used longest ago goes first, about.
 */
export class SeenTwice<V> {
  readonly #once: Part<V>;
  readonly #again: Part<V>;

  /** A quarter of the limits is for what was seen once. */
  constructor(limits: Limits) {
    this.#once = new Part(limits, 0.25);
    this.#again = new Part(limits, 0.75);
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
  /** How much had been put in when this one came last to the end. */
  since: number;
}

/** Share of the room that is filled anew before use moves an entry to the end again: moving costs more than finding. */
const PATIENCE = 0.125;

/** Entries in the order of their last use, but for what came in last. */
class Part<V> {
  readonly #mostEntries: number;
  readonly #mostCharacters: number;
  readonly #entries = new Map<string, Entry<V>>();
  #characters = 0;
  /** All that was ever put in, in rooms. */
  #filled = 0;

  constructor({ entries, characters }: Limits, share: number) {
    this.#mostEntries = entries * share;
    this.#mostCharacters = characters * share;
  }

  use(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#filled - entry.since > PATIENCE) {
      entry.since = this.#filled;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry?.value;
  }

  take(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#entries.delete(key);
      this.#characters -= key.length;
    }
    return entry?.value;
  }

  /** The key must not be there. */
  put(key: string, value: V): void {
    const { length } = key;
    if (length > this.#mostCharacters) return;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#mostEntries && this.#characters + length <= this.#mostCharacters) break;
      this.take(oldest);
    }
    this.#entries.set(key, { value, since: this.#filled });
    this.#filled += Math.max(1 / this.#mostEntries, length / this.#mostCharacters);
    this.#characters += length;
  }
}

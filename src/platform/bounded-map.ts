/** A memory of what can be found out again: emptied when it is full, so that a flood costs time and no room. */
export class BoundedMap<V> extends Map<string, V> {
  readonly #most: number;
  readonly #longest: number;

  /**
   * @param most entries at a time
   * @param longest characters of a key; nothing is kept under a longer one
   */
  constructor(most: number, longest: number) {
    super();
    this.#most = most;
    this.#longest = longest;
  }

  override set(key: string, value: V): this {
    if (key.length > this.#longest) return this;
    if (this.size >= this.#most && !this.has(key)) this.clear();
    return super.set(key, value);
  }
}

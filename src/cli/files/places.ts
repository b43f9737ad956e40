/** Keys and indexes from the top of a file to a value. */
export type ValuePath = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where each value of a structured file stands. */
export class Places {
  #place: Place | undefined;
  readonly #inner = new Map<string | number, Places>();

  /** The first place of a value is its place: a TOML table may go on further down. */
  mark(path: ValuePath, place: Place): void {
    this.#place ??= place;
    const [key, ...rest] = path;
    if (key === undefined) return;
    let inner = this.#inner.get(key);
    if (inner === undefined) {
      inner = new Places();
      this.#inner.set(key, inner);
    }
    inner.mark(rest, place);
  }

  /** Place of the value at `path`; of the nearest value around it when it is not there itself. */
  find(path: ValuePath): Place | undefined {
    const [key, ...rest] = path;
    const inner = key === undefined ? undefined : this.#inner.get(key);
    return inner?.find(rest) ?? this.#place;
  }

  /** As `find`, along a path in the spelling of problems: `ROUTES[2].claims[0].equals`. Names may have dots in them. */
  findWritten(path: ValuePath, written: string): Place | undefined {
    const [key, ...rest] = path;
    if (key !== undefined) return this.#inner.get(key)?.findWritten(rest, written) ?? this.#place;
    for (const [name, inner] of this.#inner) {
      const spellings = typeof name === "number" ? [`[${name}]`] : [name, `.${name}`];
      const spelling = spellings.find(
        (text) => written.startsWith(text) && /^(?:$|[.[])/.test(written.slice(text.length)),
      );
      if (spelling !== undefined) return inner.findWritten([], written.slice(spelling.length));
    }
    return this.#place;
  }

  has(path: ValuePath): boolean {
    const [key, ...rest] = path;
    return key === undefined || (this.#inner.get(key)?.has(rest) ?? false);
  }
}

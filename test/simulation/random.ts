/** Numbers that look random and follow from one seed alone. */
export class Random {
  #state: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
    // Seeds that are neighbours begin with numbers that are neighbours; some steps later nothing shows it.
    for (let step = 0; step < 8; step++) this.next();
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number; both ends are possible. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these; the list must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)] as T;
  }

  /** Milliseconds until the next of events that come independently of each other, so many a second. */
  gap(perSecond: number): number {
    return Math.max(1, Math.round((-Math.log(1 - this.next()) * 1000) / perSecond));
  }

  /** A source of its own, so that what one part of the world draws does not shift what another draws. */
  fork(): Random {
    return new Random(this.whole(0, 0xffff_ffff));
  }
}

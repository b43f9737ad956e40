/**
 * As of when knowledge is good, by one machine's clock in milliseconds. A clock that goes back makes ages look smaller than
 * they are, so whatever was measured before that does not count any more.
 */
export class Freshness {
  readonly #bound: number;
  #asOf: number | undefined;
  #latest = Number.NEGATIVE_INFINITY;
  #setBacks = 0;

  /** @param bound milliseconds for which knowledge is good (B) */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Takes note of a reading of the clock. Returns how often it has been seen to go back. */
  see(now: number): number {
    if (now < this.#latest) {
      this.#setBacks++;
      this.#asOf = undefined;
    }
    this.#latest = now;
    return this.#setBacks;
  }

  /**
   * Everything is known as of a time. An older one than what is known already changes nothing.
   *
   * @param setBacks what {@link see} returned when that time was measured
   */
  prove(asOf: number, setBacks: number): void {
    if (setBacks === this.#setBacks) this.#asOf = Math.max(this.#asOf ?? asOf, asOf);
  }

  /** Knowledge is not what it was. */
  lose(): void {
    this.#asOf = undefined;
  }

  /** As of when everything is known, unless that is too long ago. */
  asOf(now: number): number | undefined {
    const age = this.age(now);
    return age !== undefined && age >= 0 && age < this.#bound ? this.#asOf : undefined;
  }

  /** How old knowledge is, however old. */
  age(now: number): number | undefined {
    this.see(now);
    return this.#asOf === undefined ? undefined : now - this.#asOf;
  }
}

import type { Clock } from "../platform/clock.ts";

/**
 * Milliseconds by which a reading may be behind another request's without meaning that the clock was set back. They count
 * against the staleness bound.
 */
export const LAG = 250;

/**
 * One time for all requests of an isolate. The platform holds a request's time still between its events, and lets a timer's
 * callback see the time for which it was set: of two requests one may be some milliseconds behind the other.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The latest reading of anybody, unless the clock was set back by more than requests lag behind each other. */
  now(): number {
    const reading = this.#clock.now();
    if (reading > this.#latest || this.#latest - reading > LAG) this.#latest = reading;
    return this.#latest;
  }

  after(milliseconds: number, action: () => void): () => void {
    return this.#clock.after(milliseconds, action);
  }
}

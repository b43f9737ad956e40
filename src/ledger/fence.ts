import type { Clock } from "../platform/clock.ts";

/** For how long the knowledge that this object owns its storage is used again, in milliseconds. */
const USED_FOR_MS = 1_000;

/** A reading of the clock. Two of them can be compared when the clock was not seen to go back between them. */
export interface Stamp {
  readonly ms: number;
  readonly era: number;
}

interface Flight {
  readonly begun: Stamp;
  readonly done: Promise<void>;
}

/**
 * Proof that this object still owns its storage, which only a durable write gives: a replaced object can go on reading what
 * it has. A proof holds for the moment in which its write began.
 */
export class Fence {
  readonly #write: () => Promise<void>;
  readonly #clock: Clock;
  #confirmed: Stamp | undefined;
  #flight: Flight | undefined;
  #next: Promise<void> | undefined;
  #latest: Stamp = { ms: Number.NEGATIVE_INFINITY, era: 0 };

  /** @param write writes something and resolves when it is durable */
  constructor(write: () => Promise<void>, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Reads the clock. One that went back begins a new era: it says nothing about the age of what was before. */
  now(): Stamp {
    const ms = this.#clock.now();
    this.#latest = { ms, era: this.#latest.era + (ms < this.#latest.ms ? 1 : 0) };
    return this.#latest;
  }

  #confirm(begun: Stamp): void {
    const known = this.#confirmed;
    if (known === undefined || known.era < begun.era || (known.era === begun.era && known.ms < begun.ms)) {
      this.#confirmed = begun;
    }
  }

  /**
   * Resolves with the age of a proof at a moment: milliseconds, 0 when it is younger than that. At most a second old, unless
   * the storage takes longer to confirm.
   */
  async age(at: Stamp): Promise<number> {
    const confirmed = ageOf(this.#confirmed, at);
    if (confirmed !== undefined) return confirmed;
    const underWay = ageOf(this.#flight?.begun, at);
    if (underWay !== undefined) {
      await this.#flight?.done;
      return underWay;
    }
    await this.next();
    return 0;
  }

  /** Resolves with a proof that was begun after this call. All calls during one write share the next. */
  next(): Promise<void> {
    if (this.#flight === undefined) return this.#start().done;
    this.#next ??= this.#flight.done.then(
      () => this.#start().done,
      () => this.#start().done,
    );
    return this.#next;
  }

  #start(): Flight {
    this.#next = undefined;
    const begun = this.now();
    const done = this.#write().then(
      () => {
        this.#flight = undefined;
        this.#confirm(begun);
      },
      (error: unknown) => {
        this.#flight = undefined;
        throw error;
      },
    );
    const flight = { begun, done };
    this.#flight = flight;
    return flight;
  }
}

function ageOf(begun: Stamp | undefined, at: Stamp): number | undefined {
  if (begun === undefined || begun.era !== at.era) return undefined;
  const age = at.ms - begun.ms;
  return age >= 0 && age < USED_FOR_MS ? age : undefined;
}

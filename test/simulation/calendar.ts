import type { Random } from "./random.ts";

const HOUR = 3_600_000;

/** When things go wrong in a world, and when everything works for a while. Times are the world's, in milliseconds. */
export class Calendar {
  /** The calm between two storms, if there are two. */
  readonly interval: { readonly from: number; readonly to: number } | undefined;
  /** From here on it is calm for good. */
  readonly end: number;

  /**
   * @param stormy milliseconds of bad weather, all in all
   * @param mayBeLong whether the calm between two storms may last more than a day
   */
  constructor(random: Random, stormy: number, mayBeLong: boolean) {
    const calm = random.chance(0.7) ? 0 : random.chance(0.25) && mayBeLong ? 26 * HOUR : 150_000;
    this.interval = calm === 0 ? undefined : { from: stormy / 2, to: stormy / 2 + calm };
    this.end = stormy + calm;
  }

  isStormy(now: number): boolean {
    return now < this.end && !this.#isBetween(now);
  }

  /** In a calm that lasts a day, nobody sends requests or commands. */
  get isLong(): boolean {
    return this.interval !== undefined && this.interval.to - this.interval.from > HOUR;
  }

  /** Milliseconds until there is traffic again. */
  pauseAt(now: number): number {
    return this.isLong && this.interval !== undefined && this.#isBetween(now) ? this.interval.to - now : 0;
  }

  #isBetween(now: number): boolean {
    return this.interval !== undefined && now >= this.interval.from && now < this.interval.to;
  }
}

/** What work that outlives its request needs of the platform. */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void;
}

/** After this long a load that neither ended nor failed is taken for lost. Longer than any load's own deadline. */
const LOST_AFTER_MS = 3_500;

/**
 * Runs one load at a time for all requests of an isolate. A promise belongs to the request that made it: when that request
 * ends, waiters may hang or fail. So the first caller hands its load to `waitUntil`, and the others wait with a timer of their
 * own and load for themselves when the first one is lost.
 *
 * Loads have to resolve to plain data and must not reject.
 */
export class SingleFlight<T> {
  #latest: Flight<T> | undefined;

  get isUnderWay(): boolean {
    return this.#underWay() !== undefined;
  }

  /** Joins the load under way, or starts one. */
  async run(lifetime: Lifetime, load: () => Promise<T>): Promise<T> {
    const underWay = this.#underWay();
    return underWay === undefined ? this.#start(lifetime, load) : this.#join(underWay, lifetime, load);
  }

  /** Starts a load unless one is under way; nobody waits for it. */
  runInBackground(lifetime: Lifetime, load: () => Promise<T>): void {
    if (this.#underWay() === undefined) void this.#start(lifetime, load);
  }

  async #join(joined: Flight<T>, lifetime: Lifetime, load: () => Promise<T>): Promise<T> {
    let timer: number | null = null;
    try {
      return await Promise.race([
        joined.result,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error("the load was lost")), LOST_AFTER_MS);
        }),
      ]);
    } catch {
      // The first to notice loads again. The others go with that load, even if it has ended by then: one is enough for all.
      const latest = this.#latest;
      return latest === undefined || latest === joined
        ? this.#start(lifetime, load)
        : this.#join(latest, lifetime, load);
    } finally {
      clearTimeout(timer);
    }
  }

  #underWay(): Flight<T> | undefined {
    const latest = this.#latest;
    return latest !== undefined && !latest.ended && Date.now() - latest.startedAt < LOST_AFTER_MS ? latest : undefined;
  }

  #start(lifetime: Lifetime, load: () => Promise<T>): Promise<T> {
    const result = load().finally(() => {
      flight.ended = true;
    });
    const flight: Flight<T> = { result, startedAt: Date.now(), ended: false };
    this.#latest = flight;
    lifetime.waitUntil(result);
    return result;
  }
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly startedAt: number;
  ended: boolean;
}

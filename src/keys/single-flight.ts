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
  #flight: { readonly result: Promise<T>; readonly startedAt: number } | undefined;

  get isUnderWay(): boolean {
    return this.#underWay() !== undefined;
  }

  /** Joins the load under way, or starts one. */
  async run(lifetime: Lifetime, load: () => Promise<T>): Promise<T> {
    const joined = this.#underWay();
    if (joined === undefined) return this.#start(lifetime, load);
    let timer: number | null = null;
    try {
      return await Promise.race([
        joined.result,
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error("the load was lost")), LOST_AFTER_MS);
        }),
      ]);
    } catch {
      if (this.#flight === joined) this.#flight = undefined;
      return this.run(lifetime, load);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts a load unless one is under way; nobody waits for it. */
  runInBackground(lifetime: Lifetime, load: () => Promise<T>): void {
    if (this.#underWay() === undefined) void this.#start(lifetime, load);
  }

  #underWay() {
    const flight = this.#flight;
    return flight !== undefined && Date.now() - flight.startedAt < LOST_AFTER_MS ? flight : undefined;
  }

  #start(lifetime: Lifetime, load: () => Promise<T>): Promise<T> {
    const result = load().finally(() => {
      if (this.#flight === flight) this.#flight = undefined;
    });
    const flight = { result, startedAt: Date.now() };
    this.#flight = flight;
    lifetime.waitUntil(result);
    return result;
  }
}

import type { Lifetime } from "./lifetime.ts";
import { LATE, withDeadline } from "./with-deadline.ts";

/** After this long a load that neither ended nor failed is taken for lost. Longer than any load's own deadline. */
const LOST_AFTER_MS = 3_500;

/**
 * Runs one load at a time for all requests of an isolate. A promise belongs to the request that made it: when that request
 * ends, waiters may hang or fail. So the first caller hands its load to `waitUntil`, and the others wait with a timer of their
 * own and load for themselves when the first one is lost.
 *
 * Loads leave their result in memory that all requests share, and must not reject.
 */
export class SingleFlight {
  #latest: Flight | undefined;

  get isUnderWay(): boolean {
    return this.#underWay() !== undefined;
  }

  /** Joins the load under way, or starts one. */
  async run(lifetime: Lifetime, load: () => Promise<void>): Promise<void> {
    const underWay = this.#underWay();
    return underWay === undefined ? this.#start(lifetime, load) : this.#join(underWay, lifetime, load);
  }

  /** Starts a load unless one is under way; nobody waits for it. */
  runInBackground(lifetime: Lifetime, load: () => Promise<void>): void {
    if (this.#underWay() === undefined) void this.#start(lifetime, load);
  }

  async #join(joined: Flight, lifetime: Lifetime, load: () => Promise<void>): Promise<void> {
    const outcome = await withDeadline(
      joined.result.then(
        () => true,
        () => LATE,
      ),
      LOST_AFTER_MS,
    );
    if (outcome !== LATE) return;
    // The first to notice loads again. The others go with that load, even if it has ended by then: one is enough for all.
    const latest = this.#latest;
    await (latest === undefined || latest === joined
      ? this.#start(lifetime, load)
      : this.#join(latest, lifetime, load));
  }

  #underWay(): Flight | undefined {
    const latest = this.#latest;
    return latest !== undefined && !latest.ended && Date.now() - latest.startedAt < LOST_AFTER_MS ? latest : undefined;
  }

  #start(lifetime: Lifetime, load: () => Promise<void>): Promise<void> {
    const result = load().finally(() => {
      flight.ended = true;
    });
    const flight: Flight = { result, startedAt: Date.now(), ended: false };
    this.#latest = flight;
    lifetime.waitUntil(result);
    return result;
  }
}

interface Flight {
  readonly result: Promise<void>;
  readonly startedAt: number;
  ended: boolean;
}

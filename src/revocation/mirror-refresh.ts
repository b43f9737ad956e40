import type { Clock } from "../platform/clock.ts";
import type { Lifetime } from "../platform/lifetime.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import type { LedgerFeed } from "./feed.ts";
import type { Mirror } from "./mirror.ts";

/** All in milliseconds. Between the starts of two runs of questions. */
const PACE = 1_000;

/** How long a request waits at most, and how long the ledger may be silent while one waits. */
const PATIENCE = 1_000;

/** For one page. */
const PAGE_DEADLINE = 2_000;

/** After this long without a page, the request that asked is taken for lost. Longer than a page's own deadline. */
const LOST_AFTER = 3_000;

/** The platform lets work outlive its request by 30 seconds. */
const LONGEST_RUN = 25_000;

/** Asks the ledger until the mirror has everything, or until something goes wrong. */
interface Run {
  progressAt: number;
  ended: boolean;
  /** Never rejects by itself; but it belongs to one request, and ends in any way, or not at all, when that one is aborted. */
  done: Promise<void>;
}

/**
 * Keeps a mirror fresh on the back of requests: one run of questions at a time, at most one a second, and none without a
 * request. Whether the run under way is alive is judged by the clock, never by its promise alone.
 */
export class MirrorRefresh {
  readonly #mirror: Mirror;
  readonly #feed: () => LedgerFeed;
  readonly #clock: Clock;
  #latest: Run | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** @param feed makes the ledger's stub for one question; stubs belong to the request that made them */
  constructor(mirror: Mirror, feed: () => LedgerFeed, clock: Clock) {
    this.#mirror = mirror;
    this.#feed = feed;
    this.#clock = clock;
  }

  /** Asks if it is time to. Nobody waits for the answer. */
  inBackground(lifetime: Lifetime): void {
    this.#join(lifetime);
  }

  /**
   * Asks if it is time to, and waits for the end of the questions under way: a second at most, and not at all while the ledger
   * is failing. The mirror says afterwards whether that helped.
   */
  async wait(lifetime: Lifetime): Promise<void> {
    const begun = this.#clock.now();
    const failing = elapsed(this.#failedAt, begun) < PACE;
    let run = this.#join(lifetime);
    while (run !== undefined && !failing) {
      const now = this.#clock.now();
      const patience = PATIENCE - Math.max(elapsed(begun, now), elapsed(run.progressAt, now));
      if (patience <= 0) return;
      const ended = run.done.then(
        () => true,
        () => false,
      );
      const outcome = await withDeadline(ended, patience, this.#clock);
      if (outcome === true) return;
      // The first to notice that a run was lost starts another, and those after it go along with that one.
      if (outcome === false) run = this.#latest === run ? this.#start(lifetime) : this.#latest;
    }
  }

  /** The run under way, which may have been started just now. */
  #join(lifetime: Lifetime): Run | undefined {
    const now = this.#clock.now();
    const latest = this.#latest;
    if (latest !== undefined && !latest.ended && elapsed(latest.progressAt, now) < LOST_AFTER) return latest;
    return elapsed(this.#startedAt, now) < PACE ? undefined : this.#start(lifetime);
  }

  #start(lifetime: Lifetime): Run {
    const now = this.#clock.now();
    const run: Run = { progressAt: now, ended: false, done: Promise.resolve() };
    this.#latest = run;
    this.#startedAt = now;
    run.done = this.#ask(run, now);
    lifetime.waitUntil(run.done);
    return run;
  }

  async #ask(run: Run, begun: number): Promise<void> {
    const succeeded = await this.#askOn(run, begun).catch(() => false);
    run.ended = true;
    // One that was taken for lost has no say any more.
    if (this.#latest === run) this.#failedAt = succeeded ? Number.NEGATIVE_INFINITY : this.#clock.now();
  }

  /** Page after page; false when the ledger did not help. */
  async #askOn(run: Run, begun: number): Promise<boolean> {
    for (let beginnings = 0; this.#latest === run; run.progressAt = this.#clock.now()) {
      if (elapsed(begun, this.#clock.now()) >= LONGEST_RUN) return true;
      const asked = this.#mirror.ask(this.#clock.now());
      const answer = await withDeadline(this.#feed().changes(asked.question), PAGE_DEADLINE, this.#clock);
      if (answer === LATE) return false;
      const outcome = this.#mirror.apply(asked, answer, this.#clock.now());
      if (outcome === "complete") return true;
      if (outcome === "anew") beginnings++;
      // A ledger that changes its mind twice in one run would keep it going round.
      if (outcome === "overflow" || outcome === "unusable" || beginnings > 1) return false;
    }
    return false;
  }
}

/** Milliseconds since then; a clock that went back says nothing, and then it is long ago. */
function elapsed(since: number, now: number): number {
  return now < since ? Number.POSITIVE_INFINITY : now - since;
}

import type { TurnedAway } from "../model/ledger-desk.ts";

/** Milliseconds between two notes of the same sort that one isolate makes. */
const INTERVAL = 60_000;

/** Sorts that are told apart. Beyond them names are left out. */
const MOST_SORTS = 1_000;

interface Counted {
  readonly latest: Omit<TurnedAway, "times">;
  readonly times: number;
  /** Milliseconds. */
  readonly toldAt: number;
}

/** Counts requests that were turned away, so that one write stands for all of a sort in a minute. */
export class TurnedAwayCount {
  readonly #sorts = new Map<string, Counted>();

  /**
   * Counts one more.
   *
   * @param now milliseconds
   * @returns what has to be put on record now: the first of its sort, and all that was counted since for a minute
   */
  add(request: Omit<TurnedAway, "times">, now: number): readonly TurnedAway[] {
    if (this.#sorts.size >= MOST_SORTS) this.#forget(now);
    const latest = this.#sorts.size < MOST_SORTS ? request : { ...request, by: null, via: null };
    const { op, by, via, problem } = latest;
    const key = JSON.stringify([op, by, via, problem]);
    const { times = 0, toldAt = Number.NEGATIVE_INFINITY } = this.#sorts.get(key) ?? {};
    this.#sorts.set(key, { latest, times: times + 1, toldAt });
    return [...this.#sorts].flatMap(([sort, counted]): TurnedAway[] => {
      if (counted.times === 0 || Math.abs(now - counted.toldAt) < INTERVAL) return [];
      this.#sorts.set(sort, { ...counted, times: 0, toldAt: now });
      return [{ ...counted.latest, times: counted.times }];
    });
  }

  /** Those that have not come for a minute are as good as new ones. */
  #forget(now: number): void {
    for (const [sort, { times, toldAt }] of this.#sorts) {
      if (times === 0 && Math.abs(now - toldAt) >= INTERVAL) this.#sorts.delete(sort);
    }
  }
}

import type { TurnedAway } from "../model/ledger-desk.ts";

/** Milliseconds between two notes of the same sort that one isolate makes. */
const INTERVAL = 60_000;

/**
 * Sorts with a name that are told apart, of people with a role and of people without one. Beyond them names are left out: those
 * without a role may be many, and the ledger writes an entry for each sort that it is told of.
 */
const MOST_NAMED = 100;

type Sort = Pick<TurnedAway, "op" | "by" | "via" | "problem">;

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
    const latest = this.#mayBeNamed(request, now) ? request : { ...request, by: null, via: null };
    const key = keyOf(latest);
    const { times = 0, toldAt = Number.NEGATIVE_INFINITY } = this.#sorts.get(key) ?? {};
    this.#sorts.set(key, { latest, times: times + 1, toldAt });
    return [...this.#sorts].flatMap(([sort, counted]): TurnedAway[] => {
      if (counted.times === 0 || Math.abs(now - counted.toldAt) < INTERVAL) return [];
      this.#sorts.set(sort, { ...counted, times: 0, toldAt: now });
      return [{ ...counted.latest, times: counted.times }];
    });
  }

  #mayBeNamed(request: Sort, now: number): boolean {
    if (request.by === null || this.#sorts.has(keyOf(request))) return true;
    if (this.#named(request) >= MOST_NAMED) this.#forget(now);
    return this.#named(request) < MOST_NAMED;
  }

  #named({ op }: Sort): number {
    return [...this.#sorts.values()].filter(({ latest }) => latest.op === op && latest.by !== null).length;
  }

  /** Those that have not come for a minute are as good as new ones. */
  #forget(now: number): void {
    for (const [sort, { times, toldAt }] of this.#sorts) {
      if (times === 0 && Math.abs(now - toldAt) >= INTERVAL) this.#sorts.delete(sort);
    }
  }
}

function keyOf({ op, by, via, problem }: Sort): string {
  return JSON.stringify([op, by, via, problem]);
}

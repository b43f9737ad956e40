import type { LedgerFeed } from "../../src/revocation/feed.ts";
import type { Code } from "./code.ts";
import { type Context, currentContext, MachineClock, runIn } from "./machine.ts";
import { simulatedNamer } from "./names.ts";
import type { Random } from "./random.ts";
import { World } from "./world.ts";

export interface LoadParameters {
  readonly isolates: number;
  /** A second, over all isolates. Some isolates get more of them than others. */
  readonly requests: number;
  /** For which is measured, after ten seconds to warm up. */
  readonly seconds: number;
  readonly seed: number;
}

export interface Load {
  /** That the ledger gets: a second in the mean, and in the fullest second. */
  readonly questions: number;
  readonly peak: number;
  /** Share of the requests that waited, and how long in milliseconds; the latter over all requests. */
  readonly waiting: number;
  readonly waitP99: number;
  /** For each request: names that were read from KV. */
  readonly kvReads: number;
  /**
   * Milliseconds from an acknowledgement to the last time that the mirror of any guard would have let the token through, if every
   * request had carried it: median, 99th percentile and maximum over the revocations.
   */
  readonly staleness: readonly [p50: number, p99: number, max: number];
}

const WARM_UP = 10_000;
const BOUND = 5_000;

/** One way between an isolate and the ledger, in milliseconds: isolates are all over the world. */
const NEAREST = 5;
const FARTHEST = 130;

const REVOCATIONS_PER_SECOND = 2;

/** Real mirrors and their real pacing; in the place of the ledger, something that answers at once and counts. */
export async function measureLoad(code: Code, parameters: LoadParameters): Promise<Load> {
  const world = new World(parameters.seed);
  const measured = new Measurement(world, WARM_UP + parameters.seconds * 1_000);
  const isolates = Array.from({ length: parameters.isolates }, () => newIsolate(code, world, measured));
  const pick = skewed(isolates, world.random.fork());
  repeat(world, parameters.requests, () => request(world, pick(), measured));
  repeat(world, REVOCATIONS_PER_SECOND, () => measured.acknowledge());
  // Whoever did not hear of the last ones in time would still have to show it.
  await world.runUntil(measured.end + BOUND + 1_000);
  return measured.result(parameters.seconds);
}

interface LoadedIsolate {
  readonly clock: MachineClock;
  readonly mirror: InstanceType<Code["MirrorReader"]>;
}

class Measurement {
  readonly end: number;
  readonly #world: World;
  readonly #questionsBySecond = new Map<number, number>();
  readonly #waits: number[] = [];
  readonly #acknowledged: number[] = [];
  readonly #lastAccepted: number[] = [];
  #kvReads = 0;

  constructor(world: World, end: number) {
    this.#world = world;
    this.end = end;
  }

  get #counts(): boolean {
    return this.#world.now >= WARM_UP && this.#world.now < this.end;
  }

  /** Of the last revocation. */
  get head(): number {
    return this.#acknowledged.length;
  }

  acknowledge(): void {
    this.#acknowledged.push(this.#world.now);
  }

  question(): void {
    if (!this.#counts) return;
    const second = Math.floor(this.#world.now / 1_000);
    this.#questionsBySecond.set(second, (this.#questionsBySecond.get(second) ?? 0) + 1);
  }

  kvRead(names: number): void {
    if (this.#counts) this.#kvReads += names;
  }

  /** @param through what the mirror knew; undefined when somebody else answered */
  decided(arrivedAt: number, through: number | undefined): void {
    if (this.#counts) this.#waits.push(this.#world.now - arrivedAt);
    for (let index = through ?? this.head; index < this.head; index++) this.#lastAccepted[index] = this.#world.now;
  }

  result(seconds: number): Load {
    const counts = [...this.#questionsBySecond.values()];
    const staleness = this.#acknowledged.flatMap((at, index) =>
      at >= WARM_UP && at < this.end ? [Math.max(0, (this.#lastAccepted[index] ?? at) - at)] : [],
    );
    const waits = this.#waits.length;
    return {
      questions: counts.reduce((sum, count) => sum + count, 0) / seconds,
      peak: Math.max(0, ...counts),
      waiting: this.#waits.filter((wait) => wait > 0).length / waits,
      waitP99: percentile(this.#waits, 0.99),
      kvReads: this.#kvReads / waits,
      staleness: [percentile(staleness, 0.5), percentile(staleness, 0.99), percentile(staleness, 1)],
    };
  }
}

function newIsolate(
  { MirrorReader, KvRevocationReader, NameMemory }: Code,
  world: World,
  measured: Measurement,
): LoadedIsolate {
  const random = world.random.fork();
  const distance = random.whole(NEAREST, FARTHEST);
  const travel = () => distance + random.whole(0, 20);
  const clock = new MachineClock(world, random.whole(-10_000, 10_000));
  const feed: LedgerFeed = {
    changes: ({ since }) =>
      later(world, travel(), () => {
        measured.question();
        const answer = {
          kind: "changes" as const,
          forgotten: 0,
          ledger: "the ledger",
          since,
          through: measured.head,
          complete: true,
          age: 0,
          page: new Uint8Array(0),
        };
        return later(world, travel(), () => Promise.resolve(answer));
      }),
    look: () => Promise.reject(new Error("Nobody asks for strict reading here.")),
  };
  const kv = {
    get: (names: string[]) => {
      measured.kvRead(names.length);
      return later(world, random.whole(5, 100), () => Promise.resolve(new Map(names.map((name) => [name, null]))));
    },
  };
  const names = new NameMemory(simulatedNamer());
  const parts = { feed: () => feed, kv: new KvRevocationReader(kv, names, clock), names, bound: BOUND, clock };
  return { clock, mirror: new MirrorReader(parts) };
}

/** Calls back in the context of whoever waits. */
function later<T>(world: World, milliseconds: number, what: () => Promise<T>): Promise<T> {
  const context = currentContext();
  return new Promise((resolve, reject) => {
    world.after(milliseconds, () => {
      runIn(context, what).then(resolve, reject);
    });
  });
}

function request(world: World, { clock, mirror }: LoadedIsolate, measured: Measurement): void {
  const context: Context = { clock, hasEnded: false };
  const arrivedAt = world.now;
  const identity = { issuer: "https://one.example", subject: "user", tokenId: "token", sessionId: undefined };
  runIn(context, async () => {
    const reader = mirror.forRequest({ waitUntil: () => undefined });
    const lookup = await reader.lookUp(identity, clock.now() / 1_000, { revocation: "bounded", onStaleMirror: "kv" });
    const isMirrors = lookup.status === "known" && lookup.source === "mirror";
    measured.decided(arrivedAt, isMirrors ? mirror.status().through : undefined);
  });
}

/** Picks more often what stands in front: the busiest of a thousand gets some fifty times as much as the least busy. */
function skewed<T>(list: readonly T[], random: Random): () => T {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= list.length; rank++) {
    sum += 1 / (rank + 10) ** 0.8;
    sums.push(sum);
  }
  return () => {
    const target = random.next() * sum;
    let [low, high] = [0, list.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return list[low] as T;
  };
}

function repeat(world: World, perSecond: number, what: () => void): void {
  const random = world.random.fork();
  // Several in one millisecond when that is not enough.
  const next = (at: number) => {
    const then = at - (Math.log(1 - random.next()) * 1_000) / perSecond;
    world.after(then - world.now, () => {
      what();
      next(then);
    });
  };
  next(world.now);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

import type { Calendar } from "./calendar.ts";
import type { KvWeather } from "./kv.ts";
import type { NetworkConditions } from "./network.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** How fast and how lossy one kind of connection is at the moment. */
interface Climate {
  readonly delay: readonly [from: number, to: number];
  readonly loss: number;
}

const CLIMATES: readonly Climate[] = [
  { delay: [2, 40], loss: 0 },
  { delay: [2, 40], loss: 0 },
  { delay: [20, 300], loss: 0.02 },
  { delay: [5, 1_500], loss: 0.1 },
  { delay: [100, 6_000], loss: 0.05 },
  { delay: [2, 100], loss: 0.5 },
];

const FAIR: Climate = { delay: [2, 40], loss: 0 };

/**
 * How networks and stores behave in one world. It changes every few seconds while the calendar says that it storms;
 * otherwise everything works as it should.
 */
export class Weather {
  readonly #world: World;
  readonly #random: Random;
  readonly #calendar: Calendar;
  readonly #isRough: boolean;
  readonly #maxLag: number;
  #toLedger = FAIR;
  #toKv = FAIR;
  #kvIsDown = false;
  readonly #pageSize: number;

  constructor(world: World, calendar: Calendar) {
    this.#world = world;
    this.#random = world.random.fork();
    this.#calendar = calendar;
    this.#isRough = this.#random.chance(0.85);
    this.#maxLag = this.#random.pick([50, 2_000, 10_000, 40_000]);
    this.#pageSize = this.#random.pick([3, 10, 1_000]);
    if (this.#isRough) this.#turn();
  }

  get isClear(): boolean {
    return !this.#calendar.isStormy(this.#world.now);
  }

  readonly network: NetworkConditions = {
    delay: () => this.#random.whole(...this.#toLedger.delay),
    loss: () => this.#toLedger.loss,
  };

  /** Whatever is written into KV can be read everywhere within 100 ms. */
  get kvIsQuick(): boolean {
    return this.#maxLag <= 100;
  }

  get kv(): KvWeather {
    return {
      lag: () => (this.#random.chance(0.5) ? this.#random.whole(0, 100) : this.#random.whole(0, this.#maxLag)),
      latency: () => this.#random.whole(...this.#toKv.delay),
      failing: () => this.#toKv.loss,
      isDown: () => this.#kvIsDown,
      pageSize: this.#pageSize,
    };
  }

  /** Milliseconds that the ledger's storage takes to make a write durable. */
  readonly commitDelay = (): number =>
    this.#random.chance(this.isClear || !this.#isRough ? 0 : 0.05)
      ? this.#random.whole(200, 2_500)
      : this.#random.whole(1, 20);

  #turn(): void {
    const random = this.#random;
    const { now } = this.#world;
    const { interval, end } = this.#calendar;
    this.#toLedger = this.isClear ? FAIR : random.pick(CLIMATES);
    this.#toKv = this.isClear ? FAIR : random.pick(CLIMATES);
    this.#kvIsDown = !this.isClear && random.chance(0.1);
    const next = [interval?.from, interval?.to, end].filter((at) => at !== undefined && at > now) as number[];
    if (next.length === 0) return;
    const turns = this.isClear ? Number.POSITIVE_INFINITY : now + random.whole(2_000, 15_000);
    this.#world.after(Math.min(turns, ...next) - now, () => this.#turn());
  }
}

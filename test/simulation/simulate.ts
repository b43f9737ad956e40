import type { RevocationDemand } from "../../src/model/revocation.ts";
import type { LedgerFeed } from "../../src/revocation/feed.ts";
import { Calendar } from "./calendar.ts";
import { checkHistory } from "./check-history.ts";
import { backlogOf, checkOutcome } from "./check-outcome.ts";
import type { Code } from "./code.ts";
import { Faults } from "./faults.ts";
import { type CommandStory, History } from "./history.ts";
import { Isolate } from "./isolate.ts";
import { SimulatedKv } from "./kv.ts";
import { LedgerHost, type SimulatedLedger } from "./ledger-host.ts";
import { MachineClock } from "./machine.ts";
import { Network } from "./network.ts";
import { OutsideWriters } from "./outside-writers.ts";
import type { Random } from "./random.ts";
import { TokenIssuer } from "./tokens.ts";
import { watchKv } from "./watch-kv.ts";
import { Weather } from "./weather.ts";
import { World } from "./world.ts";
import { Writers } from "./writers.ts";

/** Milliseconds; what the simulated guards are configured with. */
export const BOUND = 5_000;
const SCAN_INTERVAL = 15_000;

/** The same in worlds that last more than a day. Nobody writes straight into KV there. */
const SELDOM_SCAN_INTERVAL = 3_600_000;

/** Seconds of calm after the faults: for what KV caches and lags behind, and for what is tried again after a minute. */
const CALM = 180;

export interface Run {
  readonly seed: number;
  readonly history: History;
  /** Broken promises; none if all is well. */
  readonly violations: readonly string[];
  readonly digest: string;
}

/**
 * One world from its beginning to its end, and what the checker says of it.
 *
 * @param seconds for which things go wrong; calm follows
 * @param mayBeLong whether a calm of more than a day may lie in between
 * @param trace told of everything that happens
 */
export async function simulate(
  code: Code,
  seed: number,
  seconds: number,
  mayBeLong: boolean,
  trace?: (line: string) => void,
): Promise<Run> {
  const history = new History();
  history.trace = trace;
  const story = new Story(code, seed, seconds, mayBeLong, history);
  try {
    await story.play();
  } catch (error) {
    history.violations.push(`The world broke down: ${error instanceof Error ? error.stack : String(error)}`);
  }
  checkHistory(history, BOUND);
  story.end();
  return { seed, history, violations: history.violations, digest: history.digest() };
}

class Story {
  readonly #code: Code;
  readonly #world: World;
  readonly #random: Random;
  readonly #history: History;
  readonly #calendar: Calendar;
  readonly #weather: Weather;
  readonly #kv: SimulatedKv;
  readonly #network: Network;
  readonly #host: LedgerHost;
  readonly #faults: Faults;
  readonly #issuer: TokenIssuer;
  readonly #writers: Writers;
  readonly #outside: OutsideWriters;
  readonly #isolates: Isolate[] = [];
  readonly #locations: number;
  #isolateCount = 0;

  constructor(code: Code, seed: number, seconds: number, mayBeLong: boolean, history: History) {
    const world = new World(seed);
    const random = world.random.fork();
    const calendar = new Calendar(world.random.fork(), seconds * 1_000, mayBeLong);
    const weather = new Weather(world, calendar);
    const kv = new SimulatedKv(world, weather.kv);
    const network = new Network(world, weather.network);
    this.#locations = random.whole(1, 4);
    for (let location = 0; location < this.#locations; location++) kv.at(`location ${location}`);
    const host = new LedgerHost({
      world,
      code,
      history,
      kv: kv.at("ledger"),
      commitDelay: weather.commitDelay,
      bound: BOUND,
      scanInterval: calendar.isLong ? SELDOM_SCAN_INTERVAL : SCAN_INTERVAL,
    });
    this.#faults = new Faults(
      {
        world,
        history,
        host,
        callers: () => [-1, ...this.#isolates.map(({ number }) => number)],
        clocks: () => [...(host.clock === undefined ? [] : [host.clock]), ...this.#isolates.map(({ clock }) => clock)],
        clockOf: (caller) => this.#isolates.find(({ number }) => number === caller)?.clock,
        command: () => this.#command(),
        requests: (isolates) => this.#requests(isolates),
        evict: () => this.#evict(),
      },
      calendar,
    );
    this.#writers = new Writers({
      world,
      history,
      network,
      host,
      path: this.#faults.pathOf(-1),
      onAcknowledged: (story) => this.#probe(story),
    });
    this.#outside = new OutsideWriters({
      world,
      history,
      network,
      host,
      kv: kv.at("outside"),
      kvIsQuick: weather.kvIsQuick,
    });
    this.#issuer = new TokenIssuer(random.fork());

    [this.#code, this.#world, this.#random, this.#history] = [code, world, random, history];
    [this.#calendar, this.#weather, this.#kv, this.#network, this.#host] = [calendar, weather, kv, network, host];
    for (let count = random.whole(6, 25); count > 0; count--) this.#issue();
    for (let count = random.whole(1, 8); count > 0; count--) this.#isolates.push(this.#newIsolate());
    watchKv(kv, history, code);
  }

  async play(): Promise<void> {
    const random = this.#random;
    const rate = random.pick([0.2, 1, 3]) * this.#isolates.length;
    this.#repeat(rate, () => this.#request());
    this.#repeat(random.pick([0.1, 0.4, 1]), () => this.#ifStormy(() => this.#command()));
    this.#repeat(random.pick([0.01, 0.1]), () => this.#ifStormy(() => this.#writeOutside()));
    this.#repeat(0.05, () => this.#ifStormy(() => this.#issue()));
    const { interval, end } = this.#calendar;
    if (interval !== undefined) {
      await this.#world.runUntil(interval.from);
      this.#host.bury();
      if (this.#calendar.isLong) {
        // No guard is there to hear of it before the tombstones are gone.
        await this.#world.runUntil(interval.from + 60_000);
        this.#writers.liftAll();
      }
      await this.#world.runUntil(interval.to - 5_000);
      if (this.#random.chance(this.#calendar.isLong ? 0.3 : 0.7)) await this.#loseStorage();
      // Most tokens from before a day are over.
      if (this.#calendar.isLong) for (let count = 0; count < 15; count++) this.#issue();
    }
    await this.#world.runUntil(end);
    this.#host.bury();
    await this.#world.runUntil(end + CALM * 1_000);
    await checkOutcome({
      code: this.#code,
      world: this.#world,
      history: this.#history,
      host: this.#host,
      kv: this.#kv,
      tokens: this.#issuer.tokens,
      isolates: this.#isolates,
      areWaiting: this.#writers.areWaiting || this.#outside.areWaiting,
    });
    this.#history.count("events", this.#world.eventCount);
    this.#history.count("KV writes", this.#kv.writes);
  }

  end(): void {
    this.#host.end();
  }

  #repeat(perSecond: number, what: () => void): void {
    // Once it is calm, less happens: what is left to do takes its time.
    const rate = this.#weather.isClear ? perSecond / 8 : perSecond;
    this.#world.after(this.#random.gap(rate) + this.#calendar.pauseAt(this.#world.now), () => {
      what();
      this.#repeat(perSecond, what);
    });
  }

  #ifStormy(what: () => void): void {
    if (!this.#weather.isClear) what();
  }

  /** The ledger may lose everything only when KV has everything. */
  async #loseStorage(): Promise<void> {
    if (this.#writers.areWaiting || this.#outside.areWaiting) return;
    const records = await backlogOf(this.#host, this.#world);
    if (records === 0) this.#host.loseStorage();
  }

  #writeOutside(): void {
    if (!this.#calendar.isLong) this.#outside.write(this.#issuer.tokens);
  }

  #issue(): void {
    const { number, issuedAt, expiresAt, tokenVersion, names } = this.#issuer.issue(this.#world.now);
    const what = `token ${number} from ${issuedAt} to ${expiresAt} version ${tokenVersion}: ${names.join(" ")}`;
    this.#history.note(this.#world.now, what);
  }

  #command(): void {
    this.#writers.command(this.#issuer.tokens, (name) => !this.#outside.isWriting(name));
  }

  #request(): void {
    const random = this.#random;
    const isolate = random.pick(this.#isolates);
    // What KV or a strict answer has reported, a mirror keeps until the feed says that it was lifted, and there are worlds in which
    // nobody can say so any more: the lift was forgotten while the mirror was away.
    const mayReport = !this.#calendar.isLong || this.#world.now > (this.#calendar.interval?.to ?? 0);
    const demand: RevocationDemand = {
      revocation: mayReport && random.chance(0.15) ? "strict" : "bounded",
      onStaleMirror: mayReport && random.chance(0.3) ? "kv" : "deny",
    };
    const isAborted = !this.#weather.isClear && random.chance(0.08);
    const abortAfter = isAborted ? random.pick([0, 1, random.whole(0, 100), random.whole(0, 3_000)]) : undefined;
    const burst = random.chance(0.1) ? random.whole(2, 6) : 1;
    for (let count = 0; count < burst; count++) {
      isolate.request(random.pick(this.#issuer.tokens), demand, count === 0 ? abortAfter : undefined);
    }
  }

  /** Around the moment from which everybody has to enforce a command, some guards are asked for what it concerns. */
  #probe({ name }: CommandStory): void {
    const concerned = this.#issuer.tokens.filter(({ names }) => names.includes(name));
    if (concerned.length === 0 || this.#calendar.pauseAt(this.#world.now) > 0) return;
    const demand = { revocation: "bounded", onStaleMirror: "deny" } as const;
    for (const isolate of this.#isolates) {
      if (!this.#random.chance(0.6)) continue;
      const token = this.#random.pick(concerned);
      for (const late of [
        0,
        this.#random.whole(1, 100),
        this.#random.whole(100, 400),
        this.#random.whole(400, 2_500),
      ]) {
        this.#world.after(BOUND + late, () => isolate.request(token, demand));
      }
      if (this.#calendar.isLong) continue;
      const strict = { revocation: "strict", onStaleMirror: "deny" } as const;
      this.#world.after(this.#random.whole(1, 900), () => isolate.request(token, strict));
    }
  }

  #requests(isolates: readonly number[]): void {
    for (const isolate of this.#isolates) {
      if (!isolates.includes(isolate.number)) continue;
      isolate.request(this.#random.pick(this.#issuer.tokens), { revocation: "bounded", onStaleMirror: "deny" });
    }
  }

  #evict(): void {
    const index = this.#random.whole(0, this.#isolates.length - 1);
    this.#isolates[index]?.evict();
    this.#isolates[index] = this.#newIsolate();
    this.#history.count("evictions");
  }

  #newIsolate(): Isolate {
    const number = ++this.#isolateCount;
    const path = this.#faults.pathOf(number);
    const call = <R>(ask: (ledger: SimulatedLedger) => Promise<R>) =>
      this.#network.call(path, () => this.#host.route(number), ask);
    const feed: LedgerFeed = {
      changes: (question) => {
        this.#history.count("questions");
        return call((ledger) => ledger.changes(question));
      },
      look: (names) => call((ledger) => ledger.look(names)),
    };
    return new Isolate({
      world: this.#world,
      code: this.#code,
      history: this.#history,
      number,
      clock: new MachineClock(this.#world, this.#random.whole(-20_000, 20_000), () =>
        this.#random.chance(0.2) ? this.#random.whole(1, 100) : 0,
      ),
      kv: this.#kv.at(`location ${this.#random.whole(0, this.#locations - 1)}`),
      feed,
      bound: BOUND,
    });
  }
}

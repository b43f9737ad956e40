import type { KvLocation } from "../../src/test-kit/kv-location.ts";
import type { Code } from "./code.ts";
import type { History } from "./history.ts";
import { SimulatedStorage } from "./ledger-storage.ts";
import { type Context, MachineClock, runIn } from "./machine.ts";
import { simulatedNamer } from "./names.ts";
import type { Callee } from "./network.ts";
import type { Random } from "./random.ts";
import { SIMULATED_ISSUERS } from "./tokens.ts";
import type { World } from "./world.ts";

export type SimulatedLedger = InstanceType<Code["Ledger"]>;

export interface LedgerHostParts {
  readonly world: World;
  readonly code: Code;
  readonly history: History;
  readonly kv: KvLocation;
  readonly commitDelay: () => number;
  /** Milliseconds. */
  readonly bound: number;
  /** Milliseconds. */
  readonly scanInterval: number;
}

/** What runs the ledger: it starts instances, loses them, and now and then lets two of them run at a time. */
export class LedgerHost {
  readonly #parts: LedgerHostParts;
  readonly #random: Random;
  readonly #zombies = new Map<Instance, ReadonlySet<number>>();
  readonly #storages: SimulatedStorage[] = [];
  #storage: SimulatedStorage;
  #current: Instance | undefined;
  #idCount = 0;
  /** Counts how often the contents were lost or numbered anew. */
  epoch = 1;

  constructor(parts: LedgerHostParts) {
    this.#parts = parts;
    this.#random = parts.world.random.fork();
    this.#storage = new SimulatedStorage(parts.world, parts.commitDelay);
    this.start();
  }

  /** Whoever answers this caller now: for some the object that was replaced, for a while. */
  route(caller: number): Callee<SimulatedLedger> | undefined {
    for (const [zombie, callers] of this.#zombies) if (callers.has(caller)) return zombie;
    return this.#current;
  }

  get current(): Callee<SimulatedLedger> | undefined {
    return this.#current;
  }

  get clock(): MachineClock | undefined {
    return this.#current?.context.clock;
  }

  start(): void {
    const { world, code, kv, bound, scanInterval } = this.#parts;
    const context = new InstanceContext(new MachineClock(world, this.#random.whole(-20_000, 20_000)));
    const service = new code.Ledger({
      storage: this.#storage,
      kv,
      namer: simulatedNamer(),
      issuers: SIMULATED_ISSUERS,
      bound,
      scanInterval,
      clock: context.clock,
      newId: () => `${++this.#idCount}-${this.#random.whole(0, 0xffff_ffff).toString(16)}`,
    });
    this.#storages.push(this.#storage);
    const instance = new Instance(context, service);
    this.#current = instance;
    this.#parts.history.note(world.now, "the ledger starts");
    runIn(context, () => service.start()).then(
      () => this.#alarm(instance),
      (error) => this.#fail(instance, error),
    );
  }

  /** The instance is gone at once; what was not durable is lost. */
  crash(downFor: number): void {
    const { world, history, commitDelay } = this.#parts;
    if (this.#current === undefined) return;
    history.note(world.now, "the ledger crashes");
    history.count("ledger restarts");
    this.#current.context.hasEnded = true;
    this.#current = undefined;
    this.#storage = this.#storage.replace(commitDelay);
    world.after(downFor, () => {
      if (this.#current === undefined) this.start();
    });
  }

  /** Another instance takes over while the old one goes on for a while, and still answers some callers. */
  replace(oldAnswers: ReadonlySet<number>, oldLivesFor: number): void {
    const { world, history, commitDelay } = this.#parts;
    const old = this.#current;
    if (old === undefined) return;
    history.note(world.now, "the ledger is replaced");
    history.count("ledger replacements");
    this.#zombies.set(old, oldAnswers);
    this.#storage = this.#storage.replace(commitDelay);
    world.after(oldLivesFor, () => this.#bury(old));
    this.start();
  }

  /** Everything that only the ledger had is lost. */
  loseStorage(): void {
    const { world, history, commitDelay } = this.#parts;
    if (this.#current === undefined) return;
    history.note(world.now, "the ledger loses its storage");
    history.count("ledger storage losses");
    this.#current.context.hasEnded = true;
    for (const zombie of [...this.#zombies.keys()]) this.#bury(zombie);
    this.epoch++;
    this.#storage = new SimulatedStorage(world, commitDelay);
    this.start();
  }

  /** Everything is read from KV once more, under a new numbering. */
  rebuild(): void {
    const instance = this.#current;
    if (instance === undefined) return;
    runIn(instance.context, () => instance.service.rebuild()).then(
      () => this.#alarm(instance),
      (error) => this.#fail(instance, error),
    );
  }

  /** What the platform does when a command gave the object something to do. */
  wake(callee: Callee<SimulatedLedger>): void {
    if (callee instanceof Instance) this.#alarm(callee);
  }

  bury(): void {
    for (const zombie of [...this.#zombies.keys()]) this.#bury(zombie);
  }

  /** Frees what the storage holds. */
  end(): void {
    if (this.#current !== undefined) this.#current.context.hasEnded = true;
    for (const storage of this.#storages) storage.close();
  }

  #bury(instance: Instance): void {
    instance.context.hasEnded = true;
    this.#zombies.delete(instance);
  }

  #alarm(instance: Instance): void {
    const { world } = this.#parts;
    instance.cancelAlarm();
    if (instance.context.hasEnded || instance.isWorking) return;
    instance.isWorking = true;
    runIn(instance.context, () => instance.service.work()).then(
      (next) => {
        instance.isWorking = false;
        const wait = next - instance.context.clock.now();
        instance.cancelAlarm();
        instance.cancelAlarm = world.after(Math.max(1, wait), () => this.#alarm(instance));
      },
      (error) => this.#fail(instance, error),
    );
  }

  /** An object whose start or alarm throws is started again. */
  #fail(instance: Instance, error: unknown): void {
    const { world, history } = this.#parts;
    if (instance.context.hasEnded) return;
    instance.isWorking = false;
    history.note(world.now, `the ledger fails: ${String(error)}`);
    history.count("ledger failures");
    if (instance === this.#current) this.crash(this.#random.whole(10, 1_000));
    else this.#bury(instance);
  }
}

class InstanceContext implements Context {
  readonly clock: MachineClock;
  hasEnded = false;

  constructor(clock: MachineClock) {
    this.clock = clock;
  }
}

class Instance implements Callee<SimulatedLedger> {
  readonly context: InstanceContext;
  readonly service: SimulatedLedger;
  isWorking = false;
  cancelAlarm: () => void = () => undefined;

  constructor(context: InstanceContext, service: SimulatedLedger) {
    this.context = context;
    this.service = service;
  }
}

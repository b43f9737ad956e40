import type { ListedKey } from "../../src/ledger/ports.ts";
import { BEGINNING, currentContext } from "./machine.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface KvConditions {
  /** Milliseconds until a location can read what was written; drawn for each write and location. */
  readonly lag: () => number;
  /** Milliseconds that one operation takes, there and back. */
  readonly latency: () => number;
  /** Probability that an operation fails; half of the writes that fail were done nevertheless. */
  readonly failing: () => number;
  /** True while nobody gets an answer: operations hang. */
  readonly isDown: () => boolean;
  /** Keys that a page of a list holds at most. */
  readonly pageSize: number;
}

interface Version {
  readonly at: number;
  readonly value: string | null;
  readonly metadata: unknown;
  readonly expiration: number | undefined;
  /** From when on each location can read it. */
  readonly visible: ReadonlyMap<string, number>;
}

/** KV's central store. Every location sees its writes later, each at another time. */
export class SimulatedKv {
  readonly #world: World;
  readonly random: Random;
  readonly conditions: KvConditions;
  readonly #keys = new Map<string, Version[]>();
  readonly #locations = new Set<string>();
  writes = 0;
  /** Told of everything that is written; for whoever watches that nothing is lowered. */
  onWrite: (name: string, value: string | null, metadata: unknown) => void = () => undefined;

  constructor(world: World, conditions: KvConditions) {
    this.#world = world;
    this.random = world.random.fork();
    this.conditions = conditions;
  }

  get now(): number {
    return this.#world.now;
  }

  at(location: string): KvLocation {
    this.#locations.add(location);
    return new KvLocation(this.#world, this, location);
  }

  /** What is stored by now, whoever can read it. */
  stored(name: string): { readonly value: string | null; readonly metadata: unknown } {
    const version = this.#keys.get(name)?.at(-1);
    return version === undefined || this.#hasExpired(version) ? { value: null, metadata: null } : version;
  }

  storedNames(): string[] {
    return [...this.#keys.keys()].filter((name) => this.stored(name).value !== null);
  }

  seenFrom(name: string, location: string): Version | undefined {
    const version = this.#keys.get(name)?.findLast(({ visible }) => (visible.get(location) ?? 0) <= this.#world.now);
    return version === undefined || version.value === null || this.#hasExpired(version) ? undefined : version;
  }

  /** Throws what KV answers to a write that it does not take. */
  write(name: string, value: string | null, metadata: unknown, expiration: number | undefined): void {
    const versions = this.#keys.get(name) ?? [];
    const last = versions.at(-1);
    if (last !== undefined && this.#world.now - last.at < 1_000)
      throw new Error("KV PUT failed: 429 Too Many Requests");
    if (expiration !== undefined && expiration < this.#seconds() + 60) {
      throw new Error(`KV PUT failed: 400 Invalid expiration of ${expiration}.`);
    }
    const visible = new Map(
      [...this.#locations].map((location) => [location, this.#world.now + this.conditions.lag()] as const),
    );
    versions.push({ at: this.#world.now, value, metadata, expiration, visible });
    this.#keys.set(name, versions);
    this.writes++;
    this.onWrite(name, value, metadata);
  }

  listFrom(location: string, prefix: string, after: string, limit: number) {
    const names = [...this.#keys.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const live = names.filter((name) => this.seenFrom(name, location) !== undefined);
    const keys = live.slice(0, Math.min(limit, this.conditions.pageSize)).map((name): ListedKey => {
      const version = this.seenFrom(name, location);
      return {
        name,
        ...(version?.expiration === undefined ? {} : { expiration: version.expiration }),
        ...(version?.metadata === undefined ? {} : { metadata: structuredClone(version.metadata) }),
      };
    });
    return { keys, hasMore: keys.length < live.length };
  }

  #hasExpired({ expiration }: Version): boolean {
    return expiration !== undefined && expiration <= this.#seconds();
  }

  #seconds(): number {
    return (BEGINNING + this.#world.now) / 1000;
  }
}

interface Cached {
  readonly readAt: number;
  readonly value: string | null;
  readonly metadata: unknown;
}

/** The namespace as one location has it: with a cache, which keeps "no such key" as well as values. */
export class KvLocation {
  readonly #world: World;
  readonly #kv: SimulatedKv;
  readonly #location: string;
  readonly #cache = new Map<string, Cached>();
  reads = 0;

  constructor(world: World, kv: SimulatedKv, location: string) {
    this.#world = world;
    this.#kv = kv;
    this.#location = location;
  }

  get(names: string[], { cacheTtl }: { type: "text"; cacheTtl: number }): Promise<Map<string, string | null>> {
    return this.#operation(() => new Map(names.map((name) => [name, this.#read(name, cacheTtl).value])));
  }

  getWithMetadata(
    name: string,
    { cacheTtl }: { type: "text"; cacheTtl: number },
  ): Promise<{ value: string | null; metadata: unknown }> {
    return this.#operation(() => {
      const { value, metadata } = this.#read(name, cacheTtl);
      return { value, metadata: structuredClone(metadata) };
    });
  }

  async put(name: string, value: string, options: { expiration?: number; metadata: object }): Promise<void> {
    await this.#operation(
      () => this.#kv.write(name, value, structuredClone(options.metadata), options.expiration),
      true,
    );
  }

  async delete(name: string): Promise<void> {
    await this.#operation(() => this.#kv.write(name, null, null, undefined), true);
  }

  list({ prefix, cursor, limit }: { prefix: string; cursor?: string; limit?: number }) {
    return this.#operation(() => {
      const { keys, hasMore } = this.#kv.listFrom(this.#location, prefix, cursor ?? "", limit ?? 1_000);
      const last = keys.at(-1);
      return hasMore && last !== undefined
        ? ({ list_complete: false, keys, cursor: last.name } as const)
        : ({ list_complete: true, keys } as const);
    });
  }

  #read(name: string, cacheTtl: number): Cached {
    if (!(cacheTtl >= 30)) throw new Error(`KV GET failed: 400 Invalid cache_ttl of ${cacheTtl}.`);
    this.reads++;
    const cached = this.#cache.get(name);
    if (cached !== undefined && this.#world.now - cached.readAt < cacheTtl * 1000) return cached;
    const version = this.#kv.seenFrom(name, this.#location);
    const read = { readAt: this.#world.now, value: version?.value ?? null, metadata: version?.metadata ?? null };
    this.#cache.set(name, read);
    return read;
  }

  /** What was asked for reaches KV whatever becomes of the asker; the answer reaches an asker only that is still there. */
  #operation<T>(work: () => T, isWrite = false): Promise<T> {
    const asker = currentContext();
    const { random, conditions } = this.#kv;
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void) =>
        this.#world.after(conditions.latency() / 2, () => {
          if (!asker.hasEnded) settle();
        });
      this.#world.after(conditions.latency() / 2, () => {
        if (conditions.isDown()) return;
        const fails = random.chance(conditions.failing());
        if (fails && !(isWrite && random.chance(0.5))) {
          answer(() => reject(new Error("KV failed: 500 Internal Server Error")));
          return;
        }
        try {
          const result = work();
          if (fails) answer(() => reject(new Error("KV failed: 503 Service Unavailable")));
          else answer(() => resolve(result));
        } catch (error) {
          answer(() => reject(error));
        }
      });
    });
  }
}

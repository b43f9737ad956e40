import type { KvModel, KvOperation } from "./kv-model.ts";

/** What a location keeps of a read. */
interface Copy {
  readonly readAt: number;
  readonly value: string | null;
  readonly metadata: unknown;
  readonly expiration: number | undefined;
}

/** One key of a list. */
export interface ListedKey {
  readonly name: string;
  /** NumericDate. */
  readonly expiration?: number;
  readonly metadata?: unknown;
}

/** Seconds. */
const DEFAULT_CACHE_TTL = 60;
const MIN_CACHE_TTL = 30;

const MAX_BULK = 100;
const PAGE_SIZE = 1_000;

/**
 * The namespace as one location has it. What it reads it keeps for the reader's `cacheTtl`, and "no such key" as well: a record
 * that is written elsewhere stays unseen for as long as that where its absence was read.
 */
export class KvLocation {
  readonly #kv: KvModel;
  readonly #location: string;
  readonly #copies = new Map<string, Copy>();
  /** Keys that were read, from the copies or not. */
  reads = 0;

  /** @param location its name; two with one name see writes at the same time, but have caches of their own */
  constructor(kv: KvModel, location: string) {
    kv.addLocation(location);
    this.#kv = kv;
    this.#location = location;
  }

  /**
   * Reads up to 100 keys at once.
   *
   * @param options `cacheTtl` in seconds, 30 at least; default 60. A smaller one than before lowers the age up to which a copy
   *   that is there already is used.
   */
  get(names: string[], { cacheTtl }: { type?: "text"; cacheTtl?: number } = {}): Promise<Map<string, string | null>> {
    return this.#operate("get", () => {
      if (names.length === 0 || names.length > MAX_BULK)
        throw new Error(`KV GET_BULK failed: 400 ${names.length} keys.`);
      return new Map(names.map((name) => [name, this.#read(name, cacheTtl).value]));
    });
  }

  getWithMetadata(
    name: string,
    { cacheTtl }: { type?: "text"; cacheTtl?: number } = {},
  ): Promise<{ value: string | null; metadata: unknown }> {
    return this.#operate("getWithMetadata", () => {
      const { value, metadata } = this.#read(name, cacheTtl);
      return { value, metadata: structuredClone(metadata) };
    });
  }

  /** @param options `expiration` is a NumericDate at least 60 seconds ahead */
  async put(name: string, value: string, options: { expiration?: number; metadata?: unknown } = {}): Promise<void> {
    const metadata = structuredClone(options.metadata ?? null);
    await this.#operate("put", () => this.#write(name, value, metadata, options.expiration));
  }

  async delete(name: string): Promise<void> {
    await this.#operate("delete", () => this.#write(name, null, null, undefined));
  }

  /** A page of what this location can see; lists are not answered from copies. */
  list({ prefix = "", cursor = "", limit = PAGE_SIZE }: { prefix?: string; cursor?: string; limit?: number } = {}) {
    return this.#operate("list", () => {
      const all = this.#kv.listFrom(this.#location, prefix, cursor);
      const page = all.slice(0, Math.min(limit, this.#kv.conditions.pageSize()));
      const keys = page.map(
        ([name, { expiration, metadata }]): ListedKey => ({
          name,
          ...(expiration !== undefined && { expiration }),
          ...(metadata !== undefined && metadata !== null && { metadata: structuredClone(metadata) }),
        }),
      );
      const last = keys.at(-1);
      return keys.length < all.length && last !== undefined
        ? ({ list_complete: false, keys, cursor: last.name } as const)
        : ({ list_complete: true, keys } as const);
    });
  }

  #write(name: string, value: string | null, metadata: unknown, expiration: number | undefined): void {
    this.#kv.write(this.#location, name, value, metadata, expiration);
    if (this.#kv.conditions.readsOwnWrites()) this.#copies.delete(name);
  }

  #read(name: string, cacheTtl = DEFAULT_CACHE_TTL): Copy {
    if (!(cacheTtl >= MIN_CACHE_TTL)) {
      throw new Error(
        `KV GET failed: 400 Invalid cache_ttl of ${cacheTtl}. Cache TTL must be at least ${MIN_CACHE_TTL}.`,
      );
    }
    this.reads++;
    const now = this.#kv.clock.now();
    const copy = this.#copies.get(name);
    if (copy !== undefined && now - copy.readAt < cacheTtl * 1000) {
      return this.#kv.hasExpired(copy) ? { ...copy, value: null, metadata: null } : copy;
    }
    const { value = null, metadata = null, expiration } = this.#kv.seenFrom(name, this.#location) ?? {};
    const read = { readAt: now, value, metadata, expiration };
    this.#copies.set(name, read);
    return read;
  }

  /** What was asked for is carried out half of the way through, and its answer takes the other half. */
  #operate<T>(operation: KvOperation, work: () => T): Promise<T> {
    const { clock, conditions } = this.#kv;
    const after = (milliseconds: number, action: () => void) => {
      if (milliseconds > 0) clock.after(milliseconds, action);
      else action();
    };
    const isThere = this.#kv.whoAsks();
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void) =>
        after(conditions.latency(operation) / 2, () => {
          if (isThere()) settle();
        });
      after(conditions.latency(operation) / 2, () => {
        const fate = conditions.fate(operation);
        if (fate === "unanswered") return;
        if (fate === "failed") {
          answer(() => reject(new Error("KV failed: 500 Internal Server Error")));
          return;
        }
        try {
          const result = work();
          if (fate === "answered") answer(() => resolve(result));
          else answer(() => reject(new Error("KV failed: 503 Service Unavailable")));
        } catch (error) {
          answer(() => reject(error));
        }
      });
    });
  }
}

import type { Clock } from "../platform/clock.ts";

export type KvOperation = "get" | "getWithMetadata" | "put" | "delete" | "list";

/**
 * What becomes of one operation: its answer arrives; it fails; it is carried out and fails all the same, because the answer was
 * lost; or nobody ever hears of it.
 */
export type KvFate = "answered" | "failed" | "done but failed" | "unanswered";

/** How a namespace behaves. All of it is asked anew each time, so that it may change while a test runs. */
export interface KvConditions {
  /** Milliseconds until one location can read what was written at another; asked once for each write and location. */
  readonly lag: (reader: string, writer: string) => number;
  /** Milliseconds that an operation takes, there and back; asked for each way, which takes half of it. */
  readonly latency: (operation: KvOperation) => number;
  readonly fate: (operation: KvOperation) => KvFate;
  /** Keys that a page of a list holds at most. */
  readonly pageSize: () => number;
  /** Whether the location at which something was written can read it at once. It usually can; nobody promises it. */
  readonly readsOwnWrites: () => boolean;
}

/** What is stored under a name, and since when. */
interface Version {
  /** Milliseconds by the model's clock. */
  readonly at: number;
  /** Null after a deletion. */
  readonly value: string | null;
  readonly metadata: unknown;
  /** NumericDate from which on it is not there any more. */
  readonly expiration: number | undefined;
  /** From when on each location can read it. */
  readonly visible: ReadonlyMap<string, number>;
}

/** Something that a location can read. */
export type Readable = Version & { readonly value: string };

/** The platform's limits. */
const MAX_NAME_BYTES = 512;
const MAX_METADATA_BYTES = 1_024;
const MIN_SECONDS_TO_LIVE = 60;
const MIN_MILLISECONDS_BETWEEN_WRITES = 1_000;

/**
 * A model of Workers KV in production: one central store whose writes every location sees later, each at another time. What a
 * location has read it goes on answering from its own cache, "no such key" as well as values: see kv-location.ts.
 */
export class KvModel {
  readonly clock: Clock;
  readonly conditions: KvConditions;
  readonly #keys = new Map<string, Version[]>();
  readonly #locations = new Set<string>();
  /** Writes and deletions that were carried out. */
  writes = 0;
  /** Told of everything that is written. */
  onWrite: (name: string, value: string | null, metadata: unknown) => void = () => undefined;

  /** @param clock the model's own: ages of cached copies, lag, expiry and latency are measured by it */
  constructor(clock: Clock, conditions: KvConditions) {
    this.clock = clock;
    this.conditions = conditions;
  }

  /** From now on, this location sees writes when they have come to it. Those from before it sees at once. */
  addLocation(location: string): void {
    this.#locations.add(location);
  }

  /** What is stored by now, whoever can read it. */
  stored(name: string): { readonly value: string | null; readonly metadata: unknown } {
    const version = this.#keys.get(name)?.at(-1);
    return version === undefined || this.hasExpired(version) ? { value: null, metadata: null } : version;
  }

  /** Names of everything that is stored by now. */
  storedNames(): string[] {
    return [...this.#keys.keys()].filter((name) => this.stored(name).value !== null);
  }

  /** What a location that has no copy finds. */
  seenFrom(name: string, location: string): Readable | undefined {
    const version = this.#keys.get(name)?.findLast(({ visible }) => (visible.get(location) ?? 0) <= this.clock.now());
    return version === undefined || version.value === null || this.hasExpired(version)
      ? undefined
      : (version as Readable);
  }

  /**
   * Stores a value, or deletes it.
   *
   * @param expiration NumericDate
   * @throws what KV answers to a write that it does not take
   */
  write(location: string, name: string, value: string | null, metadata: unknown, expiration: number | undefined): void {
    const versions = this.#keys.get(name) ?? [];
    const now = this.clock.now();
    const last = versions.at(-1);
    if (last !== undefined && now - last.at < MIN_MILLISECONDS_BETWEEN_WRITES)
      throw new Error("KV PUT failed: 429 Too Many Requests");
    if (expiration !== undefined && expiration < now / 1000 + MIN_SECONDS_TO_LIVE)
      throw new Error(`KV PUT failed: 400 Invalid expiration of ${expiration}.`);
    checkSizes(name, metadata);
    const { lag, readsOwnWrites } = this.conditions;
    const visible = new Map(
      [...this.#locations].map((reader) => {
        const isOwn = reader === location && readsOwnWrites();
        return [reader, isOwn ? now : now + lag(reader, location)] as const;
      }),
    );
    versions.splice(0, this.#countOutdated(versions, now));
    versions.push({ at: now, value, metadata, expiration, visible });
    this.#keys.set(name, versions);
    this.writes++;
    this.onWrite(name, value, metadata);
  }

  /** Everything with such names after this one that a location finds, in order of name. */
  listFrom(location: string, prefix: string, after: string): (readonly [name: string, version: Readable])[] {
    return [...this.#keys.keys()]
      .filter((name) => name.startsWith(prefix) && name > after)
      .sort()
      .flatMap((name) => {
        const version = this.seenFrom(name, location);
        return version === undefined ? [] : [[name, version] as const];
      });
  }

  /** Taken when somebody asks: says later whether they are still there to hear the answer. */
  whoAsks(): () => boolean {
    return () => true;
  }

  hasExpired({ expiration }: { readonly expiration: number | undefined }): boolean {
    return expiration !== undefined && expiration <= this.clock.now() / 1000;
  }

  /** Versions that no location can see any more because each of them sees a later one. */
  #countOutdated(versions: readonly Version[], now: number): number {
    const isSeenEverywhere = ({ visible }: Version) =>
      [...this.#locations].every((location) => (visible.get(location) ?? 0) <= now);
    return Math.max(0, versions.findLastIndex(isSeenEverywhere));
  }
}

function checkSizes(name: string, metadata: unknown): void {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > MAX_NAME_BYTES) throw new Error(`KV PUT failed: 414 A key of ${bytes} bytes is too long.`);
  const ofMetadata = new TextEncoder().encode(JSON.stringify(metadata ?? null)).length;
  if (ofMetadata > MAX_METADATA_BYTES)
    throw new Error(`KV PUT failed: 413 Metadata of ${ofMetadata} bytes is too long.`);
}

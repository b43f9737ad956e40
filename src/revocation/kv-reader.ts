import type {
  RecordKind,
  RevocationIdentity,
  RevocationLookup,
  RevocationReader,
  RevocationRecord,
  UnavailableCause,
} from "../model/revocation.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import type { NameMemory, RecordAddress, RecordAddresses } from "./name-memory.ts";
import { REMEMBERED_FOR, RecordMemory, type RememberedRecord } from "./record-memory.ts";
import type { RecordName } from "./record-name.ts";
import { readRecord } from "./record-value.ts";

/** The part of a KV namespace that reading takes. */
export interface RecordStore {
  get(names: string[], options: { type: "text"; cacheTtl: number }): Promise<Map<string, string | null>>;
}

/** Seconds for which KV itself may answer from its location's cache: the platform's minimum. */
const KV_CACHE_TTL = 30;

/** KV has no deadline of its own; its slowest cold reads take some 350 ms. */
const READ_DEADLINE_MS = 2_000;

/**
 * Reads revocation state from KV: at most one bulk read per token, for those records only that the isolate has not seen within
 * the last seconds. It promises what KV promises: a record counts 35 seconds after KV made it readable everywhere.
 */
export class KvRevocationReader implements RevocationReader {
  readonly #store: RecordStore;
  readonly #names: NameMemory;
  readonly #clock: Clock;
  readonly #memory = new RecordMemory();

  /** @param clock measures the deadline of reads */
  constructor(store: RecordStore, names: NameMemory, clock: Clock = systemClock) {
    this.#store = store;
    this.#names = names;
    this.#clock = clock;
  }

  lookUp(identity: RevocationIdentity, now: number): Soon<RevocationLookup> {
    return onceThere(this.#names.addressesFor(identity), (addresses) => this.#lookUp(addresses, now));
  }

  #lookUp(addresses: RecordAddresses, now: number): Soon<RevocationLookup> {
    const answers: [RecordKind, RememberedRecord][] = [];
    const due: RecordAddress[] = [];
    for (const address of addresses) {
      const entry = this.#memory.get(address.octets);
      if (entry !== undefined && isFresh(entry, now)) answers.push([address.kind, entry]);
      else due.push(address);
    }
    return due.length === 0 ? known(answers) : this.#lookInStore(addresses, answers, due, now);
  }

  async #lookInStore(
    addresses: RecordAddresses,
    answers: [RecordKind, RememberedRecord][],
    due: RecordAddresses,
    now: number,
  ): Promise<RevocationLookup> {
    const read = await this.#read(due.map(({ name }) => name));
    if (typeof read === "string") return unavailable(read, this.#lastKnown(addresses));
    for (const { kind, name, octets } of due) {
      const value = read.get(name) ?? null;
      const record = value === null ? null : (readRecord(kind, value) ?? "invalid");
      const entry: RememberedRecord = { record, askedAt: now };
      this.#memory.set(octets, entry);
      answers.push([kind, entry]);
    }
    return known(answers);
  }

  /** What the store says of every one of these names, or why it did not. */
  async #read(names: readonly RecordName[]): Promise<ReadonlyMap<RecordName, string | null> | UnavailableCause> {
    try {
      const options = { type: "text", cacheTtl: KV_CACHE_TTL } as const;
      const values = await withDeadline(this.#store.get([...names], options), READ_DEADLINE_MS, this.#clock);
      if (values === LATE) return "timeout";
      const complete = names.every((name) => values.get(name) === null || typeof values.get(name) === "string");
      return complete ? (values as ReadonlyMap<RecordName, string | null>) : "error";
    } catch {
      return "error";
    }
  }

  /** Everything that was ever read of these and not forgotten, however old. */
  #lastKnown(addresses: RecordAddresses): Answers {
    return addresses.flatMap(({ kind, octets }) => {
      const entry = this.#memory.get(octets);
      return entry === undefined ? [] : [[kind, entry] as const];
    });
  }
}

function isFresh(entry: RememberedRecord, now: number): boolean {
  return now >= entry.askedAt && now - entry.askedAt < REMEMBERED_FOR;
}

/** What was found under the name of each kind. */
type Answers = readonly (readonly [RecordKind, RememberedRecord])[];

function known(answers: Answers): RevocationLookup {
  const records: { -readonly [kind in RecordKind]?: RevocationRecord } = {};
  let asOf = Number.POSITIVE_INFINITY;
  for (const [kind, { record, askedAt }] of answers) {
    asOf = Math.min(asOf, askedAt);
    if (record === "invalid") return { status: "record_invalid", kind };
    if (record !== null) records[kind] = record;
  }
  return { status: "known", records, source: "kv", asOf };
}

function unavailable(cause: UnavailableCause, answers: Answers): RevocationLookup {
  const lookup = known(answers);
  return lookup.status === "known" ? { status: "unavailable", cause, lastKnown: lookup.records } : lookup;
}

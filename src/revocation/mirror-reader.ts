import type {
  ApplicableRecords,
  RecordKind,
  RevocationDemand,
  RevocationIdentity,
  RevocationLookup,
  RevocationReader,
  RevocationRecord,
  RevocationSource,
  UnavailableCause,
} from "../model/revocation.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import type { Clock } from "../platform/clock.ts";
import type { Lifetime } from "../platform/lifetime.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import type { LedgerFeed, LookAnswer, StillStarting } from "./feed.ts";
import { mergeRecords } from "./merge-records.ts";
import { Mirror, type MirrorStatus } from "./mirror.ts";
import { MirrorRefresh } from "./mirror-refresh.ts";
import type { NameMemory, RecordAddresses } from "./name-memory.ts";
import { KV_MAY_LAG } from "./reported-records.ts";
import { LAG, SteadyClock } from "./steady-clock.ts";

/** What a mirror is put together from. */
export interface MirrorParts {
  /** The ledger, made anew for each use: stubs belong to the request that made them. */
  readonly feed: () => LedgerFeed;
  /** Who is asked when the mirror is not fresh and the route allows it. */
  readonly kv: RevocationReader;
  readonly names: NameMemory;
  /** B: milliseconds for which the mirror's knowledge is good. */
  readonly bound: number;
  readonly clock: Clock;
}

/** How long a strict route waits for the ledger, in milliseconds. */
const LOOK_DEADLINE = 1_000;

/**
 * Reads revocation state from this isolate's mirror of the ledger, and lets requests keep it fresh. One for the whole isolate.
 * It relies on its own clock alone: the time that a request names is not asked for.
 */
export class MirrorReader {
  readonly #parts: MirrorParts;
  readonly #mirror: Mirror;
  readonly #refresh: MirrorRefresh;

  constructor(parts: MirrorParts) {
    const clock = new SteadyClock(parts.clock);
    this.#parts = { ...parts, clock };
    this.#mirror = new Mirror(parts.bound - LAG);
    this.#refresh = new MirrorRefresh(this.#mirror, parts.feed, clock);
  }

  /** @param lifetime of the request, which may have to carry questions to the ledger beyond its own end */
  forRequest(lifetime: Lifetime): RevocationReader {
    const { names } = this.#parts;
    return {
      lookUp: (identity, _now, demand) =>
        onceThere(names.addressesFor(identity), (addresses) => this.#lookUp(addresses, identity, demand, lifetime)),
    };
  }

  status(): MirrorStatus {
    return this.#mirror.status(this.#parts.clock.now());
  }

  /** As {@link status}, and asks the ledger in the background when it is time to, so that repeated reports move on. */
  report(lifetime: Lifetime): MirrorStatus {
    this.#refresh.inBackground(lifetime);
    return this.status();
  }

  #lookUp(
    addresses: RecordAddresses,
    identity: RevocationIdentity,
    demand: RevocationDemand,
    lifetime: Lifetime,
  ): Soon<RevocationLookup> {
    this.#refresh.inBackground(lifetime);
    if (demand.revocation === "strict") return this.#askLedger(addresses, identity, demand);
    return this.#lookInMirror(addresses) ?? this.#lookLater(addresses, identity, demand, lifetime);
  }

  async #lookLater(
    addresses: RecordAddresses,
    identity: RevocationIdentity,
    demand: RevocationDemand,
    lifetime: Lifetime,
  ): Promise<RevocationLookup> {
    await this.#refresh.wait(lifetime);
    return this.#lookInMirror(addresses) ?? this.#fallBack(addresses, identity, demand, "stale");
  }

  /** Undefined unless the mirror is fresh. Nothing may be awaited between the reading of the clock that decides and the look. */
  #lookInMirror(addresses: RecordAddresses): RevocationLookup | undefined {
    const asOf = this.#mirror.asOf(this.#parts.clock.now());
    return asOf === undefined ? undefined : this.#known(addresses, undefined, "mirror", asOf);
  }

  async #askLedger(
    addresses: RecordAddresses,
    identity: RevocationIdentity,
    demand: RevocationDemand,
  ): Promise<RevocationLookup> {
    const { clock } = this.#parts;
    const sentAt = clock.now();
    const answer = await this.#look(addresses);
    if (typeof answer === "string") return this.#fallBack(addresses, identity, demand, answer);
    if (answer.kind === "invalid") return { status: "record_invalid", kind: answer.of };
    this.#learn(addresses, answer.records, sentAt);
    return this.#known(addresses, answer.records, "ledger", sentAt);
  }

  /** @param sentAt when the ledger was asked, in milliseconds; undefined when KV was, which may have answered with an old copy */
  #learn(addresses: RecordAddresses, records: ApplicableRecords, sentAt?: number): void {
    for (const { kind, id } of addresses) {
      const record = records[kind];
      if (record === undefined) continue;
      const now = this.#parts.clock.now();
      this.#mirror.merge(id, record, sentAt ?? now - KV_MAY_LAG, now);
    }
  }

  /** What the ledger says of these records now, or why it did not. */
  async #look(addresses: RecordAddresses): Promise<Exclude<LookAnswer, StillStarting> | UnavailableCause> {
    try {
      const names = addresses.map(({ name }) => name);
      const answer = await withDeadline(this.#parts.feed().look(names), LOOK_DEADLINE, this.#parts.clock);
      if (answer === LATE) return "timeout";
      // What another release's ledger may say is as good as no answer.
      return answer.kind === "invalid" || (answer.kind === "known" && answer.records) ? answer : "error";
    } catch {
      return "error";
    }
  }

  /** @param cause why neither mirror nor ledger will do */
  async #fallBack(
    addresses: RecordAddresses,
    identity: RevocationIdentity,
    demand: RevocationDemand,
    cause: UnavailableCause,
  ): Promise<RevocationLookup> {
    const { clock, kv } = this.#parts;
    if (demand.onStaleMirror === "deny") return this.#unavailable(addresses, {}, cause);
    const lookup = await kv.lookUp(identity, clock.now() / 1000, demand);
    if (lookup.status === "record_invalid") return lookup;
    if (lookup.status === "unavailable") return this.#unavailable(addresses, lookup.lastKnown, lookup.cause);
    this.#learn(addresses, lookup.records);
    return this.#known(addresses, lookup.records, "kv", lookup.asOf * 1000);
  }

  /**
   * @param found beside the mirror
   * @param asOf milliseconds
   */
  #known(
    addresses: RecordAddresses,
    found: ApplicableRecords | undefined,
    source: RevocationSource,
    asOf: number,
  ): RevocationLookup {
    const { records, invalid } = this.#mirror.look(addresses);
    // The ledger has just said itself what can be read.
    if (invalid !== undefined && source !== "ledger") return { status: "record_invalid", kind: invalid };
    return { status: "known", records: found ? mergeAll(records, found) : records, source, asOf: asOf / 1000 };
  }

  #unavailable(addresses: RecordAddresses, found: ApplicableRecords, cause: UnavailableCause): RevocationLookup {
    const { records, invalid } = this.#mirror.look(addresses);
    if (invalid !== undefined) return { status: "record_invalid", kind: invalid };
    return { status: "unavailable", cause, lastKnown: mergeAll(records, found) };
  }
}

function mergeAll(a: ApplicableRecords, b: ApplicableRecords): ApplicableRecords {
  const merged: { -readonly [kind in RecordKind]?: RevocationRecord } = { ...a };
  for (const [kind, record] of Object.entries(b) as [RecordKind, RevocationRecord][]) {
    const known = merged[kind];
    merged[kind] = known === undefined ? record : mergeRecords(known, record);
  }
  return merged;
}

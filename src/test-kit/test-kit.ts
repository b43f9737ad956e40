import type { Clock } from "../platform/clock.ts";
import { breakFetch } from "./break-fetch.ts";
import { breakKv } from "./break-kv.ts";
import { Faults } from "./faults.ts";
import { LaggingKv, type LaggingKvSettings } from "./lagging-kv.ts";
import { ManualClock } from "./manual-clock.ts";

export type { Clock } from "../platform/clock.ts";
export type { Fault, Faults } from "./faults.ts";
export type { KvConditions, KvFate, KvOperation } from "./kv-model.ts";
export type { LaggingKv, LaggingKvSettings } from "./lagging-kv.ts";
export type { ManualClock } from "./manual-clock.ts";

/**
 * Workers KV as it is in production and not on one's own machine: locations see each other's writes late, keep what they have
 * read for `cacheTtl`, also that there was nothing, and take one write per key and second.
 *
 * `kv.at("Frankfurt")` is the namespace as a Worker there has it, for the binding `REVOCATIONS`.
 *
 * @param settings default: other locations see writes a second later, answers take no time, nothing fails
 */
export function createLaggingKv(settings?: LaggingKvSettings): LaggingKv {
  return new LaggingKv(settings);
}

/**
 * A clock that stands still until `advance()` is called, for a model that is tested by itself.
 *
 * @param start milliseconds since 1970-01-01 UTC; default 2027-01-15
 */
export function createManualClock(start?: number): ManualClock {
  return new ManualClock(start);
}

/**
 * A switch for what one thing does wrong: `begin(fault)`, `end()`.
 *
 * @param clock measures delays; default: the system's
 */
export function createFaults(clock?: Clock): Faults {
  return new Faults(clock);
}

/** The namespace with the faults in front of it: real, local or {@link createLaggingKv}'s. */
export function createBreakableKv(kv: KVNamespace, faults: Faults): KVNamespace {
  return breakKv(kv, faults);
}

/**
 * A `fetch` with the faults in front of it. In the place of the global one it is between a guard and its issuers' key sets or
 * an origin on the network; as `{ fetch }` it is a service binding.
 */
export function createBreakableFetch(fetch: typeof globalThis.fetch, faults: Faults): typeof globalThis.fetch {
  return breakFetch(fetch, faults);
}

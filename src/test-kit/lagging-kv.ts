import { type Clock, systemClock } from "../platform/clock.ts";
import { KvLocation } from "./kv-location.ts";
import { type KvConditions, KvModel } from "./kv-model.ts";
import { namespaceOf } from "./kv-namespace.ts";

/** How a {@link LaggingKv} behaves. What is left out is as in a good hour of production, but with nothing left to chance. */
export interface LaggingKvSettings {
  /** Measures ages, lag, expiry and latency. Default: the system's, which fake timers can take in hand. */
  readonly clock?: Clock;
  /** Milliseconds until other locations can read a write. Default 1,000. */
  readonly lag?: number | KvConditions["lag"];
  /** Milliseconds that an operation takes. Default 0: answers come without any timer. */
  readonly latency?: number | KvConditions["latency"];
  /** What becomes of operations. Default: all are answered. */
  readonly fate?: KvConditions["fate"];
  /** Keys on a page of a list, 1 to 1,000. Default 1,000. */
  readonly pageSize?: number;
  /** Whether a location reads its own writes at once. Default true. */
  readonly readsOwnWrites?: boolean;
}

/** Workers KV as it is in production and not on one's own machine: {@link KvModel}, as namespaces for bindings. */
export class LaggingKv extends KvModel {
  constructor(settings: LaggingKvSettings = {}) {
    const { clock = systemClock, lag = 1_000, latency = 0, pageSize = 1_000, readsOwnWrites = true } = settings;
    super(clock, {
      lag: typeof lag === "number" ? () => lag : lag,
      latency: typeof latency === "number" ? () => latency : latency,
      fate: settings.fate ?? (() => "answered"),
      pageSize: () => pageSize,
      readsOwnWrites: () => readsOwnWrites,
    });
  }

  /**
   * The namespace as one location has it, for an environment's binding.
   *
   * @param location any name. Each call makes a cache of its own, so a location is best asked for once.
   */
  at(location: string): KVNamespace {
    return namespaceOf(new KvLocation(this, location), () => this.clock.now());
  }
}

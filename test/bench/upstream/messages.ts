import type { Counters } from "./counters.ts";
import type { StoreSettings } from "./key-value-store.ts";

export type Question =
  | { readonly kind: "read" }
  | { readonly kind: "configure"; readonly settings: Partial<StoreSettings> };

export interface Ports {
  readonly origin: number;
  readonly store: number;
  readonly keySet: number;
  readonly tally: number;
}

export type Reply =
  | { readonly kind: "ready"; readonly ports: Ports }
  /** `lastHead` is the head of the last request that reached the origin. */
  | { readonly kind: "state"; readonly counters: Counters; readonly lastHead: string };

import type { Counters } from "./upstream/counters.ts";

/** One contestant in one case and round. */
export interface Sample {
  readonly case: string;
  readonly contestant: string;
  readonly round: number;
  /** When it began, in seconds of this run. */
  readonly at: number;
  /** That were answered. */
  readonly requests: number;
  /** Counts also have what was under way at the end. */
  readonly sent: number;
  readonly seconds: number;
  /** CPU time of the contestant's process in microseconds. */
  readonly cpu: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly counts: Counters;
  /** Resident bytes at the end. */
  readonly memory: number;
  /** Answers that are wrong, and an identity that the origin was not told. */
  readonly wrong: number;
  readonly statuses: Readonly<Record<string, number>>;
}

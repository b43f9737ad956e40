import type { Counters } from "./upstream/counters.ts";

/** One contestant in one case and round. */
interface Turn {
  readonly case: string;
  readonly contestant: string;
  readonly round: number;
  /** CPU time of the contestant's process in microseconds. */
  readonly cpu: number;
  /** That were answered. */
  readonly requests: number;
  /** Answers that are wrong, and an identity that the origin was not told. */
  readonly wrong: number;
}

/** A turn of a given number of requests: too short for much else to happen in it. CPU time is measured with these. */
export interface Batch extends Turn {
  readonly kvReads: number;
}

/** A turn of given seconds in which as much is sent as is answered. Throughput and waiting are measured with these. */
export interface Sample extends Turn {
  /** When it began, in seconds of this run. */
  readonly at: number;
  /** Counts also have what was under way at the end. */
  readonly sent: number;
  readonly seconds: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly counts: Counters;
  /** Resident bytes at the end. */
  readonly memory: number;
  readonly statuses: Readonly<Record<string, number>>;
}

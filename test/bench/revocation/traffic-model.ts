/** How many questions a ledger gets for the requests that guards get. */
export interface LedgerLoad {
  /** Requests a second, all over the world. */
  readonly rps: number;
  readonly isolates: number;
  readonly ledgerQuestionsPerRequest: number;
  /** Keys, because the ledger could not be asked in time. */
  readonly kvReadsPerRequest: number;
  /** Share of requests that find their mirror too old and wait for an answer. */
  readonly waiting: number;
}

/** Locations, the share of each falling with its rank. */
const LOCATIONS = 300;
const FALL = 0.9;

/** Requests a second for which a location starts another isolate. */
const PER_ISOLATE = 250;

/** Seconds between two questions of an isolate. */
const PACE = 1;

/** Seconds by which an answer's knowledge may be older than the question: evenly spread, with many isolates. */
const FENCE = 1;

/**
 * What follows from the protocol when requests come independently of each other. An isolate with *x* requests a second asks with the
 * first request after the pace, so every PACE + 1/x seconds, and that request waits when the knowledge is older than B by then.
 * The way to the ledger is left out.
 *
 * @param bound B in seconds
 * @param isolatesPerLocation undefined for as many as the traffic takes
 */
export function modelLoad(rps: number, bound: number, isolatesPerLocation?: number): LedgerLoad {
  const weights = Array.from({ length: LOCATIONS }, (_, rank) => (rank + 1) ** -FALL);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const load = { isolates: 0, questions: 0, waits: 0 };
  for (const weight of weights) {
    const local = (rps * weight) / total;
    const isolates = isolatesPerLocation ?? Math.max(1, Math.ceil(local / PER_ISOLATE));
    const each = local / isolates;
    const questions = isolates / (PACE + 1 / each);
    load.isolates += isolates;
    load.questions += questions;
    const late = (within: number) => Math.exp(-each * Math.max(0, within));
    // The mean over all ages that the answer may have had.
    load.waits += (questions * (late(bound - PACE - FENCE) - late(bound - PACE))) / (each * FENCE);
  }
  return {
    rps,
    isolates: load.isolates,
    ledgerQuestionsPerRequest: load.questions / rps,
    kvReadsPerRequest: 0,
    waiting: load.waits / rps,
  };
}

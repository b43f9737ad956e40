/** What the machines behind the contestants were asked for. */
export interface Counters {
  originRequests: number;
  /** Operations: a bulk read is one. */
  kvReads: number;
  /** Keys in all operations. */
  kvKeys: number;
  keySetFetches: number;
}

export function noCounts(): Counters {
  return { originRequests: 0, kvReads: 0, kvKeys: 0, keySetFetches: 0 };
}

export function subtract(after: Counters, before: Counters): Counters {
  return {
    originRequests: after.originRequests - before.originRequests,
    kvReads: after.kvReads - before.kvReads,
    kvKeys: after.kvKeys - before.kvKeys,
    keySetFetches: after.keySetFetches - before.keySetFetches,
  };
}

/** What the machines behind the contestants were asked for. */
export interface Counters {
  originRequests: number;
  /** Operations: a bulk read is one. */
  kvReads: number;
  /** Keys in all operations that read. */
  kvKeys: number;
  /** Pages of names: the ledger looks through KV. */
  kvLists: number;
  /** Puts and deletes. */
  kvWrites: number;
  keySetFetches: number;
  /** Of mirrors to the ledger: what changed? */
  ledgerQuestions: number;
}

export function noCounts(): Counters {
  return {
    originRequests: 0,
    kvReads: 0,
    kvKeys: 0,
    kvLists: 0,
    kvWrites: 0,
    keySetFetches: 0,
    ledgerQuestions: 0,
  };
}

export function subtract(after: Counters, before: Counters): Counters {
  return {
    originRequests: after.originRequests - before.originRequests,
    kvReads: after.kvReads - before.kvReads,
    kvKeys: after.kvKeys - before.kvKeys,
    kvLists: after.kvLists - before.kvLists,
    kvWrites: after.kvWrites - before.kvWrites,
    keySetFetches: after.keySetFetches - before.keySetFetches,
    ledgerQuestions: after.ledgerQuestions - before.ledgerQuestions,
  };
}

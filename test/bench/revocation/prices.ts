import type { LedgerLoad } from "./traffic-model.ts";

/** List prices in dollars for a million, as of 2026-11. Amounts that a plan includes are not deducted. */
const PER_MILLION = {
  objectRequests: 0.15,
  /** GB-seconds. */
  objectDuration: 12.5,
  rowsRead: 0.001,
  rowsWritten: 1,
  kvReads: 0.5,
  kvWrites: 5,
  kvLists: 5,
};

/** Of one object that is always awake. */
const OBJECT_GB = 0.128;

/** Keys that a guard without a ledger reads for a token that it does not remember: token and user. Reads are billed by key. */
const KEYS_PER_REQUEST = 2;

/** Rows that the ledger writes per second for its fence, and per scan: its begin, each page, the alarm. */
const FENCE_ROWS = 1;
const ROWS_PER_SCAN = 2;
const SECONDS_PER_SCAN = 15;
const KEYS_PER_LIST = 1_000;

const BILLION = 1e9;
const SECONDS_PER_MONTH = 30 * 86_400;

/** Dollars. */
export interface Cost {
  readonly perBillion: number;
  readonly perMonth: number;
}

/** Every request reads KV: no isolate sees a token twice within the five seconds for which it remembers. */
export function costOfKvAlone(rps: number): Cost {
  return costOf(rps, price("kvReads", rps * KEYS_PER_REQUEST));
}

/** @param records live ones, which each scan lists and compares */
export function costOfLedger({ rps, ledgerQuestionsPerRequest, kvReadsPerRequest }: LedgerLoad, records: number): Cost {
  const pages = Math.ceil(records / KEYS_PER_LIST);
  const scans = 1 / SECONDS_PER_SCAN;
  return costOf(
    rps,
    price("objectRequests", rps * ledgerQuestionsPerRequest + scans) +
      price("objectDuration", OBJECT_GB) +
      price("rowsWritten", FENCE_ROWS + scans * (ROWS_PER_SCAN + pages)) +
      price("rowsRead", scans * records) +
      price("kvLists", scans * pages) +
      price("kvReads", rps * kvReadsPerRequest),
  );
}

/** A million changes: rows, what the ledger reads of KV before it writes there, the write, the request. */
export function costOfChanges(rowsPerCommand: number): number {
  const { rowsWritten, kvReads, kvWrites, objectRequests } = PER_MILLION;
  return rowsPerCommand * rowsWritten + 2 * kvReads + kvWrites + objectRequests;
}

/** What a list of so many keys costs in a month, looked through every so many seconds. */
export function costOfScans(records: number, seconds: number): number {
  return price("kvLists", Math.ceil(records / KEYS_PER_LIST) / seconds) * SECONDS_PER_MONTH;
}

/** Dollars a second. */
function price(what: keyof typeof PER_MILLION, perSecond: number): number {
  return (PER_MILLION[what] * perSecond) / 1e6;
}

function costOf(rps: number, perSecond: number): Cost {
  return { perBillion: (perSecond / rps) * BILLION, perMonth: perSecond * SECONDS_PER_MONTH };
}

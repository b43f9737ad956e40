import type { LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** How the ledger is doing. Ages are in seconds. */
export interface LedgerStatus {
  /** Identity of its contents; a rebuild gives another one. */
  readonly ledger: string;
  /** `starting`: it is still reading what is in KV, and answers no guard. */
  readonly state: "starting" | "ready";
  /** Number of the last change. */
  readonly sequence: number;
  readonly records: number;
  /** Records that nobody can read: whoever they concern gets 503. Their names are in the list of records. */
  readonly invalid: number;
  /** What KV has not been told yet. */
  readonly backlog: { readonly records: number; readonly oldest: number | null };
  /** What went wrong with KV last, since the ledger exists. */
  readonly lastError: { readonly message: string; readonly age: number } | null;
  readonly scan: {
    /** Age of the begin of the last scan that was completed. */
    readonly age: number | null;
    readonly running: boolean;
    /** Keys that were listed by the last scan, or so far by the one that runs. */
    readonly keys: number;
  };
}

/**
 * @param ready whether guards are answered
 * @param now milliseconds
 */
export function readStatus(storage: LedgerStorage, store: RecordStore, ready: boolean, now: number): LedgerStatus {
  const { id, head, live } = store.head();
  const ledger = storage.exec("SELECT scanning, scan_done, scan_keys, problem, problem_at FROM ledger")[0] ?? {};
  const backlog =
    storage.exec("SELECT count(*) AS n, min(queued_at) AS oldest FROM records WHERE due IS NOT NULL")[0] ?? {};
  const invalid = storage.exec("SELECT count(*) AS n FROM records WHERE invalid = 1")[0] ?? {};
  const age = (at: unknown) => (typeof at === "number" ? Math.max(0, now - at) / 1000 : null);
  return {
    ledger: id,
    state: ready ? "ready" : "starting",
    sequence: head,
    records: live,
    invalid: invalid["n"] as number,
    backlog: { records: backlog["n"] as number, oldest: age(backlog["oldest"]) },
    lastError:
      typeof ledger["problem"] === "string"
        ? { message: ledger["problem"], age: age(ledger["problem_at"]) ?? 0 }
        : null,
    scan: {
      age: age(ledger["scan_done"]),
      running: ledger["scanning"] === 1,
      keys: ledger["scan_keys"] as number,
    },
  };
}

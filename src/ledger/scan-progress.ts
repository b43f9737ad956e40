import type { LedgerStorage } from "./ports.ts";

/** How far a scan of KV has come. */
export interface Progress {
  readonly scanning: boolean;
  readonly cursor: string | null;
  /** The last name that was looked at. KV lists in order of names. */
  readonly after: string;
  /** When it was begun, in milliseconds. */
  readonly begun: number | null;
  /** When the last one was begun that was completed. */
  readonly done: number | null;
  readonly keys: number;
}

/** Keeps in the tables how far a scan has come, so that another object can go on with it. */
export class ScanProgress {
  readonly #storage: LedgerStorage;

  constructor(storage: LedgerStorage) {
    this.#storage = storage;
  }

  read(): Progress {
    const query = "SELECT scanning, scan_cursor, scan_after, scan_begun, scan_done, scan_keys FROM ledger";
    const row = this.#storage.exec(query)[0] ?? {};
    return {
      scanning: row["scanning"] === 1,
      cursor: row["scan_cursor"] as string | null,
      after: row["scan_after"] as string,
      begun: row["scan_begun"] as number | null,
      done: row["scan_done"] as number | null,
      keys: row["scan_keys"] as number,
    };
  }

  /** Starts from the first name. @param now milliseconds */
  begin(now: number): void {
    this.#storage.exec(
      "UPDATE ledger SET scanning = 1, scan_cursor = NULL, scan_after = '', scan_keys = 0, scan_begun = ?",
      now,
    );
  }

  /** A page is done. @param cursor of the next one; null when it was the last, so that KV was read through */
  advance(cursor: string | null, after: string, keys: number): void {
    if (cursor !== null) {
      this.#storage.exec("UPDATE ledger SET scan_cursor = ?, scan_after = ?, scan_keys = ?", cursor, after, keys);
      return;
    }
    this.#storage.exec(
      "UPDATE ledger SET scanning = 0, ready = 1, scan_cursor = NULL, scan_after = '', scan_keys = ?, scan_done = scan_begun",
      keys,
    );
  }

  /** Notes what went wrong. @param now milliseconds */
  fail(error: unknown, now: number): void {
    this.#storage.exec("UPDATE ledger SET problem = ?, problem_at = ?", String(error).slice(0, 200), now);
  }
}

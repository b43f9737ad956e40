import type { Acknowledgement } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { LedgerRow } from "./ledger-row.ts";
import type { LedgerStorage, SqlValue } from "./ports.ts";

/** One thing that happened, for people to read. */
export interface HistoryEntry {
  readonly number: number;
  /** NumericDate. */
  readonly at: number;
  /** A command, or what was found in KV (`adopt`, `unreadable`, `readable`), `rebuild`, or `authenticate` for who was nobody. */
  readonly op: string;
  readonly name: RecordName | null;
  /** Of the command. */
  readonly id: string | null;
  readonly by: string | null;
  readonly why: string | null;
  readonly sequence: number;
  readonly changed: boolean;
  /** Address that a command came from; null when nobody knows. */
  readonly from: string | null;
  /** Code of the problem for which it was refused; null when it was allowed. */
  readonly problem: string | null;
  /** How often this happened: more than once only for `authenticate`, which is counted by the minute. */
  readonly times: number;
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** What to give as `before` for the next page; null when there is none. */
  readonly next: number | null;
}

/** An answered command, as it is remembered. */
interface Answered {
  /** What was asked, so that another command is not taken for it. */
  readonly asked: string;
  readonly answer: Acknowledgement;
}

/** What was asked for, by whom and from where, when nothing came of it. */
export interface Refused {
  readonly op: string;
  readonly name: RecordName | null;
  readonly by: string;
  readonly why: string | null;
  readonly from: string | null;
  readonly problem: string;
}

/** Milliseconds for which failed authentications are counted in one entry: whoever floods the guard does not flood the history. */
const COUNTED_TOGETHER = 60_000;

/** What was done, and what was answered: the second is what makes a command safe to repeat. */
export class History {
  readonly #storage: LedgerStorage;

  constructor(storage: LedgerStorage) {
    this.#storage = storage;
  }

  answered(id: string): Answered | undefined {
    const [row] = this.#storage.exec("SELECT asked, answer FROM history WHERE id = ?", id);
    return row && { asked: row["asked"] as string, answer: JSON.parse(row["answer"] as string) as Acknowledgement };
  }

  addCommand(
    command: { readonly do: string; readonly id: string; readonly by?: string; readonly why?: string },
    { asked, answer }: Answered,
    from: string | null,
    now: number,
  ): void {
    const { name, sequence, changed } = answer;
    this.#storage.exec(
      `INSERT INTO history (id, at, op, name, by, why, sequence, changed, asked, answer, origin)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[command.id, now, command.do, name, command.by ?? null, command.why ?? null],
      ...[sequence, Number(changed), asked, JSON.stringify(answer), from],
    );
  }

  /** Notes what was asked for and not done, or was done before: it changes nothing. */
  addAttempt(
    { op, name, by, why, from, problem }: Refused | (Omit<Refused, "problem"> & { problem: null }),
    now: number,
  ) {
    this.#storage.exec(
      `INSERT INTO history (at, op, name, by, why, sequence, changed, origin, problem)
       SELECT ?, ?, ?, ?, ?, head, 0, ?, ? FROM ledger`,
      ...[now, op, name, by, why, from, problem],
    );
  }

  /** Counts requests whose credentials were nobody's. */
  countFailures(count: number, from: string | null, now: number): void {
    const [last] = this.#storage.exec(
      `UPDATE history SET times = times + ?, origin = ? WHERE number =
         (SELECT number FROM history WHERE problem IS NOT NULL AND op = 'authenticate' ORDER BY number DESC LIMIT 1)
       AND abs(? - at) < ? RETURNING number`,
      ...[count, from, now, COUNTED_TOGETHER],
    );
    if (last !== undefined) return;
    this.#storage.exec(
      `INSERT INTO history (at, op, sequence, changed, origin, problem, times)
       SELECT ?, 'authenticate', head, 0, ?, 'unauthorized', ? FROM ledger`,
      ...[now, from, count],
    );
  }

  /** Notes what nobody commanded. The first reading of KV is left out: it would push out everything else. */
  note(op: string, row: LedgerRow, now: number): void {
    this.#storage.exec(
      `INSERT INTO history (at, op, name, by, why, sequence, changed)
       SELECT ?, ?, ?, ?, ?, ?, 1 FROM ledger WHERE ready = 1`,
      ...[now, op, row.name, row.about.by ?? null, row.about.why ?? null, row.sequence],
    );
  }

  noteRebuild(head: number, now: number): void {
    this.#storage.exec("INSERT INTO history (at, op, sequence, changed) VALUES (?, 'rebuild', ?, 1)", now, head);
  }

  page(before: number | undefined, limit: number): HistoryPage {
    const rows = this.#storage.exec(
      `SELECT number, at, op, name, id, by, why, sequence, changed, origin, problem, times FROM history
       WHERE number < ? ORDER BY number DESC LIMIT ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    );
    const entries = rows.slice(0, limit).map(toEntry);
    return { entries, next: rows.length > limit ? (entries.at(-1)?.number ?? null) : null };
  }
}

function toEntry(row: Readonly<Record<string, SqlValue>>): HistoryEntry {
  return {
    number: row["number"] as number,
    at: (row["at"] as number) / 1000,
    op: row["op"] as string,
    name: row["name"] as RecordName | null,
    id: row["id"] as string | null,
    by: row["by"] as string | null,
    why: row["why"] as string | null,
    sequence: row["sequence"] as number,
    changed: row["changed"] === 1,
    from: row["origin"] as string | null,
    problem: row["problem"] as string | null,
    times: (row["times"] as number | null) ?? 1,
  };
}

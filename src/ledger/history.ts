import type { TurnedAway } from "../model/ledger-desk.ts";
import type { Credential } from "../model/operator.ts";
import type { Acknowledgement, RevocationCommand } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { toStored } from "./kv-entry.ts";
import type { LedgerRow } from "./ledger-row.ts";
import type { LedgerStorage } from "./ports.ts";

/** An answered command, as it is remembered. */
interface Answered {
  /** What was asked, so that another command is not taken for it. */
  readonly asked: string;
  readonly answer: Acknowledgement;
}

/** Whose command it is, and where it came from. */
export interface Source {
  /** How they showed who they are; null for another Worker with a binding. */
  readonly via: Credential | null;
  /** Address; null when nobody knows. */
  readonly from: string | null;
}

/** What was asked for when nothing came of it. */
export interface Attempted extends Source {
  readonly op: string;
  readonly name: RecordName | null;
  readonly id: string | null;
  readonly by: string;
  readonly why: string | null;
  /** What was asked for, as `fingerprint` writes it. */
  readonly asked: string;
  /** Code for which it was refused; null for what was carried out before. */
  readonly problem: string | null;
}

/** Milliseconds for which attempts of the same sort are one entry: whoever floods the guard does not flood the history. */
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

  addCommand(command: RevocationCommand, { asked, answer }: Answered, { via, from }: Source, now: number): void {
    const { name, sequence, changed } = answer;
    this.#storage.exec(
      `INSERT INTO history (id, at, op, name, by, why, sequence, changed, asked, answer, origin, via)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[command.id, now, command.do, name, command.by ?? null, command.why ?? null],
      ...[sequence, Number(changed), asked, JSON.stringify(answer), from, via],
    );
  }

  /** Notes what was asked for and not done, or was done before: it changes nothing. */
  addAttempt({ op, name, id, by, why, asked, via, from, problem }: Attempted, now: number): void {
    if (this.#addToLast({ op, by, via, problem, from, times: 1 }, now)) return;
    this.#storage.exec(
      `INSERT INTO history (at, op, name, given_id, by, why, asked, sequence, changed, origin, problem, via)
       SELECT ?, ?, ?, ?, ?, ?, ?, head, 0, ?, ?, ? FROM ledger`,
      ...[now, op, name, id, by, why, asked, from, problem, via],
    );
  }

  /** Notes requests that were turned away before there was a command. */
  addTurnedAway(requests: TurnedAway, now: number): void {
    if (this.#addToLast(requests, now)) return;
    const { op, by, via, problem, from, times } = requests;
    this.#storage.exec(
      `INSERT INTO history (at, op, by, via, sequence, changed, origin, problem, times)
       SELECT ?, ?, ?, ?, head, 0, ?, ?, ? FROM ledger`,
      ...[now, op, by, via, from, problem, times],
    );
  }

  /** Counts one more of what is on record since less than a minute. False when there is no such entry. */
  #addToLast(again: Omit<TurnedAway, "op" | "problem"> & { op: string; problem: string | null }, now: number): boolean {
    const { op, by, via, problem, from, times } = again;
    // Left to itself, SQLite takes the index of the ids, and reads every entry that has none.
    const [last] = this.#storage.exec(
      `UPDATE history SET times = coalesce(times, 1) + ?, origin = ?, last_at = ? WHERE number =
         (SELECT number FROM history INDEXED BY history_repeated
          WHERE changed = 0 AND id IS NULL AND op = ? AND by IS ? AND via IS ? AND problem IS ?
          ORDER BY number DESC LIMIT 1)
       AND abs(? - at) < ? RETURNING number`,
      ...[times, from, now, op, by, via, problem, now, COUNTED_TOGETHER],
    );
    return last !== undefined;
  }

  /** Notes what nobody commanded. The first reading of KV is left out: it would push out everything else. */
  note(op: string, before: LedgerRow, row: LedgerRow, now: number): void {
    // Whom the record itself names was verified by nobody: that stands in the record alone.
    const answer = { before: before.live ? toStored(before) : null, record: row.live ? toStored(row) : null };
    this.#storage.exec(
      `INSERT INTO history (at, op, name, sequence, changed, answer)
       SELECT ?, ?, ?, ?, 1, ? FROM ledger WHERE ready = 1`,
      ...[now, op, row.name, row.sequence, JSON.stringify(answer)],
    );
  }

  noteRebuild(head: number, now: number): void {
    this.#storage.exec("INSERT INTO history (at, op, sequence, changed) VALUES (?, 'rebuild', ?, 1)", now, head);
  }
}

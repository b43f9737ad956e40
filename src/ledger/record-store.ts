import { idOf } from "../revocation/record-id.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { fromSql, type LedgerRow } from "./ledger-row.ts";
import type { LedgerStorage, SqlValue } from "./ports.ts";

/** The ledger's identity and how far it has come. */
export interface LedgerHead {
  readonly id: string;
  /** Identities from before a rebuild. Their numbering was continued. */
  readonly former: readonly string[];
  readonly head: number;
  /** Rows that say something. */
  readonly live: number;
  /** Highest sequence number of a withdrawal that is no longer on record. */
  readonly forgotten: number;
  /** False until KV was read through once. */
  readonly ready: boolean;
}

const COLUMNS = [
  ...["sequence", "name", "id_high", "id_low", "live", "invalid", "revoked", "issued_before", "minimum_version"],
  ...["until", "by", "why", "at", "wants", "due", "queued_at", "tries", "written_at", "lifted", "lifted_sequence"],
  ...["gone_at", "withdrawn", "changed_at", "lifted_about"],
];
const PUT = `INSERT OR REPLACE INTO records (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

/**
 * Rows of records, always read from the tables: nothing is kept in memory that a crash could make wrong. Whoever writes does so
 * inside a transaction of the storage.
 */
export class RecordStore {
  readonly #storage: LedgerStorage;

  constructor(storage: LedgerStorage) {
    this.#storage = storage;
  }

  head(): LedgerHead {
    const row = this.#storage.exec("SELECT id, former, head, live, forgotten, ready FROM ledger")[0] ?? {};
    return {
      id: row["id"] as string,
      former: JSON.parse(row["former"] as string) as string[],
      head: row["head"] as number,
      live: row["live"] as number,
      forgotten: row["forgotten"] as number,
      ready: row["ready"] === 1,
    };
  }

  find(name: RecordName): LedgerRow | undefined {
    const [row] = this.#storage.exec("SELECT * FROM records WHERE name = ?", name);
    return row && fromSql(row);
  }

  /**
   * Writes a change that mirrors have to hear of, under the next sequence number. Returns it as it stands now.
   *
   * @param now milliseconds
   */
  change(row: LedgerRow, now: number): LedgerRow {
    const before = this.find(row.name);
    const [ledger] = this.#storage.exec(
      "UPDATE ledger SET head = head + 1, live = live + ? RETURNING head",
      Number(row.live) - Number(before?.live ?? false),
    );
    const changed = { ...row, changedAt: now, sequence: ledger?.["head"] as number };
    this.#storage.exec(PUT, ...toSql(changed));
    return changed;
  }

  /** Writes what only the ledger and KV have to do with each other. */
  track(row: LedgerRow): void {
    this.#storage.exec(
      "UPDATE records SET wants = ?, due = ?, queued_at = ?, tries = ?, written_at = ?, gone_at = ? WHERE name = ?",
      ...[row.wants, row.due, row.queuedAt, row.tries, row.writtenAt, row.goneAt, row.name],
    );
  }

  /** Rows whose names lie between two others, `after` excluded and `upTo` included, in order of name. */
  between(after: string, upTo: string | undefined, limit: number): readonly LedgerRow[] {
    const rows =
      upTo === undefined
        ? this.#storage.exec("SELECT * FROM records WHERE name > ? ORDER BY name LIMIT ?", after, limit)
        : this.#storage.exec(
            "SELECT * FROM records WHERE name > ? AND name <= ? ORDER BY name LIMIT ?",
            after,
            upTo,
            limit,
          );
    return rows.map(fromSql);
  }
}

function toSql(row: LedgerRow): readonly Exclude<SqlValue, ArrayBuffer>[] {
  const { high, low } = idOf(row.name);
  const { revoked, issuedBefore, minimumTokenVersion, until } = row.record;
  return [
    ...[row.sequence, row.name, high, low, Number(row.live), Number(row.invalid)],
    ...[Number(revoked), issuedBefore ?? null, minimumTokenVersion ?? null, until ?? null],
    ...[row.about.by ?? null, row.about.why ?? null, row.about.at ?? null],
    ...[row.wants, row.due, row.queuedAt, row.tries, row.writtenAt],
    ...[row.lifted && JSON.stringify(row.lifted), row.liftedSequence, row.goneAt, Number(row.withdrawn)],
    ...[row.changedAt, row.liftedAbout && JSON.stringify(row.liftedAbout)],
  ];
}

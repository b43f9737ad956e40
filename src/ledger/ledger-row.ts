import { RECORD_NAME } from "../model/command-grammar.ts";
import type { RecordKind, RevocationRecord } from "../model/revocation.ts";
import type { StoredRecord } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { SqlValue } from "./ports.ts";

/** What the ledger knows under one name. Times that are not part of the record are the ledger's clock, in milliseconds. */
export interface LedgerRow {
  readonly name: RecordName;
  /** Of the last change that mirrors have to hear of. */
  readonly sequence: number;
  /** False for a tombstone: the record was lifted, and says nothing. */
  readonly live: boolean;
  /** KV has something under this name that nobody can read. */
  readonly invalid: boolean;
  readonly record: RevocationRecord;
  /** Of a tombstone that of the record that was lifted. */
  readonly about: About;
  /** What KV still has to be told; null when it has everything. */
  readonly wants: Wants | null;
  /** When it may be told next. */
  readonly due: number | null;
  readonly queuedAt: number | null;
  /** Attempts that failed since it was told last. */
  readonly tries: number;
  readonly writtenAt: number | null;
  /** What the last lift took away, so that old copies of it are known when they are seen. */
  readonly lifted: RevocationRecord | null;
  /** Who lifted it, why and when; null when that was before this was kept. */
  readonly liftedAbout: About | null;
  readonly liftedSequence: number | null;
  /** When KV confirmed that the lifted record is gone. */
  readonly goneAt: number | null;
  /** Something that a mirror may still hold was taken away at some time. */
  readonly withdrawn: boolean;
  /** When mirrors had to hear of it last; null when that was before this was kept. */
  readonly changedAt: number | null;
}

/** `put` spares what cannot be read, which is new knowledge; `replace` does not, because an operator's command came after it. */
export type Wants = "put" | "replace" | "delete";

/** Who, why, and NumericDate of when. */
export type About = Pick<StoredRecord, "by" | "why" | "at">;

/** A record that restricts nothing. */
export const NOTHING: RevocationRecord = {
  revoked: false,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

/** Where every row begins. */
export function newRow(name: RecordName): LedgerRow {
  return {
    name,
    sequence: 0,
    live: false,
    invalid: false,
    record: NOTHING,
    about: {},
    wants: null,
    due: null,
    queuedAt: null,
    tries: 0,
    writtenAt: null,
    lifted: null,
    liftedAbout: null,
    liftedSequence: null,
    goneAt: null,
    withdrawn: false,
    changedAt: null,
  };
}

export function kindOf(name: RecordName): RecordKind {
  return name.slice(9, name.indexOf(":", 9)) as RecordKind;
}

export function isRecordName(name: string): name is RecordName {
  return RECORD_NAME.test(name);
}

export function isSame(a: RevocationRecord, b: RevocationRecord): boolean {
  return (
    a.revoked === b.revoked &&
    a.issuedBefore === b.issuedBefore &&
    a.minimumTokenVersion === b.minimumTokenVersion &&
    a.until === b.until
  );
}

/** Whether a row restricts anybody at `now` (milliseconds): until it is cleared away, it is there after its end as well. */
export function counts({ live, record: { until } }: LedgerRow, now: number): boolean {
  return live && (until === undefined || until > now / 1000);
}

/**
 * Whether a merged record restricts more than the row did. What only makes it last longer must not replace who wrote it, why
 * and when.
 */
export function addsTo(row: LedgerRow, merged: RevocationRecord, now: number): boolean {
  return !counts(row, now) || !isSame({ ...merged, until: row.record.until }, row.record);
}

/** Reads a row of the table `records`. */
export function fromSql(row: Readonly<Record<string, SqlValue>>): LedgerRow {
  return {
    name: row["name"] as RecordName,
    sequence: row["sequence"] as number,
    live: row["live"] === 1,
    invalid: row["invalid"] === 1,
    record: recordFromSql(row),
    about: withoutNulls({ by: row["by"], why: row["why"], at: row["at"] }),
    wants: row["wants"] as Wants | null,
    due: row["due"] as number | null,
    queuedAt: row["queued_at"] as number | null,
    tries: row["tries"] as number,
    writtenAt: row["written_at"] as number | null,
    lifted: row["lifted"] === null ? null : { ...NOTHING, ...JSON.parse(row["lifted"] as string) },
    liftedAbout: row["lifted_about"] === null ? null : JSON.parse(row["lifted_about"] as string),
    liftedSequence: row["lifted_sequence"] as number | null,
    goneAt: row["gone_at"] as number | null,
    withdrawn: row["withdrawn"] === 1,
    changedAt: row["changed_at"] as number | null,
  };
}

export function recordFromSql(row: Readonly<Record<string, SqlValue>>): RevocationRecord {
  return {
    revoked: row["revoked"] === 1,
    issuedBefore: (row["issued_before"] as number | null) ?? undefined,
    minimumTokenVersion: (row["minimum_version"] as number | null) ?? undefined,
    until: (row["until"] as number | null) ?? undefined,
  };
}

function withoutNulls(about: Record<string, unknown>): About {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null));
}

import type { Credential } from "./operator.ts";
import type { Problem } from "./problem.ts";
import type { RecordKind } from "./revocation.ts";
import type { Acknowledgement, Preview, StoredRecord } from "./revocation-command.ts";

/** What came of a command: it is durable, or it is wrong and nothing was written. */
export type CommandResult =
  | { readonly ok: true; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a command would do, or what is wrong with it; nothing was written either way. */
export type PreviewResult =
  | { readonly ok: true; readonly preview: Preview }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All that is on record of somebody, or what is wrong with the question. */
export type StateResult =
  | { readonly ok: true; readonly records: readonly StateEntry[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A command that somebody gives, as the audit has it. */
export interface Attempt {
  /** Unchecked; without `by`. */
  readonly command: Readonly<Record<string, unknown>>;
  readonly by: string;
  /** How they showed that. */
  readonly via: Credential;
  /** Address that it came from; null when nobody knows. */
  readonly from: string | null;
  /** Code of the problem for which it was refused already: it is put on record, and nothing else. */
  readonly refused?: string;
}

/** Requests that were turned away, all for the same reason, before there was a command. */
export interface TurnedAway {
  /** `authenticate` for those of nobody, `request` for those of somebody. */
  readonly op: "authenticate" | "request";
  /** Name that was verified; null for nobody's. */
  readonly by: string | null;
  readonly via: Credential | null;
  /** Code of the problem. */
  readonly problem: string;
  readonly times: number;
  /** Address that the last of them came from; null when nobody knows. */
  readonly from: string | null;
}

export const RECORD_STATES = ["live", "lifted", "invalid"] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** A record, with where it stands. */
export interface ListedRecord {
  readonly name: string;
  readonly kind: RecordKind;
  /** What it says; of a lifted one what it said. */
  readonly record: StoredRecord;
  readonly sequence: number;
  /** NumericDate of its last change; null when that was before a release that keeps it. */
  readonly changedAt: number | null;
  readonly state: RecordState;
  /** KV has something under this name that nobody can read: whoever it concerns gets 503. */
  readonly invalid: boolean;
  /** True when KV does not have it as it stands here. */
  readonly pending: boolean;
  /** Of a lifted one who lifted it last, why, and NumericDate of when; empty when that was before a release that keeps it. */
  readonly lift?: Pick<StoredRecord, "by" | "why" | "at">;
}

/** What is on record under one of the names that concern somebody; `record` is null for nothing. */
export type StateEntry = ListedRecord | { readonly name: string; readonly kind: RecordKind; readonly record: null };

export interface RecordsPage {
  readonly records: readonly ListedRecord[];
  /** What to give as `after` for the next page; null when there is none. A page may be empty and still have a next one. */
  readonly next: string | null;
}

/** `name`, or by the number of the last change. */
export const RECORD_ORDERS = ["name", "newest", "oldest"] as const;

/** Which records, and in what order. Times are NumericDates. */
export interface RecordsQuery {
  /** These alone. */
  readonly names?: readonly string[] | undefined;
  readonly kind?: RecordKind | undefined;
  /** Of a lifted one who had written it. */
  readonly by?: string | undefined;
  /** Default: those that count. */
  readonly state?: RecordState | undefined;
  /** Those that end before this time, or that would have if they had not been lifted; those without an end are left out. */
  readonly untilBefore?: number | undefined;
  /** Those that end after this time, or never. */
  readonly untilAfter?: number | undefined;
  readonly changedSince?: number | undefined;
  /** Default: `name`. */
  readonly order?: (typeof RECORD_ORDERS)[number] | undefined;
  /** What the page before named as its next. */
  readonly after?: string | undefined;
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined;
}

/** What a command asked for; NumericDates but for the version. */
export interface Asked {
  readonly until?: number;
  readonly expiresAt?: number;
  readonly issuedBefore?: number;
  readonly minimumTokenVersion?: number;
}

/** One thing that happened, for people to read. */
export interface HistoryEntry {
  readonly number: number;
  /** NumericDate; of the first time when it is several. */
  readonly at: number;
  /** NumericDate of the last time. */
  readonly lastAt: number;
  /**
   * A command, `unknown` for one that is none, `request` or `authenticate` for a request that was turned away, what was found in KV
   * (`adopt`, `unreadable`, `readable`), or `rebuild`.
   */
  readonly op: string;
  readonly name: string | null;
  readonly kind: RecordKind | null;
  /** Of the command. */
  readonly id: string | null;
  /** Name that was verified as `via` says; of another Worker's command the name that it gave; null for nobody's. */
  readonly by: string | null;
  readonly via: Credential | null;
  readonly why: string | null;
  readonly asked: Asked | null;
  /** The record before; absent when nothing was looked at. Null for none. */
  readonly before?: StoredRecord | null;
  /** The record after it. */
  readonly after?: StoredRecord | null;
  readonly sequence: number;
  readonly changed: boolean;
  /** Address that it came from, the last time; null when nobody knows. */
  readonly from: string | null;
  /** Code of the problem for which it was refused; null when it was allowed. */
  readonly problem: string | null;
  /** How often it happened within a minute. */
  readonly times: number;
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** What to give as `before` for the next page; null when there is none. A page may be empty and still have a next one. */
  readonly next: number | null;
}

export const OUTCOMES = ["changed", "unchanged", "refused"] as const;

/** Which entries. Times are NumericDates. */
export interface HistoryQuery {
  readonly by?: string | undefined;
  readonly via?: Credential | undefined;
  readonly outcome?: (typeof OUTCOMES)[number] | undefined;
  readonly op?: string | undefined;
  readonly kind?: RecordKind | undefined;
  /** Of a record. */
  readonly name?: string | undefined;
  /** Those of this time or later. */
  readonly since?: number | undefined;
  /** Those before this time. */
  readonly until?: number | undefined;
  /** What the page before named as its next. */
  readonly before?: number | undefined;
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined;
}

/** The ledger as operators see it. Every method rejects when the ledger cannot be reached or is not ready. */
export interface LedgerDesk {
  /**
   * Carries commands out in their order, each for itself, and keeps a record of every attempt. Rejects when it cannot be known
   * what was carried out: asking again with the same ids is safe.
   *
   * @returns a result for each, without problems for what was refused before
   */
  submit(attempts: readonly Attempt[]): Promise<readonly CommandResult[]>;
  /** What commands would do one after the other, with a result for each. Writes nothing. */
  previewAll(commands: readonly unknown[]): Promise<readonly PreviewResult[]>;
  /** What is on record under every name that concerns a token, session, user or issuer. @param identity unchecked */
  state(identity: unknown): Promise<StateResult>;
  /** Puts on record who was turned away. */
  noteTurnedAway(requests: readonly TurnedAway[]): Promise<void>;
  status(): Promise<object>;
  records(query: RecordsQuery): Promise<RecordsPage>;
  record(name: string): Promise<ListedRecord | null>;
  /** What was done, the latest first. */
  history(query: HistoryQuery): Promise<HistoryPage>;
}

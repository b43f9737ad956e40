import type { Problem } from "./problem.ts";
import type { RecordKind } from "./revocation.ts";
import type { Acknowledgement, Preview } from "./revocation-command.ts";

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
  | { readonly ok: true; readonly records: readonly object[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A command that somebody gives, as the audit has it. */
export interface Attempt {
  /** Unchecked; without `by`. */
  readonly command: Readonly<Record<string, unknown>>;
  readonly by: string;
  /** Address that it came from; null when nobody knows. */
  readonly from: string | null;
  /** Code of the problem for which it was refused already: it is put on record, and nothing else. */
  readonly refused?: string;
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
  /** What a command would do. Writes nothing. */
  preview(command: unknown): Promise<PreviewResult>;
  /** What is on record under every name that concerns a token, session, user or issuer. @param identity unchecked */
  state(identity: unknown): Promise<StateResult>;
  /** Adds to the count of requests whose credentials were nobody's. @param from where the last of them came from */
  countFailures(count: number, from: string | null): Promise<void>;
  status(): Promise<object>;
  /** Live records in order of their names; `after` is the last name of the page before. */
  records(query: { kind?: RecordKind; after?: string; limit: number }): Promise<object>;
  record(name: string): Promise<object | null>;
  /** What was done, the latest first; `before` is the last number of the page before. */
  history(query: { before?: number; limit: number }): Promise<object>;
}

import type { Problem } from "./problem.ts";
import type { RecordKind } from "./revocation.ts";
import type { Acknowledgement } from "./revocation-command.ts";

/** What came of a command: it is durable, or it is wrong and nothing was written. */
export type CommandResult =
  | { readonly ok: true; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The ledger as operators see it. Every method rejects when the ledger cannot be reached or is not ready. */
export interface LedgerDesk {
  execute(command: unknown): Promise<CommandResult>;
  status(): Promise<object>;
  /** Live records in order of their names; `after` is the last name of the page before. */
  records(query: { kind?: RecordKind; after?: string; limit: number }): Promise<object>;
  record(name: string): Promise<object | null>;
  /** What was done, the latest first; `before` is the last number of the page before. */
  history(query: { before?: number; limit: number }): Promise<object>;
}

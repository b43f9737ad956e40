import type {
  CommandResult,
  HistoryPage,
  HistoryQuery,
  LedgerDesk,
  PreviewResult,
  RecordsPage,
  RecordsQuery,
} from "../model/ledger-desk.ts";
import type { LedgerFeed } from "../revocation/feed.ts";
import type { LedgerOptions } from "./ledger-options.ts";
import type { LedgerStatus } from "./status.ts";

/** What a ledger object takes from its Worker's configuration. Times are in milliseconds. */
export interface LedgerObjectSettings
  extends Pick<LedgerOptions, "kv" | "issuers" | "bound" | "scanInterval" | "retention"> {
  readonly revocationKey: string;
}

/** What can be asked of the object through RPC. Any of it may reject, and can be asked again. */
export interface LedgerCalls extends LedgerDesk, LedgerFeed {
  execute(command: unknown): Promise<CommandResult>;
  preview(command: unknown): Promise<PreviewResult>;
  status(): Promise<LedgerStatus>;
  history(query?: HistoryQuery): Promise<HistoryPage>;
  records(query?: RecordsQuery): Promise<RecordsPage>;
  rebuild(): Promise<void>;
}

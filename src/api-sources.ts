import type { Environment } from "./config/environment.ts";
import type { Settings } from "./config/settings.ts";
import type { GatewayParts } from "./gateway/gateway.ts";
import type { LedgerDesk } from "./model/ledger-desk.ts";
import type { MirrorReader } from "./revocation/mirror-reader.ts";

/** What the operator API is put together from. */
export interface ApiSources {
  readonly settings: Settings;
  readonly env: Environment;
  /** How the operator wrote an outermost setting. */
  readonly nameOf: (setting: string) => string;
  /** Of the guard: operators' tokens are verified by the same code as anybody's. */
  readonly parts: GatewayParts;
  /** Makes the ledger's stub for one request. */
  readonly desk: () => LedgerDesk;
  /** Undefined without a ledger. */
  readonly mirror: MirrorReader | undefined;
}

import { decodeSettings } from "./config/decode-settings.ts";
import type { Environment } from "./config/environment.ts";
import type { LedgerObjectSettings } from "./ledger/ledger-calls.ts";
import type { LedgerKv } from "./ledger/ports.ts";
import { lifetimesOf } from "./ledger-lifetimes.ts";

/**
 * What the ledger takes from the guard's configuration.
 *
 * @throws when the configuration is wrong; the guard reports what is, and answers 503 to everything meanwhile
 */
export function ledgerSettings(config: unknown, env: Environment): LedgerObjectSettings {
  const decoded = decodeSettings(config, env);
  if (!decoded.ok || decoded.settings.ledger === undefined) throw new Error("The configuration is invalid.");
  const { revocationKey, ledger } = decoded.settings;
  return {
    kv: env["REVOCATIONS"] as LedgerKv,
    revocationKey,
    issuers: lifetimesOf(decoded.settings, env),
    bound: ledger.stalenessBound * 1000,
    scanInterval: ledger.scanInterval * 1000,
    retention: ledger.auditRetention * 86_400_000,
  };
}

import { decodeSettings } from "./config/decode-settings.ts";
import type { Environment } from "./config/environment.ts";
import { createLedgerObject, type LedgerClass } from "./ledger/ledger-object.ts";
import type { LedgerKv } from "./ledger/ports.ts";

/**
 * The class of the Durable Object that holds the ledger, with the guard's own configuration.
 *
 * @param readConfig where the configuration comes from
 */
export function createLedger(readConfig: (env: Environment) => unknown): LedgerClass<Environment> {
  return createLedgerObject<Environment>(async (env) => {
    const decoded = decodeSettings(readConfig(env), env);
    // The guard reports what is wrong, and answers 503 to everything meanwhile.
    if (!decoded.ok || decoded.settings.ledger === undefined) throw new Error("The configuration is invalid.");
    const { revocationKey, ledger } = decoded.settings;
    const { lifetimesOf } = await import("./ledger-lifetimes.ts");
    return {
      kv: env["REVOCATIONS"] as LedgerKv,
      revocationKey,
      issuers: lifetimesOf(decoded.settings, env),
      bound: ledger.stalenessBound * 1000,
      scanInterval: ledger.scanInterval * 1000,
      retention: ledger.auditRetention * 86_400_000,
    };
  });
}

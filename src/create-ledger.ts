import type { Environment } from "./config/environment.ts";
import { createLedgerObject, type LedgerClass } from "./ledger/ledger-object.ts";

/**
 * The class of the Durable Object that holds the ledger, with the guard's own configuration.
 *
 * @param readConfig where the configuration comes from
 */
export function createLedger(readConfig: (env: Environment) => unknown): LedgerClass<Environment> {
  return createLedgerObject<Environment>(async (env) => {
    const { ledgerSettings } = await import("./ledger-settings.ts");
    return ledgerSettings(readConfig(env), env);
  });
}

import type { JotgateConfig } from "./config/config-schema.ts";
import type { Environment } from "./config/environment.ts";
import { createHandler, type JotgateHandler } from "./create-handler.ts";
import { createLedger as createLedgerFrom } from "./create-ledger.ts";
import type { LedgerClass } from "./ledger/ledger-object.ts";

export type { IssuerConfig, JotgateConfig, RouteConfig } from "./config/config-schema.ts";
export type { JotgateHandler } from "./create-handler.ts";

/**
 * A guard for people with a Worker of their own. The configuration is that of `wrangler.toml`, as an object; bindings
 * (`REVOCATIONS`, service bindings) and secrets (`REVOCATION_KEY`, …) come from the environment of the first request.
 *
 * A wrong configuration does not throw: the handler answers 503 to everything and logs every problem with its path.
 */
export function createJotgate(config: JotgateConfig): JotgateHandler {
  return createHandler(
    () => config,
    (setting) => setting,
  );
}

/**
 * The class of the Durable Object that holds the ledger. Export it from the Worker under the name that its binding `LEDGER`
 * gives; without that binding a guard reads KV alone.
 *
 * @param config the guard's
 */
export function createLedger(config: JotgateConfig): LedgerClass<Environment> {
  return createLedgerFrom(() => config);
}

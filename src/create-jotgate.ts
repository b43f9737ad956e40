import type { JotgateConfig } from "./config/config-schema.ts";
import { createHandler, type JotgateHandler } from "./create-handler.ts";

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

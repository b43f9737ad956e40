import { env } from "cloudflare:workers";
import { configFromVars, variableOf } from "./config/config-from-vars.ts";
import { createHandler } from "./create-handler.ts";
import { createLedger } from "./create-ledger.ts";

/** The deployable guard: everything it needs to know stands in `wrangler.toml`. */
export default createHandler(configFromVars, variableOf, env);

/** The Durable Object behind the binding `LEDGER`. A guard without that binding reads KV alone. */
export const Ledger = createLedger(configFromVars);

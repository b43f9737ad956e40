import { configFromVars, variableOf } from "./config/config-from-vars.ts";
import { createHandler } from "./create-handler.ts";

/** The deployable guard: everything it needs to know stands in `wrangler.toml`. */
export default createHandler(configFromVars, variableOf);

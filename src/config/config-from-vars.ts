import type { Environment } from "./environment.ts";

/** Settings of `createJotgate(config)` and the variables that hold them in `wrangler.toml`. */
const VARIABLES = {
  origin: "ORIGIN",
  issuers: "ISSUERS",
  routes: "ROUTES",
  requireHttps: "REQUIRE_HTTPS",
  realm: "REALM",
  identityHeaders: "IDENTITY_HEADERS",
  originTimeout: "ORIGIN_TIMEOUT",
  originAssertion: "ORIGIN_ASSERTION",
} as const;

/** The variable of a setting; anything else keeps its name. */
export function variableOf(setting: string): string {
  return Object.hasOwn(VARIABLES, setting) ? VARIABLES[setting as keyof typeof VARIABLES] : setting;
}

/**
 * Gathers the configuration from a Worker's variables. A service binding called `ORIGIN` stands for itself. Variables that
 * are structured but not ours are passed on as well, so that a misspelt `ROUTE` is reported and not ignored; texts may be
 * anybody's secrets and are left alone.
 */
export function configFromVars(env: Environment): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [setting, variable] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (value !== undefined) config[setting] = setting === "origin" && isBinding(value) ? { binding: variable } : value;
  }
  const known: ReadonlySet<string> = new Set(Object.values(VARIABLES));
  for (const [name, value] of Object.entries(env)) {
    if (known.has(name) || !isStructured(value)) continue;
    // `routes` is no spelling of `ROUTES`, and must not take its place either.
    config[Object.hasOwn(VARIABLES, name) ? `vars.${name}` : name] = value;
  }
  return config;
}

function isBinding(value: unknown): boolean {
  return typeof value === "object" && value !== null && !isStructured(value);
}

function isStructured(value: unknown): boolean {
  if (typeof value === "boolean" || typeof value === "number" || Array.isArray(value)) return true;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  // Variables are JSON: what has methods is a binding. So is what looks like the platform's version metadata.
  if (Object.values(value).some((member) => typeof member === "function")) return false;
  return !("timestamp" in value && "tag" in value);
}

import { isObject } from "../model/json-values.ts";
import { guardSchema } from "./config-schema.ts";
import type { Environment } from "./environment.ts";

/** Outermost settings of `createJotgate(config)`. */
const SETTINGS: readonly string[] = [...Object.keys(guardSchema.entries), "issuers", "routes"];

/** The variable that holds a setting in `wrangler.toml`: `requireHttps` is `REQUIRE_HTTPS`. Anything else keeps its name. */
export function variableOf(setting: string): string {
  if (!SETTINGS.includes(setting)) return setting;
  return setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Gathers the configuration from a Worker's variables. A service binding called `ORIGIN` stands for itself. Variables that
 * are structured but not ours are passed on as well, so that a misspelt `ROUTE` is reported and not ignored; texts may be
 * anybody's secrets and are left alone.
 */
export function configFromVars(env: Environment): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  const known = new Set(SETTINGS.map(variableOf));
  for (const setting of SETTINGS) {
    const variable = variableOf(setting);
    const value = env[variable];
    if (value !== undefined) config[setting] = setting === "origin" && isBinding(value) ? { binding: variable } : value;
  }
  for (const [name, value] of Object.entries(env)) {
    if (known.has(name) || !isStructured(value)) continue;
    // `routes` is no spelling of `ROUTES`, and must not take its place either.
    config[SETTINGS.includes(name) ? `vars.${name}` : name] = value;
  }
  return config;
}

function isBinding(value: unknown): boolean {
  return isObject(value) && !isStructured(value);
}

function isStructured(value: unknown): boolean {
  if (typeof value === "boolean" || typeof value === "number" || Array.isArray(value)) return true;
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
  // Variables are JSON: what has methods is a binding. So is what looks like the platform's version metadata.
  if (Object.values(value).some((member) => typeof member === "function")) return false;
  return !("timestamp" in value && "tag" in value);
}

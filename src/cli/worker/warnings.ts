import type { Settings } from "../../config/settings.ts";
import type { Location } from "../files/file-error.ts";
import { type Warn, warnOfAudiences, warnOfLifetime } from "./issuer-warnings.ts";
import type { LoadedGuard } from "./load-guard.ts";
import { warnOfOperators } from "./operator-warnings.ts";
import { findShadowedRoutes } from "./shadowed-routes.ts";
import type { Warning } from "./warning.ts";
import { asRecord, type WorkerConfig } from "./worker-config.ts";

/** Bytes that the platform allows for one variable. */
const MAX_VARIABLE_BYTES = 5 * 1024;

/** Everything about a Worker's surroundings that the guard's own code cannot see. */
export function warnOfSurroundings({ worker, simulated }: LoadedGuard): readonly Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, path: string, location: Location, problem: string, remedy: string) =>
    warnings.push({ severity: "warning", code, path, problem, remedy, location });

  if (asRecord(worker.readInherited("cache"))["enabled"] === true) {
    const remedy = "Set enabled = false: a cache in front of the Worker answers without asking it, revoked or not.";
    warn("cache_on", "cache.enabled", worker.locateInherited(["cache", "enabled"]), "is on", remedy);
  }
  const flags = worker.readInherited("compatibility_flags");
  if (!Array.isArray(flags) || !flags.includes("global_fetch_strictly_public")) {
    const remedy =
      'Add "global_fetch_strictly_public": without it, requests to the guard\'s own zone go past its Workers.';
    const path = "compatibility_flags";
    warn("fetch_not_public", path, worker.locateInherited([path]), "has no global_fetch_strictly_public", remedy);
  }
  const required = asRecord(worker.read("secrets"))["required"];
  for (const name of simulated.secrets) {
    if (typeof worker.vars[name] === "string") {
      const remedy = `Take it out of [vars] and set it with npx wrangler secret put ${name}; then replace it, since it was in a file.`;
      warn("secret_in_vars", name, worker.locateVariable(name), "is a secret and stands in [vars]", remedy);
    } else if (!Array.isArray(required) || !required.includes(name)) {
      const remedy = `Add it: [secrets] required = ["${name}"], so that a deployment without it is stopped.`;
      warn("secret_not_required", name, worker.locate(["secrets"]), "is not among the required secrets", remedy);
    }
  }
  for (const [name, value] of Object.entries(worker.vars)) {
    const bytes = Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value));
    if (bytes <= MAX_VARIABLE_BYTES) continue;
    const remedy = "Cloudflare allows 5 KB: shorten it, or write a Worker of your own with createJotgate.";
    warn("variable_too_large", name, worker.locateVariable(name), `has ${bytes} bytes`, remedy);
  }
  return warnings;
}

/** Settings that are allowed, and that let more through than most people want. */
export function warnOfSettings(settings: Settings, worker: WorkerConfig): readonly Warning[] {
  const warnings: Warning[] = [];
  const warn: Warn = (code, path, problem, remedy, severity = "warning") =>
    warnings.push({ severity, code, path, problem, remedy, location: worker.locateVariable(path) });

  for (const [index, issuer] of [...settings.rules.issuers.values()].entries()) {
    const at = `ISSUERS[${index}]`;
    warnOfAudiences(issuer, at, warn);
    warnOfLifetime(issuer, at, warn);
    if (issuer.keys.kind === "secret") {
      const remedy =
        "Have the issuer sign with a key pair (ES256): whoever holds the secret to verify can sign as well.";
      warn("shared_secret", `${at}.algorithms`, "verifies with a shared secret", remedy);
    }
  }
  for (const [index, route] of settings.rules.routes.entries()) {
    const at = `ROUTES[${index}]`;
    if (route.onUnknownRevocation === "allow") {
      const remedy = 'Write "deny", unless this route may let revoked tokens pass while the records cannot be read.';
      warn("fail_open", `${at}.onUnknownRevocation`, "lets tokens pass unchecked", remedy);
    }
    if (route.requireHttps === "never") {
      const remedy = "Remove it: tokens and answers cross the network in the clear.";
      const own = asRecord((worker.vars["ROUTES"] as readonly unknown[] | undefined)?.[index])["requireHttps"];
      const path = own === undefined ? "REQUIRE_HTTPS" : `${at}.requireHttps`;
      if (!warnings.some((earlier) => earlier.path === path)) warn("plain_http", path, "lets plain http pass", remedy);
    }
  }
  for (const { index, problem, remedy } of findShadowedRoutes(settings.rules.routes)) {
    warn("route_shadowed", `ROUTES[${index}]`, problem, remedy);
  }
  warnOfOperators(settings, warn);
  if (settings.ledger === undefined) {
    const remedy = "Bind LEDGER (docs/configuration.md) for a stated bound; KV alone promises none.";
    warn("no_ledger", "LEDGER", "is not bound, so revocation takes as long as KV does", remedy, "info");
  }
  return warnings;
}

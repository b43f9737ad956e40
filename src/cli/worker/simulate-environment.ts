import type { Environment } from "../../config/environment.ts";
import type { LocalSecrets } from "./local-secrets.ts";
import { asRecord, type WorkerConfig } from "./worker-config.ts";

/** What the deployed Worker would be given, as far as a file can tell. */
export interface SimulatedEnvironment {
  readonly env: Environment;
  /** Secrets that are needed and whose value is not known here: good ones are assumed. */
  readonly assumed: ReadonlySet<string>;
  /** Secrets that are needed. */
  readonly secrets: readonly string[];
}

/** Fits every secret that Jotgate has: long enough for keys and HMACs, and never used for one. */
const PLACEHOLDER = "assumed-here-and-set-where-the-worker-runs-".padEnd(64, "0");

/** Variables, bindings and secrets as the platform would hand them over, with bindings that have methods and do nothing. */
export function simulateEnvironment(worker: WorkerConfig, local: LocalSecrets): SimulatedEnvironment {
  const { vars } = worker;
  const secrets = secretsOf(vars);
  const assumed = new Set<string>();
  const env: Record<string, unknown> = { ...vars };
  const bind = (names: readonly string[], binding: object) => {
    for (const name of names) env[name] = binding;
  };
  bind(worker.names(worker.read("kv_namespaces"), "binding"), { getWithMetadata: nothing });
  bind(worker.names(worker.read("services"), "binding"), { fetch: nothing });
  bind(worker.names(asRecord(worker.read("durable_objects"))["bindings"], "name"), { idFromName: nothing });
  for (const name of secrets) {
    const value = local.get(name) ?? vars[name];
    if (value === undefined) assumed.add(name);
    env[name] = value ?? PLACEHOLDER;
  }
  return { env, assumed, secrets };
}

/** True for a secret that was assumed, and that nothing can be verified with. */
export function isAssumed(secret: Uint8Array): boolean {
  return new TextDecoder().decode(secret) === PLACEHOLDER;
}

/** Names of the secrets that this configuration makes use of. */
function secretsOf(vars: Readonly<Record<string, unknown>>): readonly string[] {
  const issuers = Array.isArray(vars["ISSUERS"]) ? vars["ISSUERS"] : [];
  const shared = issuers.map((issuer) => asRecord(issuer)["sharedSecret"]).filter((name) => typeof name === "string");
  const assertion = vars["ORIGIN_ASSERTION"] === undefined ? [] : ["ASSERTION_KEY"];
  return [...new Set(["REVOCATION_KEY", ...assertion, ...shared])];
}

function nothing(): void {}

import type { JotgateConfig } from "../../src/config/config-schema.ts";
import { decodeConfig } from "../../src/config/decode-config.ts";
import type { Settings } from "../../src/config/settings.ts";
import { createKeyRing, KeyRing } from "../../src/keys/key-ring.ts";
import type { AccessRequest } from "../../src/model/access-request.ts";
import type { KeySource } from "../../src/model/key-source.ts";
import type { ApplicableRecords, RevocationReader } from "../../src/model/revocation.ts";
import type { TestIssuer } from "../support/test-issuer.ts";

/** A secret that meets the rules for `REVOCATION_KEY`. */
export const REVOCATION_KEY = "a revocation key for tests, 32+ characters";

/** Bindings with which every configuration of {@link configFor} decodes. */
export const ENVIRONMENT = {
  REVOCATIONS: {
    get: async (names: readonly string[]) => new Map(names.map((name) => [name, null])),
    getWithMetadata: async () => ({ value: null }),
  },
  REVOCATION_KEY,
};

/** A small configuration that trusts one issuer by its public key, with overrides for issuer and routes. */
export function configFor(
  issuer: TestIssuer,
  overrides: Record<string, unknown> = {},
  routes: readonly Record<string, unknown>[] = [{ path: "/*", access: "bearer" }],
): JotgateConfig {
  return {
    origin: "https://origin.example",
    issuers: [
      {
        issuer: issuer.issuer,
        audiences: ["https://api.example"],
        algorithms: [issuer.algorithm],
        keys: [issuer.publicJwk],
        ...overrides,
      },
    ],
    routes,
  } as unknown as JotgateConfig;
}

/** Decodes a configuration that has to be right. */
export function settingsFor(config: unknown, env: Record<string, unknown> = ENVIRONMENT): Settings {
  const decoded = decodeConfig(config, env);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.settings;
}

/** Keys of a configuration whose issuers have static keys or secrets. */
export async function keysFor({ rules }: Settings): Promise<KeySource> {
  const ring = await createKeyRing(rules.issuers.values());
  if (!(ring instanceof KeyRing)) throw new Error(JSON.stringify(ring));
  return ring.forRequest({ hostname: "guard.example", waitUntil: () => {} });
}

/** A request as `authorize()` sees it. */
export function accessRequest(
  overrides: Partial<AccessRequest> = {},
  headers: Record<string, string> = {},
): AccessRequest {
  const fields = new Headers(headers);
  return {
    method: "GET",
    scheme: "https",
    host: "guard.example",
    path: "/",
    header: (name) => fields.get(name),
    ...overrides,
  };
}

/** Revocation state that always says the same. */
export function revocationsSaying(records: ApplicableRecords): RevocationReader {
  return { lookUp: async (_identity, now) => ({ status: "known", records, source: "kv", asOf: now }) };
}

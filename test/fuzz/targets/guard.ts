import { decodeConfig } from "../../../src/config/decode-config.ts";
import type { Settings } from "../../../src/config/settings.ts";
import { createKeyRing, KeyRing } from "../../../src/keys/key-ring.ts";
import type { AccessRequest } from "../../../src/model/access-request.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { RevocationReader } from "../../../src/model/revocation.ts";
import { SECRET } from "./trusted.ts";

/** Bindings and secrets of the targets' guards. */
export const ENVIRONMENT: Readonly<Record<string, unknown>> = {
  REVOCATIONS: { get: async () => new Map(), getWithMetadata: async () => ({ value: null }) },
  REVOCATION_KEY: "a revocation key of the fuzzer, 32+ characters",
  HMAC: SECRET,
};

/** Revocation state in which there is nothing. */
export const NOTHING_REVOKED: RevocationReader = {
  lookUp: async (_identity, now) => ({ status: "known", records: {}, source: "kv", asOf: now }),
};

/** Decodes a configuration that is right. */
export function settingsOf(
  issuers: readonly Record<string, unknown>[],
  routes: readonly Record<string, unknown>[],
  more: Record<string, unknown> = {},
  env: Readonly<Record<string, unknown>> = ENVIRONMENT,
): Settings {
  const decoded = decodeConfig({ origin: "https://origin.example", issuers, routes, ...more }, env);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.settings;
}

/** Keys of issuers that publish none. */
export async function keysOf({ rules }: Settings): Promise<KeySource> {
  const ring = await createKeyRing(rules.issuers.values());
  if (!(ring instanceof KeyRing)) throw new Error(JSON.stringify(ring));
  return ring.forRequest({ hostname: "guard.example", waitUntil: () => undefined });
}

/** A request with these header fields. Repeated ones are joined, as the runtime does it. */
export function requestOf(method: string, path: string, fields: readonly (readonly [string, string])[]): AccessRequest {
  const headers = new Map<string, string>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return {
    method,
    scheme: "https",
    host: "guard.example",
    path,
    header: (name) => headers.get(name.toLowerCase()) ?? null,
  };
}

/** Lines `name: value` as fields, with what stands around values trimmed as the Fetch standard does. */
export function fieldsIn(lines: readonly string[]): readonly (readonly [string, string])[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon > 0
      ? [[line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")] as const]
      : [];
  });
}

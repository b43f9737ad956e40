import { createHmac } from "node:crypto";
import { RECORD_KINDS, type RecordKind, type RevocationIdentity } from "../../src/model/revocation.ts";
import type { RecordAddress } from "../../src/revocation/name-memory.ts";
import { idOf } from "../../src/revocation/record-id.ts";
import type { RecordName, RecordNamer } from "../../src/revocation/record-name.ts";

/**
 * Names records as RecordNamer does, but within the turn of the event loop: Web Crypto takes real time, of which a
 * simulated world has none.
 */
export function simulatedNamer(): RecordNamer {
  const namer = {
    name: async (kind: RecordKind, issuer: string, value?: string) => nameOf(kind, issuer, value),
    namesFor: async (identity: RevocationIdentity) =>
      [...namesOf(identity)].map(
        ([kind, name]): RecordAddress => ({ kind, octets: octetsOf(name), name, id: idOf(name) }),
      ),
  };
  return namer as unknown as RecordNamer;
}

function octetsOf(name: RecordName): string {
  return Buffer.from(name.slice(-22), "base64url").toString("latin1");
}

/** Of everything that can concern a token. */
export function namesOf({
  issuer,
  tokenId,
  sessionId,
  subject,
}: RevocationIdentity): ReadonlyMap<RecordKind, RecordName> {
  const values = { token: tokenId, session: sessionId, subject, issuer: undefined };
  const kinds = RECORD_KINDS.filter((kind) => kind === "issuer" || values[kind] !== undefined);
  return new Map(kinds.map((kind) => [kind, nameOf(kind, issuer, values[kind])]));
}

export const SIMULATED_KEY = "a key that protects nothing at all";

const known = new Map<string, RecordName>();

export function nameOf(kind: RecordKind, issuer: string, value?: string): RecordName {
  const parts = value === undefined ? [kind, issuer] : [kind, issuer, value];
  const input = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join("");
  const before = known.get(input);
  if (before !== undefined) return before;
  const mac = createHmac("sha256", SIMULATED_KEY).update(input).digest();
  const name: RecordName = `jotgate1:${kind}:${mac.subarray(0, 16).toString("base64url")}`;
  known.set(input, name);
  return name;
}

// Published keys, on the ways that keys take into a guard.
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import type { VerificationKey } from "../../../src/model/key-source.ts";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { ENVIRONMENT, keysFor } from "../support.ts";
import type { Jwk, VectorGroup } from "./wycheproof.ts";

export type FindKey = (algorithm: string, keyId: string | undefined) => Promise<VerificationKey | undefined>;

/** All that an issuer with public keys can be configured with. */
export const ASYMMETRIC = SIGNATURE_ALGORITHMS.filter((algorithm) => !algorithm.startsWith("HS"));

/** The group's keys as a set that was fetched from an issuer with these algorithms. */
export async function fetchedKeys(group: VectorGroup, algorithms: readonly SignatureAlgorithm[]): Promise<FindKey> {
  const key = group.public ?? group.private ?? {};
  const set = await readKeySet("keys" in key ? key : { keys: [key] }, algorithms);
  return async (algorithm, keyId) => set.find(algorithm, keyId);
}

/** The algorithm that the group's key names; all when it names none that an issuer can be configured with. */
export function algorithmOf({ public: key }: VectorGroup): readonly SignatureAlgorithm[] {
  const named = ASYMMETRIC.filter((algorithm) => algorithm === key?.["alg"]);
  return named.length > 0 ? named : ASYMMETRIC;
}

/** A JWK as the secret that an issuer shares with the guard. No key is ever found when the configuration is refused. */
export async function sharedSecret(jwk: Jwk | undefined, algorithm = jwk?.["alg"]): Promise<FindKey> {
  const config = {
    origin: "https://origin.example",
    issuers: [{ issuer: "https://issuer.example", audiences: false, algorithms: [algorithm], sharedSecret: "SECRET" }],
    routes: [{ path: "/*", access: "bearer" }],
  };
  const decoded = decodeConfig(config, { ...ENVIRONMENT, SECRET: JSON.stringify(jwk) });
  if (!decoded.ok) return async () => undefined;
  const keys = await keysFor(decoded.settings);
  const [issuer] = decoded.settings.rules.issuers.values();
  if (issuer === undefined) throw new Error("no issuer");
  return async (requested, keyId) => {
    const lookup = await keys.findKey(issuer, requested, keyId, 0);
    return lookup.status === "found" ? lookup.key : undefined;
  };
}

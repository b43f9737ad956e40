import { isObject } from "../model/json-values.ts";
import type { KeyRejection, RejectedKey } from "../model/key-rejection.ts";
import type { VerificationKey } from "../model/key-source.ts";
import type { SignatureAlgorithm } from "../model/trusted-issuer.ts";
import { JWS_ALGORITHMS } from "./jws-algorithms.ts";
import { SignatureKey } from "./signature-key.ts";

export interface ImportedKeys {
  readonly keys: readonly VerificationKey[];
  /** What was left out, by index, and why. In a fetched set that is normal (RFC 7517 §5); in a configured one a mistake. */
  readonly rejected: readonly RejectedKey[];
}

/**
 * Imports the JWKs that can verify signatures for an issuer with these algorithms (RFC 7517 §4). Each is bound to one
 * algorithm: its own `alg`, or else the first configured one that fits its type (RFC 8725 §3.1).
 */
export async function importKeys(
  jwks: readonly unknown[],
  algorithms: readonly SignatureAlgorithm[],
): Promise<ImportedKeys> {
  const outcomes = await Promise.all(jwks.map((jwk) => importKey(jwk, algorithms)));
  return {
    keys: outcomes.filter((outcome) => typeof outcome !== "string"),
    rejected: outcomes.flatMap((outcome, index) => (typeof outcome === "string" ? [{ index, why: outcome }] : [])),
  };
}

/**
 * A secret that verifies HMACs (RFC 7518 §3.2).
 *
 * @param secret at least as long as the hash; the configuration is checked for that
 * @throws TypeError when the algorithm is not one of HS256, HS384 and HS512
 */
export async function importSecret(secret: Uint8Array, algorithm: SignatureAlgorithm): Promise<VerificationKey> {
  const parameters = JWS_ALGORITHMS[algorithm];
  // The octets of a secret could pass for a public key.
  if (parameters.kty !== "oct") throw new TypeError(`${algorithm} has no secrets.`);
  const key = await crypto.subtle.importKey("raw", secret, parameters, false, ["verify"]);
  return new SignatureKey(undefined, algorithm, key);
}

/** RFC 7518 §3.3 and §3.5. */
const MIN_RSA_BITS = 2048;

async function importKey(
  jwk: unknown,
  algorithms: readonly SignatureAlgorithm[],
): Promise<VerificationKey | KeyRejection> {
  if (!isObject(jwk)) return "form";
  const { kty, crv, use, key_ops, kid, alg } = jwk;
  if (kty === "oct") return "secret";
  if ("d" in jwk) return "private";
  if (use !== undefined && use !== "sig") return "use";
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes("verify"))) return "key_ops";
  if (kid !== undefined && typeof kid !== "string") return "kid";
  const algorithm = algorithms.find(
    (candidate) => fits(candidate, kty, crv) && (alg === undefined || alg === candidate),
  );
  if (algorithm === undefined) return "alg";
  try {
    const { n, e, x, y } = jwk;
    const members = { kty, crv, n, e, x, y } as JsonWebKey;
    const key = await crypto.subtle.importKey("jwk", members, JWS_ALGORITHMS[algorithm], false, ["verify"]);
    return isWeakRsa(key) ? "weak" : new SignatureKey(kid, algorithm, key);
  } catch {
    return "members";
  }
}

function fits(algorithm: SignatureAlgorithm, kty: unknown, crv: unknown): boolean {
  const parameters = JWS_ALGORITHMS[algorithm];
  return parameters.kty === kty && (kty === "RSA" || parameters.namedCurve === crv);
}

function isWeakRsa(key: CryptoKey): boolean {
  const { modulusLength, publicExponent } = key.algorithm as { modulusLength?: number; publicExponent?: Uint8Array };
  if (modulusLength === undefined || publicExponent === undefined) return false;
  const exponent = publicExponent.reduce((value, byte) => value * 256 + byte, 0);
  return modulusLength < MIN_RSA_BITS || exponent < 3 || exponent % 2 === 0;
}

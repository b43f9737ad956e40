import { isObject } from "../model/json-values.ts";
import type { SignatureAlgorithm } from "../model/trusted-issuer.ts";
import { importKeys } from "./import-keys.ts";
import { KeySet } from "./key-set.ts";

/** A key set and when it was asked for. */
export interface FetchedKeys {
  readonly set: KeySet;
  /** NumericDate in seconds. */
  readonly fetchedAt: number;
}

/** More keys than any issuer has at a time. */
const MAX_KEYS = 100;

/**
 * Reads a JWK Set (RFC 7517 §5). Members that cannot verify are left out, if need be all: then the issuer has withdrawn what it
 * had. Rejects with an `Error` when it is no JWK Set or has more than 100 keys.
 */
export async function readKeySet(jwks: unknown, algorithms: readonly SignatureAlgorithm[]): Promise<KeySet> {
  const keys = isObject(jwks) ? jwks["keys"] : undefined;
  if (!Array.isArray(keys)) throw new Error("is not a JWK Set");
  if (keys.length > MAX_KEYS) throw new Error(`has more than ${MAX_KEYS} keys`);
  return new KeySet((await importKeys(keys, algorithms)).keys);
}

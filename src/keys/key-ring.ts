import type { RejectedKey } from "../model/key-rejection.ts";
import type { KeyLookup, KeySource, VerificationKey } from "../model/key-source.ts";
import type { Soon } from "../model/soon.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { importKeys, importSecret } from "./import-keys.ts";
import { KeySet } from "./key-set.ts";
import { type KeyContext, RemoteKeys } from "./remote-keys.ts";

/** All issuers' keys, for the life of an isolate. */
export class KeyRing {
  readonly #byIssuer: ReadonlyMap<TrustedIssuer, KeySet | RemoteKeys>;

  constructor(byIssuer: ReadonlyMap<TrustedIssuer, KeySet | RemoteKeys>) {
    this.#byIssuer = byIssuer;
  }

  /** The ring as one request may use it: work that outlives the request is tied to `context`. */
  forRequest(context: KeyContext): KeySource {
    return { findKey: (issuer, algorithm, keyId, now) => this.#find(issuer, algorithm, keyId, now, context) };
  }

  #find(
    issuer: TrustedIssuer,
    algorithm: string,
    keyId: string | undefined,
    now: number,
    context: KeyContext,
  ): Soon<KeyLookup> {
    const keys = this.#byIssuer.get(issuer);
    if (keys instanceof RemoteKeys) return keys.find(algorithm, keyId, now, context);
    // A shared secret has no id of its own, so tokens may carry any.
    const key = keys?.find(algorithm, issuer.keys.kind === "secret" ? undefined : keyId);
    return key === undefined ? { status: "not_found" } : { status: "found", key };
  }
}

/** A configured key that cannot be used, by the place of its issuer among the issuers and its own among the issuer's keys. */
export interface UnusableKey extends RejectedKey {
  readonly issuer: number;
}

/** Makes the ring and imports configured keys, or finds every one of them that cannot be used. */
export async function createKeyRing(issuers: Iterable<TrustedIssuer>): Promise<KeyRing | readonly UnusableKey[]> {
  const byIssuer = new Map<TrustedIssuer, KeySet | RemoteKeys>();
  const unusable: UnusableKey[] = [];
  for (const [issuerIndex, issuer] of [...issuers].entries()) {
    const { keys: origin } = issuer;
    if (origin.kind === "static") {
      const { keys, rejected } = await importKeys(origin.keys, issuer.algorithms);
      const set = new KeySet(keys);
      byIssuer.set(issuer, set);
      const useless = rejected.length > 0 ? rejected : findUnreachable(set, keys);
      unusable.push(...useless.map((key) => ({ ...key, issuer: issuerIndex })));
    } else if (origin.kind === "secret") {
      const [algorithm] = issuer.algorithms;
      // A secret that the configuration could not give has no octets, and no runtime imports it.
      const bound = issuer.algorithms.length === 1 && algorithm !== undefined && origin.secret.length > 0;
      byIssuer.set(issuer, new KeySet(bound ? [await importSecret(origin.secret, algorithm)] : []));
    } else {
      byIssuer.set(issuer, new RemoteKeys(issuer, origin));
    }
  }
  return unusable.length > 0 ? unusable : new KeyRing(byIssuer);
}

/** Keys that no token can name: in a fetched set they are passed over, in a configured one they are a mistake. */
function findUnreachable(set: KeySet, keys: readonly VerificationKey[]): readonly RejectedKey[] {
  return keys.flatMap((key, index) => (set.find(key.algorithm, key.keyId) === key ? [] : [{ index, why: "twin" }]));
}

import type { KeyLookup, KeySource, VerificationKey } from "../model/key-source.ts";
import type { Problem } from "../model/problem.ts";
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

/**
 * Makes the ring and imports configured keys.
 *
 * @param nameOf how the operator wrote the setting that an issuer's key stands in: `ISSUERS[0].keys[1]`
 * @returns the ring, or every configured key that cannot be used
 */
export async function createKeyRing(
  issuers: Iterable<TrustedIssuer>,
  nameOf: (issuerIndex: number, keyIndex: number) => string,
): Promise<KeyRing | readonly Problem[]> {
  const byIssuer = new Map<TrustedIssuer, KeySet | RemoteKeys>();
  const problems: Problem[] = [];
  for (const [issuerIndex, issuer] of [...issuers].entries()) {
    const { keys: origin } = issuer;
    if (origin.kind === "static") {
      const { keys, rejected } = await importKeys(origin.keys, issuer.algorithms);
      const set = new KeySet(keys);
      byIssuer.set(issuer, set);
      for (const { index, why } of rejected.length > 0 ? rejected : findUnreachable(set, keys)) {
        problems.push({
          path: nameOf(issuerIndex, index),
          problem: why,
          remedy: "List public signature keys as JWKs, each with a kid of its own.",
        });
      }
    } else if (origin.kind === "secret") {
      const [algorithm] = issuer.algorithms;
      // A secret that the configuration could not give has no octets, and no runtime imports it.
      const bound = issuer.algorithms.length === 1 && algorithm !== undefined && origin.secret.length > 0;
      byIssuer.set(issuer, new KeySet(bound ? [await importSecret(origin.secret, algorithm)] : []));
    } else {
      byIssuer.set(issuer, new RemoteKeys(issuer, origin));
    }
  }
  return problems.length > 0 ? problems : new KeyRing(byIssuer);
}

/** Keys that no token can name: in a fetched set they are passed over, in a configured one they are a mistake. */
function findUnreachable(set: KeySet, keys: readonly VerificationKey[]): readonly { index: number; why: string }[] {
  return keys.flatMap((key, index) =>
    set.find(key.algorithm, key.keyId) === key ? [] : [{ index, why: "cannot be told from another key by its kid" }],
  );
}

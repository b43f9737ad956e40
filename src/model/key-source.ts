import type { Soon } from "./soon.ts";
import type { SignatureAlgorithm, TrustedIssuer } from "./trusted-issuer.ts";

/** A key ready for use, bound to exactly one algorithm (RFC 8725 §3.1). */
export interface VerificationKey {
  readonly keyId: string | undefined;
  readonly algorithm: SignatureAlgorithm;
  /**
   * @param signingInput header and payload as they were sent, with the dot between them (RFC 7515 §5.2): ASCII
   * @param signature base64url in its only spelling
   * @returns false for a bad signature, whatever its length; only a defect rejects
   */
  verify(signingInput: string, signature: string): Promise<boolean>;
}

export type KeyLookup =
  | { readonly status: "found"; readonly key: VerificationKey }
  /** The issuer's current keys are known and this one is not among them. */
  | { readonly status: "not_found" }
  /** No keys could be had, or the newest ones could not: nothing can be said of this token. */
  | { readonly status: "unavailable" };

/** Finds verification keys. What it may fetch, and how often, is bounded whatever it is asked. */
export interface KeySource {
  /**
   * @param issuer owner of the key; keys of other issuers are never returned
   * @param algorithm `alg` of the token, already known to be on the issuer's list
   * @param keyId `kid` of the token, untrusted; without one the key is found only if it is the only candidate
   * @param now NumericDate in seconds
   */
  findKey(issuer: TrustedIssuer, algorithm: string, keyId: string | undefined, now: number): Soon<KeyLookup>;
}

import type { ClaimsSet } from "./claims.ts";
import type { TokenOrigin } from "./result.ts";
import type { RevocationIdentity } from "./revocation.ts";
import type { TokenSource } from "./token-source.ts";
import type { TrustedIssuer } from "./trusted-issuer.ts";

/**
 * A token as the client sent it. Nothing about it is known yet. It prints as `[token]` wherever it ends up by accident;
 * `reveal()` is the only way to its text.
 */
export class PresentedToken {
  readonly source: TokenSource;
  readonly #text: string;

  constructor(text: string, source: TokenSource) {
    this.#text = text;
    this.source = source;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[token]";
  }

  toJSON(): string {
    return "[token]";
  }
}

declare const verified: unique symbol;

/**
 * A token whose signature held under a key of its issuer and whose claims met all that the issuer's configuration
 * demands. Only `verify-token` makes one. It says nothing about revocation or permission.
 */
export interface VerifiedToken {
  readonly [verified]: true;
  readonly issuer: TrustedIssuer;
  /** `kid` of the key that verified it; undefined when the issuer's only key has none. */
  readonly keyId: string | undefined;
  readonly source: TokenSource;
  /** Of its claims set, those that are in `issuer.claimsInUse`; undefined stands for one that it does not have. */
  readonly claims: ClaimsSet;
  readonly subject: string;
  /** Undefined only for issuers configured with `tokenIdClaim = false`. */
  readonly tokenId: string | undefined;
  readonly sessionId: string | undefined;
  /** 0 when the token has none or the issuer has no version claim. */
  readonly tokenVersion: number;
  /** NumericDate of `iat`. */
  readonly issuedAt: number;
  /** NumericDate of `nbf`; that of `iat` when the token has none. */
  readonly notBefore: number;
  /** NumericDate of `exp`. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  readonly client: string | undefined;
  /** What its revocation records stand under. */
  readonly identity: RevocationIdentity;
}

export function originOf({ issuer, keyId }: VerifiedToken): TokenOrigin {
  return { issuer: issuer.issuer, keyId };
}

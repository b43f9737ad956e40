import type { TrustedIssuer } from "./trusted-issuer.ts";

/** Where a token was found. Header names are lower-case. */
export type TokenSource =
  | { readonly kind: "authorization" }
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "cookie"; readonly name: string };

/** True when both name the same place. */
export function sameSource(a: TokenSource, b: TokenSource): boolean {
  if (a.kind === "authorization" || b.kind === "authorization") return a.kind === b.kind;
  return a.kind === b.kind && a.name === b.name;
}

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

/** A JWT's claims set (RFC 7519 §4) as parsed. Read members with {@link readClaim}, never through the prototype. */
export type ClaimsSet = Readonly<Record<string, unknown>>;

/** Steps into a claims set. A list, because claim names may themselves contain dots, slashes and whole URLs. */
export type ClaimPath = readonly string[];

/** Value at `path`, or undefined when any step is absent or is not a JSON object. Own members only. */
export function readClaim(claims: ClaimsSet, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
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
  readonly claims: ClaimsSet;
  readonly subject: string;
  /** Undefined only for issuers configured with `tokenIdClaim = false`. */
  readonly tokenId: string | undefined;
  readonly sessionId: string | undefined;
  /** 0 when the token has none or the issuer has no version claim. */
  readonly tokenVersion: number;
  /** NumericDate of `iat`. */
  readonly issuedAt: number;
  /** NumericDate of `exp`. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  readonly client: string | undefined;
}

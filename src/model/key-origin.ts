/** A JWK (RFC 7517 §4) as configured or fetched: an object whose members are not checked yet. */
export type UncheckedJwk = Readonly<Record<string, unknown>>;

/** Where an issuer's verification keys come from. */
export type KeyOrigin =
  | { readonly kind: "static"; readonly keys: readonly UncheckedJwk[] }
  | { readonly kind: "jwks"; readonly uri: string }
  /** OpenID Connect Discovery 1.0 §4, then RFC 8414 §3. */
  | { readonly kind: "discovery" }
  /** HMAC secret (HS256 to HS512), at least as long as the hash output. */
  | { readonly kind: "secret"; readonly secret: Uint8Array };

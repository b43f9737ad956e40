/** What every peer is configured with. Peers take what they need. */
export interface PeerEnvironment {
  /** Scheme, host and port of the origin. */
  readonly TARGET: string;
  readonly ISSUER: string;
  readonly AUDIENCE: string;
  readonly JWKS: { readonly keys: readonly (JsonWebKey & { readonly kid: string })[] };
  readonly JWKS_URI: string;
  readonly KV: KVNamespace;
}

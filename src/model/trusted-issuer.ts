import type { ClaimPath } from "./claims.ts";
import type { KeyOrigin } from "./key-origin.ts";
import type { TokenSource } from "./token-source.ts";

/** JWS algorithms that Jotgate knows (RFC 7518 §3.1, RFC 8037, RFC 9864). HS* only with a shared secret. */
export const SIGNATURE_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
  "HS256",
  "HS384",
  "HS512",
] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** One issuer whose tokens are accepted, and everything a token of it has to meet. Times are in seconds. */
export interface TrustedIssuer {
  /** Compared with `iss` character by character. */
  readonly issuer: string;
  readonly keys: KeyOrigin;
  /** At least one must be in `aud`; false leaves the check out. */
  readonly audiences: readonly string[] | false;
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Lower-case `typ` values without `application/`; `absent` stands for a header without `typ`. */
  readonly acceptedTypes: readonly string[];
  /** Claims that must be there besides `iss`, `exp`, `iat`, the subject and the token id. */
  readonly requiredClaims: readonly string[];
  /** Accepted `client_id` / `azp` values; undefined accepts any. */
  readonly clients: readonly string[] | undefined;
  /** Longest accepted `exp - iat`. Cut-off records live this long, so it always applies. */
  readonly maxLifetime: number;
  /** Longest accepted time since `iat`; undefined sets no limit besides `exp`. */
  readonly maxAge: number | undefined;
  /** Allowed clock difference for `exp`, `nbf`, `iat` and `maxAge`. */
  readonly clockTolerance: number;
  /** False for issuers without token ids: their tokens can be revoked by session, subject and issuer only. */
  readonly tokenIdClaim: ClaimPath | false;
  readonly sessionIdClaim: ClaimPath;
  readonly subjectClaim: ClaimPath;
  readonly tokenVersionClaim: ClaimPath | undefined;
  readonly scopeClaim: ClaimPath;
  /** Where this issuer's tokens may be presented. */
  readonly tokenSources: readonly TokenSource[];
  /** Names of the outermost claims that routes and identity headers ask for: the only ones that are kept of its tokens. */
  readonly claimsInUse: ReadonlySet<string>;
}

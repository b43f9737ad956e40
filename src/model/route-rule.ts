import type { ClaimPath } from "./claims.ts";
import type { PathPattern } from "./path-pattern.ts";
import type { RevocationDemand } from "./revocation.ts";
import type { TokenSource } from "./token-source.ts";

/** One rule: which requests it speaks for and what they need. The first that matches decides. */
export interface RouteRule extends RevocationDemand {
  readonly path: PathPattern;
  /** Upper-case methods, GET bringing HEAD with it; undefined for any. */
  readonly methods: ReadonlySet<string> | undefined;
  /** `public`: no token looked at. `optional`: none is fine, a bad one is not. */
  readonly access: "public" | "bearer" | "optional";
  /** All of these are needed. */
  readonly scopes: readonly string[];
  /** At least one of these is needed, when there are any. */
  readonly anyOfScopes: readonly string[];
  /** All of these must hold. */
  readonly claims: readonly ClaimRule[];
  /** Forward CORS preflights for this rule's methods without a token. */
  readonly passPreflight: boolean;
  /** What to do when revocation state cannot be had: 503, or forward and say so in the evidence. */
  readonly onUnknownRevocation: "deny" | "allow";
  readonly requireHttps: HttpsPolicy;
  readonly tokenSources: readonly TokenSource[];
  /** Let the origin have the token, too. */
  readonly forwardToken: boolean;
}

/**
 * What happens to plain http. `remote` refuses it unless the host is a loopback name or address, where the request never
 * crossed a network.
 */
export type HttpsPolicy = "always" | "remote" | "redirect" | "never";

export type ClaimScalar = string | number | boolean;

/** A condition on one claim. A claim that is absent or of another type does not hold, except for `exists: false`. */
export type ClaimRule = { readonly claim: ClaimPath } & (
  | { readonly equals: ClaimScalar }
  | { readonly oneOf: readonly ClaimScalar[] }
  /** The claim is an array and has this member. */
  | { readonly contains: ClaimScalar }
  | { readonly exists: boolean }
);

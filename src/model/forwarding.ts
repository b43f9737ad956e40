import type { ClaimPath } from "./claims.ts";
import type { TokenSource } from "./token-source.ts";

/** How an allowed request reaches the origin. */
export interface ForwardingRules {
  readonly origin: OriginAddress;
  readonly identityHeaders: IdentityHeaders;
  /** Everywhere that an issuer's tokens may be presented. */
  readonly credentialSources: readonly TokenSource[];
  /** Seconds until the origin has to have sent its response headers, counted from the end of an upload. */
  readonly originTimeout: number;
}

export type OriginAddress =
  /** Scheme, host and port; path and query come from the request. */
  | { readonly kind: "url"; readonly url: string }
  /** A service binding by name. */
  | { readonly kind: "binding"; readonly name: string };

/** Names of the headers that tell the origin who calls; false for none. All are removed from what the client sent. */
export interface IdentityHeaders {
  readonly subject: string | false;
  readonly issuer: string | false;
  readonly scope: string | false;
  readonly client: string | false;
  readonly claims: readonly { readonly claim: ClaimPath; readonly header: string }[];
}

/** What signed assertions to the origin say besides the identity. */
export interface AssertionSettings {
  readonly issuer: string;
  readonly audience: string;
}

import type { RouteRule } from "./route-rule.ts";
import type { TrustedIssuer } from "./trusted-issuer.ts";

/** Everything that is configured and that a decision depends on. */
export interface AccessRules {
  /** In order: the first that matches decides. */
  readonly routes: readonly RouteRule[];
  /** By the exact value of `iss`. */
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
}

import type { CanonicalPath } from "./canonical-path.ts";
import type { Refusal } from "./refusal.ts";
import type { TokenOrigin } from "./result.ts";
import type { RevocationEvidence } from "./revocation.ts";
import type { RouteRule } from "./route-rule.ts";
import type { VerifiedToken } from "./token.ts";

/**
 * The verdict on one request. An allow for a bearer cannot be built without a verified token and evidence that its
 * revocation state was examined.
 */
export type Decision = AllowAnonymous | AllowBearer | Refusing;

export interface AllowAnonymous {
  readonly outcome: "allow";
  readonly as: "anonymous";
  readonly route: RouteRule;
  readonly path: CanonicalPath;
  /** Which rule of the route let it through without a token. */
  readonly because: "public" | "optional" | "preflight";
}

export interface AllowBearer {
  readonly outcome: "allow";
  readonly as: "bearer";
  readonly route: RouteRule;
  /** The path that was matched, which is the path to forward. */
  readonly path: CanonicalPath;
  readonly token: VerifiedToken;
  readonly revocation: RevocationEvidence;
}

export interface Refusing {
  /** `indeterminate`: it could not be found out whether the token is good. */
  readonly outcome: "deny" | "indeterminate";
  readonly refusal: Refusal;
  /** What was known when it was refused, for the record. */
  readonly route: RouteRule | undefined;
  readonly about: TokenOrigin | undefined;
}

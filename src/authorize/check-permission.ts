import { type ClaimsSet, readClaim } from "../model/claims.ts";
import { pass, type Result, refuse } from "../model/result.ts";
import type { ClaimRule, RouteRule } from "../model/route-rule.ts";
import type { VerifiedToken } from "../model/token.ts";

/**
 * Judges whether an authenticated token may use this route: every scope of `scopes`, one of `anyOfScopes`, every claim rule.
 * Scopes compare exactly (RFC 6749 §3.3). Judged for each request anew; never remembered with a token.
 */
export function checkPermission({ scopes, claims }: VerifiedToken, route: RouteRule): Result<void> {
  const has = (scope: string) => scopes.includes(scope);
  // The smallest set that would do (RFC 6750 §3): of alternatives, one that the token has, or else the first.
  const alternative = route.anyOfScopes.find(has) ?? route.anyOfScopes[0];
  const required = alternative === undefined ? route.scopes : [...route.scopes, alternative];
  if (!required.every(has)) return refuse({ reason: "insufficient_scope", required });
  return route.claims.every((rule) => holds(rule, claims)) ? pass(undefined) : refuse({ reason: "claim_rule_failed" });
}

function holds(rule: ClaimRule, claims: ClaimsSet): boolean {
  const value = readClaim(claims, rule.claim);
  if ("equals" in rule) return value === rule.equals;
  if ("oneOf" in rule) return rule.oneOf.some((accepted) => value === accepted);
  if ("contains" in rule) return Array.isArray(value) && value.includes(rule.contains);
  return (value !== undefined) === rule.exists;
}

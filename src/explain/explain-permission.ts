import { type ClaimsSet, readClaim } from "../model/claims.ts";
import type { ClaimRule } from "../model/route-rule.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import type { Observation } from "./observation.ts";
import { printable } from "./printable.ts";
import type { Fact } from "./step.ts";

/** Scopes and claim rules of the route beside what the token has. */
export function explainPermission(
  { decision: { route } }: Observation,
  claims: ClaimsSet,
  issuer: TrustedIssuer | undefined,
): readonly Fact[] {
  if (route === undefined) return [];
  const scopes = printable(readClaim(claims, issuer?.scopeClaim ?? ["scope"]));
  const facts: Fact[] = [];
  if (route.scopes.length > 0)
    facts.push({ what: "scopes", found: scopes, wanted: `all of ${route.scopes.join(", ")}` });
  if (route.anyOfScopes.length > 0) {
    facts.push({ what: "scopes", found: scopes, wanted: `one of ${route.anyOfScopes.join(", ")}` });
  }
  for (const rule of route.claims) {
    facts.push({
      what: rule.claim.join("."),
      found: printable(readClaim(claims, rule.claim)),
      wanted: conditionOf(rule),
    });
  }
  return facts.length > 0 ? facts : [{ what: "scopes", found: scopes, wanted: "none needed" }];
}

function conditionOf(rule: ClaimRule): string {
  if ("equals" in rule) return `equals ${printable(rule.equals)}`;
  if ("oneOf" in rule) return `one of ${rule.oneOf.map((value) => printable(value)).join(", ")}`;
  if ("contains" in rule) return `contains ${printable(rule.contains)}`;
  return rule.exists ? "is there" : "is not there";
}

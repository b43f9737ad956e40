import { type ClaimPath, type ClaimsSet, readClaim } from "../model/claims.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { printable } from "./printable.ts";
import type { Fact } from "./step.ts";
import { writeTime } from "./write-time.ts";

/**
 * What the claims step compares, one claim a line. Only for claims whose signature held.
 *
 * @param now NumericDate in seconds
 */
export function explainClaims(claims: ClaimsSet, issuer: TrustedIssuer, now: number): readonly Fact[] {
  const { clockTolerance: tolerance, maxAge, maxLifetime, audiences, clients } = issuer;
  const show = (path: ClaimPath) => showClaim(readClaim(claims, path));
  const facts: Fact[] = [
    { what: "now", found: writeTime(now) },
    { what: "exp", found: show(["exp"]), wanted: `after now - ${tolerance}` },
    {
      what: "iat",
      found: show(["iat"]),
      wanted: `at most now + ${tolerance}${maxAge === undefined ? "" : `, and not before now - ${maxAge} - ${tolerance}`}`,
    },
  ];
  if (readClaim(claims, ["nbf"]) !== undefined) {
    facts.push({ what: "nbf", found: show(["nbf"]), wanted: `at most now + ${tolerance}` });
  }
  const [exp, iat] = [readClaim(claims, ["exp"]), readClaim(claims, ["iat"])];
  if (typeof exp === "number" && typeof iat === "number") {
    facts.push({ what: "exp - iat", found: String(exp - iat), wanted: `at most ${maxLifetime}` });
  }
  facts.push({
    what: "aud",
    found: printable(readClaim(claims, ["aud"])),
    wanted: audiences === false ? "anything" : `one of ${audiences.join(", ")}`,
  });
  if (clients !== undefined) {
    for (const name of ["azp", "client_id"]) {
      facts.push({ what: name, found: printable(readClaim(claims, [name])), wanted: `one of ${clients.join(", ")}` });
    }
  }
  const required = issuer.requiredClaims.map((name) => [name, [name]] as const);
  for (const [name, path] of [...required, ...namedClaims(issuer)])
    facts.push({ what: name, found: printable(readClaim(claims, path)) });
  if (readClaim(claims, ["cnf"]) !== undefined) facts.push({ what: "cnf", found: "present", wanted: "absent" });
  return facts;
}

function namedClaims(issuer: TrustedIssuer): readonly (readonly [string, ClaimPath])[] {
  const { subjectClaim, tokenIdClaim, sessionIdClaim, tokenVersionClaim, scopeClaim } = issuer;
  const paths = [subjectClaim, tokenIdClaim, sessionIdClaim, tokenVersionClaim, scopeClaim];
  return paths.flatMap((path) => (path ? [[path.join("."), path] as const] : []));
}

function showClaim(value: unknown): string {
  return typeof value === "number" && Number.isFinite(value) ? writeTime(value) : printable(value);
}

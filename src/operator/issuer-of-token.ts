import { parseToken } from "../authorize/parse-token.ts";
import { type ClaimsSet, readClaim } from "../model/claims.ts";
import { PresentedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";

/**
 * Whose token a text says it is, and what else. Nothing of it was verified.
 *
 * @returns what is wrong with it when it is no token, or of nobody who is known
 */
export function issuerOfToken(
  text: unknown,
  issuers: ReadonlyMap<string, TrustedIssuer>,
): { readonly issuer: TrustedIssuer; readonly claims: ClaimsSet } | "no token" | "unknown issuer" {
  const parsed = typeof text === "string" ? parseToken(new PresentedToken(text, { kind: "authorization" })) : undefined;
  if (!parsed?.ok) return "no token";
  const { unverifiedClaims: claims } = parsed.value;
  const iss = readClaim(claims, ["iss"]);
  const issuer = typeof iss === "string" ? issuers.get(iss) : undefined;
  return issuer === undefined ? "unknown issuer" : { issuer, claims };
}

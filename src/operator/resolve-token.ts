import { parseToken } from "../authorize/parse-token.ts";
import { readClaim } from "../model/claims.ts";
import type { Problem } from "../model/problem.ts";
import { PresentedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";

type Fields = Readonly<Record<string, unknown>>;

export type Resolved =
  | { readonly ok: true; readonly command: Fields }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Puts issuer, id and end of a token in its place: `{"do":"revoke","token":"…"}`. The token itself goes no further. Its signature
 * need not hold: operators may revoke any id, and whoever holds a token to be revoked wants it dead even when its key is gone.
 */
export function resolveToken(command: Fields, issuers: ReadonlyMap<string, TrustedIssuer>): Resolved {
  const { token, ...rest } = command;
  if (token === undefined || command["do"] !== "revoke") return { ok: true, command };
  const parsed =
    typeof token === "string" ? parseToken(new PresentedToken(token, { kind: "authorization" })) : undefined;
  if (!parsed?.ok) return about("is no signed token", "Send one JWT, or issuer and tokenId.");
  const { unverifiedClaims: claims } = parsed.value;
  const iss = readClaim(claims, ["iss"]);
  const issuer = typeof iss === "string" ? issuers.get(iss) : undefined;
  if (issuer === undefined) return about("is of no trusted issuer", "Check that it is a token for this guard.");
  if (issuer.tokenIdClaim === false) {
    return about("has no id: tokens of its issuer have none", "Revoke its session, or cut off its user.");
  }
  const tokenId = readClaim(claims, issuer.tokenIdClaim);
  if (tokenId === undefined) return about("has no id", "Revoke its session, or cut off its user.");
  const exp = readClaim(claims, ["exp"]);
  return { ok: true, command: { ...rest, issuer: iss, tokenId, ...(typeof exp === "number" && { expiresAt: exp }) } };
}

function about(problem: string, remedy: string): Resolved {
  return { ok: false, problem: { path: "token", problem, remedy } };
}

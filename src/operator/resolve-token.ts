import { type ClaimPath, readClaim } from "../model/claims.ts";
import type { Problem } from "../model/problem.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { issuerOfToken } from "./issuer-of-token.ts";
import type { Fields } from "./read-object.ts";

export type Resolved =
  | { readonly ok: true; readonly command: Fields }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Puts issuer and id of a token in its place: `{"do":"revoke","token":"…"}`. The token itself goes no further. Its signature
 * need not hold: operators may revoke any id, and whoever holds a token to be revoked wants it dead even when its key is gone.
 * So its `exp` says nothing: a forged one would end the record before the real token of that id.
 */
export function resolveToken(command: Fields, issuers: ReadonlyMap<string, TrustedIssuer>): Resolved {
  const { token, ...rest } = command;
  if (token === undefined || command["do"] !== "revoke") return { ok: true, command };
  const besides = ["issuer", "tokenId", "expiresAt"].filter((name) => rest[name] !== undefined);
  if (besides.length > 0) {
    return { ok: false, problem: about(`stands beside ${besides.join(", ")}`, "Send the token, or what names it.") };
  }
  const read = resolve(token, issuers);
  if ("problem" in read) return { ok: false, problem: read };
  const { issuer, claims } = read;
  if (issuer.tokenIdClaim === false) {
    return { ok: false, problem: about("has no id: tokens of its issuer have none", INSTEAD) };
  }
  const tokenId = readClaim(claims, issuer.tokenIdClaim);
  if (tokenId === undefined) return { ok: false, problem: about("has no id", INSTEAD) };
  return { ok: true, command: { ...rest, issuer: issuer.issuer, tokenId } };
}

/** Whom a token concerns, as far as its claims say it: what `POST /state` takes. Its signature need not hold. */
export function identityOf(token: unknown, issuers: ReadonlyMap<string, TrustedIssuer>): Resolved {
  const read = resolve(token, issuers);
  if ("problem" in read) return { ok: false, problem: read };
  const { issuer, claims } = read;
  const value = (path: ClaimPath | false) => (path === false ? undefined : readClaim(claims, path));
  const { tokenIdClaim, sessionIdClaim, subjectClaim } = issuer;
  const identity = { tokenId: value(tokenIdClaim), sessionId: value(sessionIdClaim), subject: value(subjectClaim) };
  return { ok: true, command: { issuer: issuer.issuer, ...identity } };
}

function resolve(token: unknown, issuers: ReadonlyMap<string, TrustedIssuer>) {
  const read = issuerOfToken(token, issuers);
  if (read === "no token") return about("is no signed token", "Send one JWT, or issuer and tokenId.");
  if (read === "unknown issuer") return about("is of no trusted issuer", "Check that it is a token for this guard.");
  return read;
}

const INSTEAD = "Revoke its session, or cut off its user.";

function about(problem: string, remedy: string): Problem {
  return { path: "token", problem, remedy };
}

import { checkRevocation } from "../authorize/check-revocation.ts";
import { parseToken } from "../authorize/parse-token.ts";
import { verifyToken } from "../authorize/verify-token.ts";
import { readClaim } from "../model/claims.ts";
import { isIndeterminate } from "../model/refusal.ts";
import { PresentedToken, type VerifiedToken } from "../model/token.ts";
import { addressOf, type OperatorApiParts } from "./parts.ts";
import { problem } from "./problem.ts";
import { LedgerUnreachable, reach } from "./reach.ts";

/**
 * Ends the token that a request shows (RFC 7009): whoever holds it may. Nothing is written before its signature held, and nobody
 * learns anything of a token: the answer is the same for one that is over already, unknown or made up.
 */
export async function endOwnToken(request: Request, parts: OperatorApiParts): Promise<Response> {
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get("content-type") ?? "")) {
    return problem(415, "unsupported_media_type", { error: "invalid_request" });
  }
  const [text, second] = new URLSearchParams(await request.text()).getAll("token");
  if (!text || second !== undefined) return problem(400, "invalid_request", { error: "invalid_request" });
  const verified = await verifyAnywhere(text, parts);
  if (verified === "unavailable") throw new LedgerUnreachable("The issuer's keys are not to be had.");
  return verified === undefined ? DONE() : end(verified, request, parts);
}

const DONE = () => new Response(null, { headers: { "cache-control": "no-store" } });

async function end(token: VerifiedToken, request: Request, parts: OperatorApiParts): Promise<Response> {
  const { issuer, tokenId, sessionId, subject, expiresAt } = token;
  const { clock, ours, desk, revocations } = parts;
  const identity = { issuer: issuer.issuer, ...(tokenId === undefined ? { sessionId } : { tokenId }) };
  if (tokenId === undefined && sessionId === undefined) {
    return problem(400, "unsupported_token_type", { error: "unsupported_token_type" });
  }
  const key = JSON.stringify(identity);
  const now = clock.now();
  if (ours.ended.has(key, now)) return DONE();
  const wait = ours.rates.take(JSON.stringify([issuer.issuer, subject]), COST, now);
  if (wait > 0) return problem(429, "too_many_requests", { headers: { "retry-after": String(wait) } });
  const revocation = await checkRevocation(token, revocations, DEMAND, now / 1000);
  // What else condemns it may be lifted one day.
  const by = tokenId === undefined ? "session" : "token";
  if (!revocation.ok && revocation.refusal.reason === "token_revoked" && revocation.refusal.by === by) {
    ours.ended.add(key, now);
    return DONE();
  }
  // The ledger, whose clock may be ahead, takes no record that is over: one of a token that ends soon lasts longer.
  const ends = tokenId === undefined || expiresAt - now / 1000 <= SOON ? {} : { expiresAt };
  const command = { do: tokenId === undefined ? "revokeSession" : "revoke", ...identity, ...ends };
  const [result] = await reach(desk().submit([{ command, by: "self", from: addressOf(request) }]));
  if (!result?.ok) throw new Error("The ledger refuses what was made for it.");
  ours.ended.add(key, now);
  return DONE();
}

/** Seconds. */
const SOON = 60;

const DEMAND = { onUnknownRevocation: "allow", revocation: "bounded", onStaleMirror: "kv" } as const;

/** A user can end ten tokens at once, and five in a second. */
const COST = 10;

/** Here it does not matter where its issuer lets a token be presented. */
async function verifyAnywhere(
  text: string,
  { issuers, keys, memory, clock }: OperatorApiParts,
): Promise<VerifiedToken | "unavailable" | undefined> {
  const parsed = parseToken(new PresentedToken(text, { kind: "authorization" }));
  const iss = parsed.ok ? readClaim(parsed.value.unverifiedClaims, ["iss"]) : undefined;
  const [source] = (typeof iss === "string" && issuers.get(iss)?.tokenSources) || [];
  if (source === undefined) return undefined;
  const verified = await verifyToken(new PresentedToken(text, source), issuers, keys, memory, clock.now() / 1000);
  if (verified.ok) return verified.value;
  return isIndeterminate(verified.refusal) ? "unavailable" : undefined;
}

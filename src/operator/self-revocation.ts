import { checkRevocation } from "../authorize/check-revocation.ts";
import { verifyToken } from "../authorize/verify-token.ts";
import type { TurnedAway } from "../model/ledger-desk.ts";
import { isIndeterminate } from "../model/refusal.ts";
import { PresentedToken, type VerifiedToken } from "../model/token.ts";
import { NOBODY, noteTurnedAway } from "./entrance.ts";
import { issuerOfToken } from "./issuer-of-token.ts";
import { addressOf, networkOf, type OperatorApiParts } from "./parts.ts";
import { comeAgain, problem } from "./problem.ts";
import { LedgerUnreachable, reach } from "./reach.ts";

/**
 * Ends the token that a request shows (RFC 7009): whoever holds it may. Nothing is written before its signature held, and nobody
 * learns anything of a token: the answer is the same for one that is over already, unknown or made up.
 */
export async function endOwnToken(request: Request, parts: OperatorApiParts): Promise<Response> {
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(request.headers.get("content-type") ?? "")) {
    return problem("unsupported_media_type", { error: "invalid_request" });
  }
  const [text, second] = new URLSearchParams(await request.text()).getAll("token");
  if (!text || second !== undefined) return problem("invalid_request", { error: "invalid_request" });
  const tooSoon = parts.ours.networks.take(networkOf(addressOf(request.headers)), 1, parts.clock.now());
  if (tooSoon > 0) return tooMuch(tooSoon, NOBODY, request, parts);
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
    return problem("unsupported_token_type", { error: "unsupported_token_type" });
  }
  const key = JSON.stringify(identity);
  const now = clock.now();
  if (ours.ended.has(key, now)) return DONE();
  const wait = ours.users.take(JSON.stringify([SELF.via, issuer.issuer, subject]), COST, now);
  if (wait > 0) return tooMuch(wait, { op: "request", ...SELF }, request, parts);
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
  const [result] = await reach(desk().submit([{ command, ...SELF, from: addressOf(request.headers) }]));
  if (!result?.ok) throw new Error("The ledger refuses what was made for it.");
  ours.ended.add(key, now);
  return DONE();
}

function tooMuch(
  seconds: number,
  who: Pick<TurnedAway, "op" | "by" | "via">,
  request: Request,
  parts: OperatorApiParts,
): Response {
  noteTurnedAway({ ...who, problem: "too_many_requests" }, request, parts);
  return comeAgain("too_many_requests", seconds);
}

/** Identities are in no entry of the audit. */
const SELF = { by: "self", via: "self" } as const;

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
  const read = issuerOfToken(text, issuers);
  const [source] = typeof read === "string" ? [] : read.issuer.tokenSources;
  if (source === undefined) return undefined;
  const verified = await verifyToken(new PresentedToken(text, source), issuers, keys, memory, clock.now() / 1000);
  if (verified.ok) return verified.value;
  return isIndeterminate(verified.refusal) ? "unavailable" : undefined;
}

import { checkRevocation } from "../authorize/check-revocation.ts";
import { extractToken } from "../authorize/extract-token.ts";
import { verifyToken } from "../authorize/verify-token.ts";
import type { AccessRequest } from "../model/access-request.ts";
import type { Identified, KnownOperator, OperatorRole } from "../model/operator.ts";
import { isIndeterminate } from "../model/refusal.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import type { Refused, Result } from "../model/result.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { authenticate } from "./authenticate.ts";
import type { OperatorApiParts } from "./parts.ts";
import { comeAgain, type ProblemAnswer, problem } from "./problem.ts";

/** Of whom it was verified who they are, by which token, and with which role if any. */
export interface Shown extends Identified {
  readonly role: OperatorRole | undefined;
  /** Undefined for a secret. */
  readonly token: VerifiedToken | undefined;
}

/**
 * Finds out who asks: by a secret, by a token of the operators' issuer, or by what Cloudflare Access says of a person. The header
 * `Authorization` comes first: whoever sends it has chosen it. Asks nothing of the ledger.
 *
 * @returns the answer to somebody who has not shown it
 */
export async function identify(request: Request, parts: OperatorApiParts): Promise<Shown | ProblemAnswer> {
  const { secrets, issuer, access } = parts.operators;
  const byHeader = request.headers.has("authorization");
  const known = byHeader ? await authenticate(request, secrets) : undefined;
  if (known !== undefined) return { name: known.name, via: "secret", role: known.role, token: undefined };
  const accepted = byHeader ? issuer : access?.issuer;
  if (accepted === undefined) return nobody(byHeader);
  const verified = await verify(request, accepted, parts);
  if (!verified.ok) return refusalOf(verified);
  const token = verified.value;
  const role = byHeader ? roleOfScopes(token) : access?.roles.get(token.subject.toLowerCase());
  return { name: token.subject, via: byHeader ? "token" : "access", role, token };
}

/**
 * Lets somebody in who has a role. Takes the request from the operator's rate, before the ledger is asked whether a token was
 * revoked: neither a token without role nor too many requests cost a call.
 *
 * @returns the answer to somebody who may do nothing, asks too much, or whose token was revoked
 */
export async function admit(shown: Shown, parts: OperatorApiParts): Promise<KnownOperator | ProblemAnswer> {
  const { name, via, role, token } = shown;
  const { ours, clock, revocations } = parts;
  if (role === undefined) return problem("forbidden", { needs: "viewer" });
  const wait = ours.rates.take(rateOf(shown), 1, clock.now());
  if (wait > 0) return comeAgain("too_many_requests", wait);
  const revocation = token && (await checkRevocation(token, revocations, DEMAND, clock.now() / 1000));
  return revocation?.ok === false ? refusalOf(revocation) : { name, via, role };
}

/** Under what the rate of somebody is kept: names are unique only together with how they were shown. */
export function rateOf({ via, name }: Identified): string {
  return JSON.stringify([via, name]);
}

/** Whether a request that got this answer had credentials at all. */
export function hadCredentials({ headers }: ProblemAnswer): boolean {
  return headers.get("www-authenticate")?.includes("error=") === true;
}

/** The same steps as for anybody's token, by another issuer's rules. Whether it was revoked comes later. */
async function verify(
  request: Request,
  issuer: TrustedIssuer,
  parts: OperatorApiParts,
): Promise<Result<VerifiedToken>> {
  const { operatorKeys, memory, clock } = parts;
  const presented = extractToken(toAccessRequest(request, parts), issuer.tokenSources);
  if (!presented.ok) return presented;
  const issuers = new Map([[issuer.issuer, issuer]]);
  return verifyToken(presented.value, issuers, operatorKeys, memory, clock.now() / 1000);
}

function toAccessRequest({ method, headers }: Request, { url }: OperatorApiParts): AccessRequest {
  const { protocol, host, pathname } = url;
  return {
    ...{ method, host, path: pathname, scheme: protocol === "https:" ? "https" : "http" },
    header: (name) => headers.get(name),
  };
}

/** Operators are few, and may do much: each request asks the ledger. While it is out of reach there is KV, and little to be done. */
const DEMAND = { onUnknownRevocation: "deny", revocation: "strict", onStaleMirror: "kv" } as const;

const SCOPES = [
  ["jotgate:admin", "admin"],
  ["jotgate:revoke", "revoker"],
  ["jotgate:view", "viewer"],
] as const;

function roleOfScopes({ scopes }: VerifiedToken): OperatorRole | undefined {
  return SCOPES.find(([scope]) => scopes.includes(scope))?.[1];
}

function refusalOf({ refusal }: Refused): ProblemAnswer {
  return isIndeterminate(refusal) ? comeAgain("unavailable", 5) : nobody(refusal.reason !== "token_missing");
}

function nobody(hasCredentials: boolean): ProblemAnswer {
  const error = hasCredentials ? ', error="invalid_token"' : "";
  return problem("unauthorized", { headers: { "www-authenticate": `Bearer realm="${RESERVED_SEGMENT}"${error}` } });
}

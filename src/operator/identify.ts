import { checkRevocation } from "../authorize/check-revocation.ts";
import { extractToken } from "../authorize/extract-token.ts";
import { verifyToken } from "../authorize/verify-token.ts";
import type { AccessRequest } from "../model/access-request.ts";
import type { KnownOperator, OperatorRole } from "../model/operator.ts";
import { isIndeterminate } from "../model/refusal.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import type { Refused, Result } from "../model/result.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { authenticate } from "./authenticate.ts";
import type { OperatorApiParts } from "./parts.ts";
import { problem } from "./problem.ts";

/**
 * Finds out who asks: by a secret, by a token of the operators' issuer, or by what Cloudflare Access says of a person. The header
 * `Authorization` comes first: whoever sends it has chosen it. Takes the request from the operator's rate, before the ledger is
 * asked whether a token was revoked: neither a token without role nor too many requests cost a call.
 *
 * @returns the operator, or the answer to somebody who is none or who asks too much
 */
export async function identify(request: Request, parts: OperatorApiParts): Promise<KnownOperator | Response> {
  const { secrets, issuer, access } = parts.operators;
  const byHeader = request.headers.has("authorization");
  const known = byHeader ? await authenticate(request, secrets) : undefined;
  if (known !== undefined) return withinRate({ name: known.name, role: known.role }, parts);
  const accepted = byHeader ? issuer : access?.issuer;
  if (accepted === undefined) return nobody(byHeader);
  const verified = await verify(request, accepted, parts);
  if (!verified.ok) return refusalOf(verified);
  const token = verified.value;
  const role = byHeader ? roleOfScopes(token) : access?.roles.get(token.subject.toLowerCase());
  if (role === undefined) return problem(403, "forbidden", { needs: "viewer" });
  const operator = withinRate({ name: token.subject, role }, parts);
  if (operator instanceof Response) return operator;
  const revocation = await checkRevocation(token, parts.revocations, DEMAND, parts.clock.now() / 1000);
  return revocation.ok ? operator : refusalOf(revocation);
}

function withinRate(operator: KnownOperator, { ours, clock }: OperatorApiParts): KnownOperator | Response {
  const wait = ours.rates.take(operator.name, 1, clock.now());
  return wait > 0 ? problem(429, "too_many_requests", { headers: { "retry-after": String(wait) } }) : operator;
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

function refusalOf({ refusal }: Refused): Response {
  if (isIndeterminate(refusal)) return problem(503, "unavailable", { headers: { "retry-after": "5" } });
  return nobody(refusal.reason !== "token_missing");
}

function nobody(hasCredentials: boolean): Response {
  const error = hasCredentials ? ', error="invalid_token"' : "";
  return problem(401, "unauthorized", {
    headers: { "www-authenticate": `Bearer realm="${RESERVED_SEGMENT}"${error}` },
  });
}

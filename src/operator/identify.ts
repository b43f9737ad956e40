import { checkRevocation } from "../authorize/check-revocation.ts";
import { extractToken } from "../authorize/extract-token.ts";
import { verifyToken } from "../authorize/verify-token.ts";
import type { AccessRequest } from "../model/access-request.ts";
import type { KnownOperator, OperatorRole } from "../model/operator.ts";
import { isIndeterminate } from "../model/refusal.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import { pass, type Refused, type Result } from "../model/result.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { authenticate } from "./authenticate.ts";
import type { OperatorApiParts } from "./parts.ts";
import { problem } from "./problem.ts";

/**
 * Finds out who asks: by a secret, by a token of the operators' issuer, or by what Cloudflare Access says of a person. The header
 * `Authorization` comes first: whoever sends it has chosen it.
 *
 * @returns the operator, or the answer to somebody who is none
 */
export async function identify(request: Request, parts: OperatorApiParts): Promise<KnownOperator | Response> {
  const { secrets, issuer, access } = parts.operators;
  const byHeader = request.headers.has("authorization");
  const known = byHeader ? await authenticate(request, secrets) : undefined;
  if (known !== undefined) return { name: known.name, role: known.role };
  const accepted = byHeader ? issuer : access?.issuer;
  if (accepted === undefined) return nobody(byHeader);
  const verified = await verify(request, accepted, parts);
  if (!verified.ok) return refusalOf(verified);
  const role = byHeader ? roleOfScopes(verified.value) : access?.roles.get(verified.value.subject.toLowerCase());
  return role === undefined ? problem(403, "forbidden", { needs: "viewer" }) : { name: verified.value.subject, role };
}

/** The same steps as for anybody's token, by another issuer's rules. */
async function verify(
  request: Request,
  issuer: TrustedIssuer,
  parts: OperatorApiParts,
): Promise<Result<VerifiedToken>> {
  const { operatorKeys, memory, revocations, clock } = parts;
  const presented = extractToken(toAccessRequest(request, parts), issuer.tokenSources);
  if (!presented.ok) return presented;
  const now = clock.now() / 1000;
  const verified = await verifyToken(presented.value, new Map([[issuer.issuer, issuer]]), operatorKeys, memory, now);
  if (!verified.ok) return verified;
  const revocation = await checkRevocation(verified.value, revocations, DEMAND, now);
  return revocation.ok ? pass(verified.value) : revocation;
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

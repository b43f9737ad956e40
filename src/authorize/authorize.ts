import type { AccessRequest } from "../model/access-request.ts";
import type { AccessRules } from "../model/access-rules.ts";
import type { AllowAnonymous, Decision, Refusing } from "../model/decision.ts";
import type { KeySource } from "../model/key-source.ts";
import { isIndeterminate } from "../model/refusal.ts";
import type { Refused } from "../model/result.ts";
import type { RevocationReader } from "../model/revocation.ts";
import type { RouteRule } from "../model/route-rule.ts";
import { originOf, type VerifiedToken } from "../model/token.ts";
import { checkPermission } from "./check-permission.ts";
import { checkRevocation } from "./check-revocation.ts";
import { checkTransport } from "./check-transport.ts";
import { extractToken } from "./extract-token.ts";
import { type MatchedRoute, matchRoute } from "./match-route.ts";
import type { TokenMemory } from "./token-memory.ts";
import { verifyToken } from "./verify-token.ts";

/**
 * Decides one request. Every step takes what the one before has established; the first that refuses ends the story.
 *
 * The order is a security property: nothing is decoded before its size and shape are known, no key is looked up for an
 * algorithm or issuer that is not ours, no claim counts and no store is asked before the signature held, and permission is
 * judged only for a caller who is fully authenticated.
 *
 * @param request what the client sent
 * @param rules routes and trusted issuers
 * @param keys verification keys
 * @param revocations revocation state
 * @param memory tokens seen before
 * @param now NumericDate in seconds
 * @returns the decision; never rejects unless there is a defect in Jotgate
 */
export async function authorize(
  request: AccessRequest,
  rules: AccessRules,
  keys: KeySource,
  revocations: RevocationReader,
  memory: TokenMemory,
  now: number,
): Promise<Decision> {
  const matched = matchRoute(request, rules.routes);
  if (!matched.ok) return refusing(matched);
  const { route, path, preflight } = matched.value;

  const transport = checkTransport(request, route);
  if (!transport.ok) return refusing(transport, route);

  if (preflight) return anonymous(matched.value, "preflight");
  if (route.access === "public") return anonymous(matched.value, "public");

  const presented = extractToken(request, route.tokenSources);
  if (!presented.ok) {
    return route.access === "optional" && presented.refusal.reason === "token_missing"
      ? anonymous(matched.value, "optional")
      : refusing(presented, route);
  }

  const verifying = verifyToken(presented.value, rules.issuers, keys, memory, now);
  const verified = verifying instanceof Promise ? await verifying : verifying;
  if (!verified.ok) return refusing(verified, route);
  const token = verified.value;

  const checking = checkRevocation(token, revocations, route, now);
  const revocation = checking instanceof Promise ? await checking : checking;
  if (!revocation.ok) return refusing(revocation, route, token);

  const permission = checkPermission(token, route);
  if (!permission.ok) return refusing(permission, route, token);

  return { outcome: "allow", as: "bearer", route, path, token, revocation: revocation.value };
}

function anonymous({ route, path }: MatchedRoute, because: AllowAnonymous["because"]): AllowAnonymous {
  return { outcome: "allow", as: "anonymous", route, path, because };
}

function refusing({ refusal, about }: Refused, route?: RouteRule, token?: VerifiedToken): Refusing {
  const outcome = isIndeterminate(refusal) ? "indeterminate" : "deny";
  return { outcome, refusal, route, about: about ?? (token && originOf(token)) };
}

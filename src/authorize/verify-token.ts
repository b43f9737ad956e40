import { type ClaimsSet, readClaim } from "../model/claims.ts";
import type { KeySource, VerificationKey } from "../model/key-source.ts";
import { pass, type Refused, type Result, refuse } from "../model/result.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import type { PresentedToken, VerifiedToken } from "../model/token.ts";
import { sameSource } from "../model/token-source.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { type CheckedClaims, checkClaims, checkTimes } from "./check-claims.ts";
import { parseToken, type UnverifiedToken } from "./parse-token.ts";
import type { TokenMemory } from "./token-memory.ts";
import { verifySignature } from "./verify-signature.ts";

/**
 * Turns what a client presented into a token that can be believed (RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725 §3, RFC 9068 §4):
 * form, issuer, type and algorithm, key, signature, claims, in this order. The issuer's own configuration rules
 * every step: its keys verify only its tokens, under its algorithms.
 *
 * This does not look at revocation state, scopes or the rules of a route.
 *
 * @param memory what is known of tokens from earlier requests; spares parsing, the signature and what no time changes
 * @param now NumericDate in seconds
 */
export function verifyToken(
  presented: PresentedToken,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  keys: KeySource,
  memory: TokenMemory,
  now: number,
): Soon<Result<VerifiedToken>> {
  const text = presented.reveal();
  const known = memory.recall(text);
  const parsed = known === undefined ? parseToken(presented) : pass(known.token);
  if (!parsed.ok) return parsed;
  const token = parsed.value;

  const passed = known?.passed;
  const again = passed !== undefined && sameSource(passed.source, presented.source) && isOurs(passed, issuers);
  const chosen = again ? pass(passed.issuer) : chooseIssuer(token.unverifiedClaims, issuers);
  if (!chosen.ok) return chosen;
  const issuer = chosen.value;

  const about = { issuer: issuer.issuer, keyId: undefined };
  const acceptable = again ? pass(undefined) : checkHeader(token, issuer, presented);
  if (!acceptable.ok) return { ...acceptable, about };

  return onceThere(keys.findKey(issuer, token.algorithm, token.keyId, now), (lookup) => {
    if (lookup.status === "unavailable") return { ...refuse({ reason: "keys_unavailable" }), about };
    if (lookup.status === "not_found") return { ...refuse({ reason: "key_not_found" }), about };

    const { key } = lookup;
    const origin = { issuer: issuer.issuer, keyId: key.keyId };
    const sameKey = known?.key === key;
    if (sameKey && again) {
      const timely = checkTimes(passed, issuer, now);
      return timely.ok ? pass(passed) : { ...timely, about: origin };
    }
    return onceThere(sameKey ? known.holds : verifySignature(presented, token.algorithm, key), (holds) => {
      const checked = holds
        ? checkClaims(token.unverifiedClaims, issuer, now)
        : refuse({ reason: "signature_invalid" });
      const verified = checked.ok ? complete(token, issuer, key, presented, checked.value) : undefined;
      if (!sameKey || verified !== undefined) memory.remember(text, { token, key, holds, passed: verified });
      return verified === undefined ? { ...(checked as Refused), about: origin } : pass(verified);
    });
  });
}

function complete(
  { unverifiedClaims }: UnverifiedToken,
  issuer: TrustedIssuer,
  { keyId }: VerificationKey,
  { source }: PresentedToken,
  checked: CheckedClaims,
): VerifiedToken {
  const { subject, tokenId, sessionId } = checked;
  const identity = { issuer: issuer.issuer, subject, tokenId, sessionId };
  return { issuer, keyId, source, claims: unverifiedClaims, ...checked, identity } as VerifiedToken;
}

/** What a token passed under these very rules it passes again, apart from its times. */
function isOurs({ issuer }: VerifiedToken, issuers: ReadonlyMap<string, TrustedIssuer>): boolean {
  return issuers.get(issuer.issuer) === issuer;
}

/** `iss` decides whose rules apply; only an exact match is an issuer of ours (RFC 9068 §4). */
function chooseIssuer(claims: ClaimsSet, issuers: ReadonlyMap<string, TrustedIssuer>): Result<TrustedIssuer> {
  const iss = readClaim(claims, ["iss"]);
  if (iss === undefined) return refuse({ reason: "claim_missing", claim: "iss" });
  if (typeof iss !== "string") return refuse({ reason: "claim_invalid", claim: "iss" });
  const issuer = issuers.get(iss);
  return issuer === undefined ? refuse({ reason: "issuer_not_trusted" }) : pass(issuer);
}

/** What the issuer accepts by type (RFC 8725 §3.11), algorithm (§3.1) and place of presentation. */
function checkHeader(token: UnverifiedToken, issuer: TrustedIssuer, { source }: PresentedToken): Result<void> {
  if (!issuer.acceptedTypes.includes(token.type)) return refuse({ reason: "token_type_not_accepted" });
  if (!issuer.algorithms.some((algorithm) => algorithm === token.algorithm)) {
    return refuse({ reason: "algorithm_not_allowed" });
  }
  if (!issuer.tokenSources.some((accepted) => sameSource(accepted, source))) {
    return refuse({ reason: "token_source_not_accepted" });
  }
  return pass(undefined);
}

import { type ClaimsSet, readClaim } from "../model/claims.ts";
import type { KeySource, VerificationKey } from "../model/key-source.ts";
import { pass, type Refused, type Result, refuse } from "../model/result.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import { originOf, type PresentedToken, type VerifiedToken } from "../model/token.ts";
import { sameSource } from "../model/token-source.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { type CheckedClaims, checkClaims, checkTimes } from "./check-claims.ts";
import { parseToken, type TokenHeader } from "./parse-token.ts";
import type { ExaminedToken, TokenMemory } from "./token-memory.ts";
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
  const known = memory.recall(presented.reveal());
  const passed = known?.passed;
  const sameRules = passed !== undefined && issuers.get(passed.issuer.issuer) === passed.issuer;
  if (!sameRules || !sameSource(passed.source, presented.source)) {
    return examine(presented, known, issuers, keys, memory, now);
  }
  // Apart from its times, it passes again what it passed.
  const { keyId, key } = known as ExaminedToken;
  return onceThere(keys.findKey(passed.issuer, key.algorithm, keyId, now), (lookup) => {
    if (lookup.status !== "found" || lookup.key !== key) return examine(presented, known, issuers, keys, memory, now);
    const timely = checkTimes(passed, passed.issuer, now);
    return timely.ok ? pass(passed) : { ...timely, about: originOf(passed) };
  });
}

/** All steps, but for those whose outcome is known. */
function examine(
  presented: PresentedToken,
  known: ExaminedToken | undefined,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  keys: KeySource,
  memory: TokenMemory,
  now: number,
): Soon<Result<VerifiedToken>> {
  const parsed = known?.token ? pass(known.token) : parseToken(presented);
  if (!parsed.ok) return parsed;
  const token = parsed.value;
  const { header, unverifiedClaims } = token;

  const chosen = chooseIssuer(unverifiedClaims, issuers);
  if (!chosen.ok) return chosen;
  const issuer = chosen.value;

  const about = { issuer: issuer.issuer, keyId: undefined };
  const acceptable = checkHeader(header, issuer, presented);
  if (!acceptable.ok) return { ...acceptable, about };

  return onceThere(keys.findKey(issuer, header.algorithm, header.keyId, now), (lookup) => {
    if (lookup.status !== "found") {
      return { ...refuse({ reason: lookup.status === "unavailable" ? "keys_unavailable" : "key_not_found" }), about };
    }

    const { key } = lookup;
    const holding = known?.key === key ? known.holds : verifySignature(presented, header.algorithm, key);
    return onceThere(holding, (holds) => {
      const checked = holds ? checkClaims(unverifiedClaims, issuer, now) : refuse({ reason: "signature_invalid" });
      const passed = checked.ok ? complete(unverifiedClaims, issuer, key, presented, checked.value) : undefined;
      if (known?.key !== key || passed !== undefined) {
        const kept = passed ? undefined : token;
        memory.remember(presented.reveal(), { keyId: header.keyId, key, holds, passed, token: kept });
      }
      return passed === undefined
        ? { ...(checked as Refused), about: { issuer: issuer.issuer, keyId: key.keyId } }
        : pass(passed);
    });
  });
}

function complete(
  claims: ClaimsSet,
  issuer: TrustedIssuer,
  { keyId }: VerificationKey,
  { source }: PresentedToken,
  checked: CheckedClaims,
): VerifiedToken {
  const { subject, tokenId, sessionId } = checked;
  const identity = { issuer: issuer.issuer, subject, tokenId, sessionId };
  // Tokens are remembered by the thousand, and most of what they say is asked for by nobody.
  const inUse = Object.fromEntries(Array.from(issuer.claimsInUse, (name) => [name, readClaim(claims, [name])]));
  return { issuer, keyId, source, claims: inUse, ...checked, identity } as VerifiedToken;
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
function checkHeader(header: TokenHeader, issuer: TrustedIssuer, { source }: PresentedToken): Result<void> {
  if (!issuer.acceptedTypes.includes(header.type)) return refuse({ reason: "token_type_not_accepted" });
  if (!issuer.algorithms.some((algorithm) => algorithm === header.algorithm)) {
    return refuse({ reason: "algorithm_not_allowed" });
  }
  if (!issuer.tokenSources.some((accepted) => sameSource(accepted, source))) {
    return refuse({ reason: "token_source_not_accepted" });
  }
  return pass(undefined);
}

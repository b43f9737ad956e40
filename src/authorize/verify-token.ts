import { type ClaimsSet, readClaim } from "../model/claims.ts";
import type { KeySource, VerificationKey } from "../model/key-source.ts";
import { pass, type Refused, type Result, refuse } from "../model/result.ts";
import { onceThere, type Soon } from "../model/soon.ts";
import type { PresentedToken, VerifiedToken } from "../model/token.ts";
import { sameSource } from "../model/token-source.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { type CheckedClaims, checkClaims, checkTimes } from "./check-claims.ts";
import { parseToken, type TokenHeader, type UnverifiedToken } from "./parse-token.ts";
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
  const text = presented.reveal();
  const known = memory.recall(text);
  const passed = known?.passed;
  // In the same place, under the same rules, what passed has an acceptable form and header still.
  const again =
    passed && sameSource(passed.source, presented.source) && issuers.get(passed.issuer.issuer) === passed.issuer;
  const admitted: Result<Admitted> = again
    ? pass({ header: known.header, issuer: passed.issuer })
    : admit(presented, known, issuers);
  if (!admitted.ok) return admitted;
  const { header, issuer, token } = admitted.value;

  return onceThere(keys.findKey(issuer, header.algorithm, header.keyId, now), (lookup) => {
    if (lookup.status !== "found") {
      const reason = lookup.status === "unavailable" ? "keys_unavailable" : "key_not_found";
      return naming(refuse({ reason }), issuer);
    }
    const { key } = lookup;
    const sameKey = known?.key === key;
    if (sameKey && again) {
      const timely = checkTimes(passed, issuer, now);
      return timely.ok ? pass(passed) : naming(timely, issuer, key.keyId);
    }
    const parsed = token ? pass(token) : parseToken(presented);
    if (!parsed.ok) return parsed;
    const { unverifiedClaims } = parsed.value;
    return onceThere(sameKey ? known.holds : verifySignature(presented, header.algorithm, key), (holds) => {
      const checked = holds ? checkClaims(unverifiedClaims, issuer, now) : refuse({ reason: "signature_invalid" });
      if (!checked.ok) {
        if (!sameKey) memory.remember(text, { header, key, holds, unverifiedClaims });
        return naming(checked, issuer, key.keyId);
      }
      const verified = complete(unverifiedClaims, issuer, key, presented, checked.value);
      memory.remember(text, { header, key, holds, passed: verified });
      return pass(verified);
    });
  });
}

/** The refusal, and what was known of the token by then. */
function naming(refused: Refused, { issuer }: TrustedIssuer, keyId?: string): Refused {
  return { ...refused, about: { issuer, keyId } };
}

interface Admitted {
  readonly header: TokenHeader;
  readonly issuer: TrustedIssuer;
  /** Undefined for one that passed before, of which it is not kept. */
  readonly token?: UnverifiedToken;
}

/** Form, issuer and header. */
function admit(
  presented: PresentedToken,
  known: ExaminedToken | undefined,
  issuers: ReadonlyMap<string, TrustedIssuer>,
): Result<Admitted> {
  const parsed = known?.unverifiedClaims ? pass(known) : parseToken(presented);
  if (!parsed.ok) return parsed;
  const { header, unverifiedClaims } = parsed.value;
  const chosen = chooseIssuer(unverifiedClaims, issuers);
  if (!chosen.ok) return chosen;
  const issuer = chosen.value;
  const acceptable = checkHeader(header, issuer, presented);
  return acceptable.ok ? pass({ header, issuer, token: parsed.value }) : naming(acceptable, issuer);
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

import { type ClaimPath, type ClaimsSet, readClaim } from "../model/claims.ts";
import { isNumericDate, isVersion } from "../model/json-values.ts";
import { isIdentifierSized } from "../model/limits.ts";
import { pass, type Refused, type Result, refuse } from "../model/result.ts";
import type { VerifiedToken } from "../model/token.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";

/** What a claims set says, once it met all that its issuer's configuration demands. */
export type CheckedClaims = Pick<
  VerifiedToken,
  "subject" | "tokenId" | "sessionId" | "tokenVersion" | "issuedAt" | "notBefore" | "expiresAt" | "scopes" | "client"
>;

/**
 * Checks a verified claims set against its issuer's configuration (RFC 7519 §4.1, RFC 9068 §2.2 and §4). Comparisons are exact;
 * a claim of the wrong type is refused, never converted.
 *
 * Boundaries, with t the clock tolerance: refused when `now >= exp + t`, `now < nbf - t`, `now < iat - t`,
 * `now > iat + maxAge + t`, `exp - iat > maxLifetime`.
 *
 * @param now NumericDate in seconds
 */
export function checkClaims(claims: ClaimsSet, issuer: TrustedIssuer, now: number): Result<CheckedClaims> {
  const times = readTimes(claims);
  if (!times.ok) return times;
  const timely = checkTimes(times.value, issuer, now);
  if (!timely.ok) return timely;
  const audience = checkAudience(claims, issuer);
  if (!audience.ok) return audience;
  const client = checkClient(claims, issuer);
  if (!client.ok) return client;
  const absent = issuer.requiredClaims.find((name) => readClaim(claims, [name]) === undefined);
  if (absent !== undefined) return missing([absent]);
  // A sender-constrained token is good only together with a proof of its key, which a bearer does not show (RFC 9449 §7.2).
  if (readClaim(claims, ["cnf"]) !== undefined) return invalid(["cnf"]);
  const identity = readIdentity(claims, issuer);
  if (!identity.ok) return identity;
  const scopes = readScopes(claims, issuer.scopeClaim);
  if (!scopes.ok) return scopes;
  return pass({ ...times.value, ...identity.value, scopes: scopes.value, client: client.value });
}

type TokenTimes = Pick<VerifiedToken, "issuedAt" | "notBefore" | "expiresAt">;

/** The part of {@link checkClaims} that may turn out differently for a token that passed it before. */
export function checkTimes(
  { issuedAt, notBefore, expiresAt }: TokenTimes,
  { clockTolerance, maxAge, maxLifetime }: TrustedIssuer,
  now: number,
): Result<void> {
  if (now >= expiresAt + clockTolerance) return refuse({ reason: "token_expired" });
  if (now < Math.max(notBefore, issuedAt) - clockTolerance) return refuse({ reason: "token_not_yet_valid" });
  if (expiresAt - issuedAt > maxLifetime) return refuse({ reason: "lifetime_too_long" });
  if (maxAge !== undefined && now > issuedAt + maxAge + clockTolerance) return refuse({ reason: "token_too_old" });
  return pass(undefined);
}

/** NumericDate at which {@link checkClaims} begins to refuse a token for its age; for `maxAge` the last moment before. */
export function lapsesAt({ expiresAt, issuedAt, issuer }: VerifiedToken): number {
  const { clockTolerance, maxAge = Number.POSITIVE_INFINITY } = issuer;
  return Math.min(expiresAt, issuedAt + maxAge) + clockTolerance;
}

function readTimes(claims: ClaimsSet): Result<TokenTimes> {
  const exp = readTime(claims, "exp");
  if (!exp.ok) return exp;
  const iat = readTime(claims, "iat");
  if (!iat.ok) return iat;
  const nbf = readClaim(claims, ["nbf"]) === undefined ? iat : readTime(claims, "nbf");
  return nbf.ok ? pass({ issuedAt: iat.value, notBefore: nbf.value, expiresAt: exp.value }) : nbf;
}

function readTime(claims: ClaimsSet, name: string): Result<number> {
  const value = readClaim(claims, [name]);
  if (value === undefined) return missing([name]);
  return isNumericDate(value) ? pass(value) : invalid([name]);
}

function checkAudience(claims: ClaimsSet, { audiences }: TrustedIssuer): Result<void> {
  if (audiences === false) return pass(undefined);
  const aud = readClaim(claims, ["aud"]);
  if (aud === undefined) return missing(["aud"]);
  const presented = typeof aud === "string" ? [aud] : aud;
  if (!isStringArray(presented)) return invalid(["aud"]);
  return presented.some((value) => audiences.includes(value))
    ? pass(undefined)
    : refuse({ reason: "audience_mismatch" });
}

/** `client_id` (RFC 9068 §2.2) and `azp` (OpenID Connect Core §2): with an allow-list, each that is present must be on it. */
function checkClient(claims: ClaimsSet, { clients }: TrustedIssuer): Result<string | undefined> {
  let client: string | undefined;
  for (const name of ["azp", "client_id"]) {
    const value = readClaim(claims, [name]);
    if (value === undefined) continue;
    if (!isIdentifier(value) || (clients !== undefined && !clients.includes(value))) {
      return invalid([name]);
    }
    client = value;
  }
  if (clients !== undefined && client === undefined) return missing(["client_id"]);
  return pass(client);
}

function readIdentity(
  claims: ClaimsSet,
  issuer: TrustedIssuer,
): Result<Pick<CheckedClaims, "subject" | "tokenId" | "sessionId" | "tokenVersion">> {
  const subject = readIdentifier(claims, issuer.subjectClaim);
  if (!subject.ok) return subject;
  if (subject.value === undefined) return missing(issuer.subjectClaim);
  const tokenId = issuer.tokenIdClaim === false ? pass(undefined) : readIdentifier(claims, issuer.tokenIdClaim);
  if (!tokenId.ok) return tokenId;
  if (issuer.tokenIdClaim !== false && tokenId.value === undefined) return missing(issuer.tokenIdClaim);
  const sessionId = readIdentifier(claims, issuer.sessionIdClaim);
  if (!sessionId.ok) return sessionId;
  const version = readVersion(claims, issuer.tokenVersionClaim);
  if (!version.ok) return version;
  return pass({
    subject: subject.value,
    tokenId: tokenId.value,
    sessionId: sessionId.value,
    tokenVersion: version.value,
  });
}

function readIdentifier(claims: ClaimsSet, path: ClaimPath): Result<string | undefined> {
  const value = readClaim(claims, path);
  return value === undefined || isIdentifier(value) ? pass(value) : invalid(path);
}

/** An absent version counts as 0, so that a minimum of 1 ends the tokens from before versions were introduced. */
function readVersion(claims: ClaimsSet, path: ClaimPath | undefined): Result<number> {
  if (path === undefined) return pass(0);
  const value = readClaim(claims, path);
  if (value === undefined) return pass(0);
  return isVersion(value) ? pass(value) : invalid(path);
}

/**
 * A space-separated list (RFC 8693 §4.2), or an array of strings as several providers send it. A blank inside a member is
 * refused: written as one list for the origin, it would read as two scopes.
 */
function readScopes(claims: ClaimsSet, path: ClaimPath): Result<readonly string[]> {
  const value = readClaim(claims, path);
  if (value === undefined) return pass([]);
  if (typeof value === "string" && value.isWellFormed()) {
    const scopes = value.split(" ").filter((scope) => scope !== "");
    // Lists that were filtered have room for more, their copies do not, and thousands are kept.
    return pass(scopes.slice());
  }
  return isStringArray(value) && value.every((scope) => /^[^ ]+$/.test(scope) && scope.isWellFormed())
    ? pass(value)
    : invalid(path);
}

/** Text that can name somebody: 1 to 512 bytes, no control characters, no half of a surrogate pair. */
function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && isIdentifierSized(value) && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === "string");
}

function missing(path: ClaimPath): Refused {
  return refuse({ reason: "claim_missing", claim: path.join(".") });
}

function invalid(path: ClaimPath): Refused {
  return refuse({ reason: "claim_invalid", claim: path.join(".") });
}

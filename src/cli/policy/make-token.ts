import type { ClaimPath } from "../../model/claims.ts";
import { SIGNATURE_ALGORITHMS, type TrustedIssuer } from "../../model/trusted-issuer.ts";
import { toBase64url } from "../../platform/base64url.ts";
import type { PolicyToken } from "./policy-schema.ts";
import { resolveTime } from "./policy-time.ts";
import { TEST_KEY_ID, type ThrowAwayKeys } from "./throw-away-keys.ts";

/** Subject and token id of tokens that do not say. */
const SUBJECT = "test-subject";
const TOKEN_ID = "test-token";

/** Seconds that tokens live which do not say. */
const LIFETIME = 300;

/**
 * Makes a case's token: what it does not say is such that its issuer's rules accept it, and its signature is real.
 *
 * @param issuer undefined for one that the guard does not trust
 * @param now NumericDate in seconds
 */
export async function makeToken(
  token: PolicyToken,
  issuer: TrustedIssuer | undefined,
  keys: ThrowAwayKeys,
  now: number,
): Promise<string> {
  if (token.text !== undefined) return token.text;
  const claims = makeClaims(token, issuer, now);
  const accepted = issuer?.algorithms ?? ["ES256"];
  const asked = token.header["alg"];
  // For an algorithm that is not the issuer's there is no key; whatever signs it, it has to be refused before.
  const algorithm =
    SIGNATURE_ALGORITHMS.find((known) => known === asked && accepted.includes(known)) ?? accepted[0] ?? "ES256";
  const header = { alg: algorithm, ...defaultHeader(issuer), ...token.header };
  const owner = issuer?.issuer ?? token.issuer ?? "nobody";
  const { sign } = await keys.keyOf(token.signature === "forged" ? `not ${owner}` : owner, algorithm);
  const signingInput = `${encode(header)}.${encode(claims)}`;
  return `${signingInput}.${await sign(signingInput)}`;
}

function makeClaims(token: PolicyToken, issuer: TrustedIssuer | undefined, now: number): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    iss: issuer?.issuer ?? token.issuer,
    ...(issuer?.audiences && { aud: issuer.audiences[0] }),
    iat: now,
    exp: now + Math.min(LIFETIME, issuer?.maxLifetime ?? LIFETIME),
  };
  set(claims, issuer?.subjectClaim ?? ["sub"], SUBJECT);
  if (issuer?.tokenIdClaim !== false) set(claims, issuer?.tokenIdClaim ?? ["jti"], TOKEN_ID);
  for (const [name, value] of Object.entries(token.claims)) {
    const time = ["exp", "iat", "nbf"].includes(name) ? resolveTime(value, now) : undefined;
    claims[name] = time ?? value;
  }
  for (const name of token.without) delete claims[name];
  return claims;
}

function defaultHeader(issuer: TrustedIssuer | undefined): Record<string, unknown> {
  const types = issuer?.acceptedTypes ?? ["at+jwt"];
  const typ = ["at+jwt", "jwt", "absent"].find((type) => types.includes(type)) ?? types[0];
  return {
    ...(issuer?.keys.kind !== "secret" && { kid: TEST_KEY_ID }),
    ...(typ !== "absent" && { typ }),
  };
}

function set(claims: Record<string, unknown>, path: ClaimPath, value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    claims[name] = value;
    return;
  }
  const inner: Record<string, unknown> = {};
  claims[name] = inner;
  set(inner, rest, value);
}

function encode(content: object): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(content)));
}

import { JwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import * as oauth from "oauth4webapi";
import type { Refusal } from "../../../src/model/refusal.ts";
import type { TestIssuer } from "../../support/test-issuer.ts";
import { bearer, Guard } from "../authorize/guard.ts";
import { readLeniently } from "./lenient-token.ts";

/** What a verifier says of a token: the claims that it vouches for, or why it refuses. */
export type Said = { readonly claims: unknown } | { readonly refused: string };

export interface Verifiers {
  readonly jotgate: (token: string) => Promise<Said>;
  readonly oauth4webapi: (token: string) => Promise<Said>;
  readonly "aws-jwt-verify": (token: string) => Promise<Said>;
}

export const LIBRARIES = ["oauth4webapi", "aws-jwt-verify"] as const;

export type Library = (typeof LIBRARIES)[number];

/** Clock tolerance of all three, in seconds. */
export const TOLERANCE = 60;

/** Longest life of a token, in seconds; Jotgate's alone, at its highest. */
export const MAX_LIFETIME = 31_536_000;

const AUDIENCE = "https://api.example";

/**
 * The three in equal configuration: one issuer with one key, one audience, 60 s of clock tolerance, access tokens of RFC 9068. The
 * libraries ask the clock of the platform, which has to be set to `now`.
 */
export async function createVerifiers(issuer: TestIssuer, now: number): Promise<Verifiers> {
  const guard = await Guard.create(issuer, {
    issuer: {
      acceptedTypes: ["at+jwt"],
      requiredClaims: ["client_id"],
      clockTolerance: TOLERANCE,
      maxLifetime: MAX_LIFETIME,
    },
  });
  const jwks = { keys: [issuer.publicJwk] };
  const server = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` };
  const options = {
    signingAlgorithms: [issuer.algorithm],
    [oauth.clockTolerance]: TOLERANCE,
    [oauth.jwksCache]: { jwks, uat: now },
    [oauth.customFetch]: () => Promise.reject(new Error("there is no network")),
  } as oauth.ValidateJWTAccessTokenOptions;
  const document = new TextEncoder().encode(JSON.stringify(jwks)).buffer as ArrayBuffer;
  const aws = JwtVerifier.create(
    { issuer: issuer.issuer, audience: AUDIENCE, graceSeconds: TOLERANCE },
    { jwksCache: new SimpleJwksCache({ fetcher: { fetch: async () => document }, penaltyBox: NO_PENALTIES }) },
  );
  return {
    jotgate: async (token) => {
      // Libraries vouch for all claims, Jotgate for those that somebody asks for: here, for every one.
      for (const { claimsInUse } of guard.rules.issuers.values()) {
        const names = claimsInUse as Set<string>;
        names.clear();
        for (const name of Object.keys(readLeniently(token).claims)) names.add(name);
      }
      const decision = await guard.decideToken(token, now);
      if (decision.outcome !== "allow") return { refused: reasonOf(decision.refusal) };
      return decision.as === "bearer" ? { claims: decision.token.claims } : { refused: "anonymous" };
    },
    oauth4webapi: (token) => said(() => oauth.validateJwtAccessToken(server, requestWith(token), AUDIENCE, options)),
    "aws-jwt-verify": (token) => said(() => aws.verify(token)),
  };
}

const NO_PENALTIES = {
  wait: async () => {},
  registerFailedAttempt: () => {},
  registerSuccessfulAttempt: () => {},
  release: () => {},
};

function reasonOf(refusal: Refusal): string {
  return "claim" in refusal ? `${refusal.reason}: ${refusal.claim}` : refusal.reason;
}

function requestWith(token: string): Request {
  return new Request("https://guard.example/", { headers: bearer(token) });
}

async function said(verify: () => Promise<unknown>): Promise<Said> {
  try {
    return { claims: await verify() };
  } catch (error) {
    return { refused: error instanceof Error ? `${error.name}: ${error.message}` : "refused" };
  }
}

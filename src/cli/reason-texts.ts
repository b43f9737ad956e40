import type { Reason } from "../model/refusal.ts";

/** What a reason means to the person who looks into it, and what usually helps. */
export interface ReasonText {
  readonly meaning: string;
  readonly remedy: string;
}

/** Every reason's explanation: one that is missing here does not compile. */
export const REASON_TEXTS: Readonly<Record<Reason, ReasonText>> = {
  path_ambiguous: {
    meaning:
      "Guard and origin might read the path differently: encoded slashes, backslashes or control characters, double encoding, empty segments, `;` parameters, or a spelling that misses an earlier, guarded route only by case, by a trailing slash, dot or blank, or by a suffix behind a dot or colon.",
    remedy:
      "Send the path in its plain spelling, exactly as the route writes it, or write the suffixed path out as a route of its own.",
  },
  no_matching_route: {
    meaning: "No route matches path and method. What no route names is refused.",
    remedy: "Add a route, or look for a typo in path or method.",
  },
  https_required: {
    meaning: "The request came over plain http.",
    remedy: "Use https, or set `requireHttps` for this route.",
  },
  token_missing: {
    meaning: "The route needs a token and none was found in its sources, or `Authorization` has another scheme.",
    remedy: "Send `Authorization: Bearer …`.",
  },
  credentials_malformed: {
    meaning: "`Authorization: Bearer` is not followed by one blank and a token.",
    remedy: "Send the token as RFC 6750 §2.1 says, without quotes or tabs.",
  },
  credentials_repeated: {
    meaning: "More than one token was sent, in one place or in several.",
    remedy: "Send the token once. Look for proxies that add a second header or cookie.",
  },
  cross_site_request: {
    meaning: "A token from a cookie came with an unsafe method or an upgrade that another site may have caused.",
    remedy: "Send the request from the same origin; browsers then add `Origin` or `Sec-Fetch-Site: same-origin`.",
  },
  token_too_large: {
    meaning: "The token is longer than 16,384 characters.",
    remedy: "Put fewer claims into it; group lists are the usual cause.",
  },
  token_malformed: {
    meaning:
      "The token is not a JWS in compact form: three base64url segments in their only spelling, header and payload JSON objects, no `crit`.",
    remedy: "Look for encrypted (five segments) or opaque tokens, and for text cut or added on the way.",
  },
  token_type_not_accepted: {
    meaning: "`typ` in the header is not one that this issuer's tokens may have.",
    remedy: "Send an access token, not an ID or logout token, or set `acceptedTypes`.",
  },
  token_source_not_accepted: {
    meaning: "The token came in a header or cookie that its issuer's tokens may not come in.",
    remedy: "Send it where the issuer's `tokenSources` allow it.",
  },
  algorithm_not_allowed: {
    meaning: "`alg` in the header is not on the issuer's list.",
    remedy: "Compare `algorithms` with what the issuer signs with.",
  },
  issuer_not_trusted: {
    meaning: "`iss` is none of the configured issuers, character by character.",
    remedy: "Compare `iss` with `issuer`, trailing slash included.",
  },
  keys_unavailable: {
    meaning: "The issuer's keys could not be fetched, so nothing can be said about the token.",
    remedy: "Check that the key set can be reached from the Worker and is a JWK Set of at most 64 KiB.",
  },
  key_not_found: {
    meaning: "The issuer's current keys do not include the one that the token names.",
    remedy: "The key was withdrawn, belongs to another environment, or is newer than 30 seconds.",
  },
  signature_invalid: {
    meaning: "The signature does not hold under the key that the token names.",
    remedy: "The token was changed, cut, or signed by somebody else.",
  },
  claim_missing: {
    meaning: "A claim that has to be there is not. The record names it.",
    remedy: "Have the issuer add it, or change `requiredClaims`, `subjectClaim` or `tokenIdClaim`.",
  },
  claim_invalid: {
    meaning:
      "A claim has the wrong type or a value that is not accepted. The record names it; `cnf` means a token bound to a key, which a bearer cannot use.",
    remedy: "Compare the claim with the issuer's settings (`clients`, …).",
  },
  audience_mismatch: {
    meaning: "`aud` has none of the configured audiences: the token was made for another API.",
    remedy: "Ask the issuer for a token for this API, or compare `audiences`.",
  },
  token_expired: { meaning: "`exp` plus the clock tolerance has passed.", remedy: "Get a new token." },
  token_not_yet_valid: {
    meaning: "`nbf` or `iat` lies in the future by more than the clock tolerance.",
    remedy: "Compare the issuer's clock; raise `clockTolerance` if it drifts.",
  },
  token_too_old: {
    meaning: "More than `maxAge` seconds have passed since `iat`.",
    remedy: "Get a new token, or raise `maxAge`.",
  },
  lifetime_too_long: {
    meaning: "`exp - iat` exceeds `maxLifetime`. Cut-offs live only that long, so longer tokens would outlive them.",
    remedy: "Shorten the issuer's tokens, or raise `maxLifetime`.",
  },
  token_revoked: {
    meaning: "A record revokes this token, or its session.",
    remedy: "Sign in again.",
  },
  token_version_outdated: {
    meaning: "The token's version is below the minimum set for its subject.",
    remedy: "Get a new token, which carries the new version.",
  },
  issued_before_cutoff: {
    meaning: "The token was issued before, or in the very second of, a cut-off for its session, subject or issuer.",
    remedy: "Sign in again.",
  },
  revocation_unavailable: {
    meaning: "The revocation records could not be read in time.",
    remedy: "It passes when KV is back. `onUnknownRevocation` says what happens meanwhile.",
  },
  revocation_record_invalid: {
    meaning: "A record that concerns this token exists and cannot be understood. It is not passed over.",
    remedy: "Compare what was written with docs/revocation-records.md and write it again.",
  },
  insufficient_scope: {
    meaning: "The token lacks a scope that the route needs.",
    remedy: "Ask for the scopes that the challenge names.",
  },
  claim_rule_failed: {
    meaning: "A claim rule of the route does not hold for this token.",
    remedy: "Compare the route's `claims` with the token.",
  },
  identity_not_forwardable: {
    meaning: "A value for an identity header is longer than 4,096 characters or not Unicode text. It is never cut.",
    remedy: "Pass on smaller claims.",
  },
  request_incomplete: {
    meaning: "The request's body broke off on its way in, or its chunks are not what RFC 9112 §7.1 says.",
    remedy: "Look at the client, its connection and the proxies before the guard. The origin is not the cause.",
  },
  origin_unreachable: { meaning: "The origin could not be reached.", remedy: "Check `origin` and the origin itself." },
  origin_timeout: {
    meaning: "The origin sent no response headers within `originTimeout`.",
    remedy: "Look at the origin, or raise `originTimeout`.",
  },
  configuration_invalid: {
    meaning: "The configuration is wrong, so everything is refused. One log record lists every problem.",
    remedy: "Read the record `configuration_invalid` in the log and deploy again.",
  },
  internal_error: {
    meaning: "A defect of Jotgate's. The client gets an empty 500.",
    remedy: "Report it with the record `internal_error` from the log.",
  },
};

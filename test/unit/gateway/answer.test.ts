import { expect, it } from "vitest";
import { type Answer, answerTo } from "../../../src/gateway/answer.ts";
import type { GatewayFailure, Refusal } from "../../../src/model/refusal.ts";

type AnyRefusal = Refusal | GatewayFailure;

const INVALID_TOKEN: Answer = { status: 401, code: "invalid_token", challenge: { error: "invalid_token" } };
const INVALID_REQUEST: Answer = { status: 400, code: "invalid_request", challenge: { error: "invalid_request" } };
const UNAVAILABLE: Answer = { status: 503, code: "unavailable", retryAfter: 5 };
const FORBIDDEN: Answer = { status: 403, code: "forbidden" };

/** One entry per reason; a reason that is missing here does not compile. */
const ANSWERS: { readonly [reason in AnyRefusal["reason"]]: readonly [AnyRefusal, Answer] } = {
  path_ambiguous: [{ reason: "path_ambiguous" }, { status: 400, code: "invalid_request" }],
  no_matching_route: [{ reason: "no_matching_route" }, { status: 404, code: "not_found" }],
  https_required: [
    { reason: "https_required", redirect: false },
    { status: 403, code: "https_required" },
  ],
  token_missing: [{ reason: "token_missing" }, { status: 401, code: "unauthorized", challenge: {} }],
  credentials_malformed: [{ reason: "credentials_malformed" }, INVALID_REQUEST],
  credentials_repeated: [{ reason: "credentials_repeated" }, INVALID_REQUEST],
  cross_site_request: [{ reason: "cross_site_request" }, FORBIDDEN],
  token_too_large: [{ reason: "token_too_large" }, INVALID_TOKEN],
  token_malformed: [{ reason: "token_malformed" }, INVALID_TOKEN],
  token_type_not_accepted: [{ reason: "token_type_not_accepted" }, INVALID_TOKEN],
  token_source_not_accepted: [{ reason: "token_source_not_accepted" }, INVALID_TOKEN],
  algorithm_not_allowed: [{ reason: "algorithm_not_allowed" }, INVALID_TOKEN],
  issuer_not_trusted: [{ reason: "issuer_not_trusted" }, INVALID_TOKEN],
  keys_unavailable: [{ reason: "keys_unavailable" }, UNAVAILABLE],
  key_not_found: [{ reason: "key_not_found" }, INVALID_TOKEN],
  signature_invalid: [{ reason: "signature_invalid" }, INVALID_TOKEN],
  claim_missing: [{ reason: "claim_missing", claim: "exp" }, INVALID_TOKEN],
  claim_invalid: [{ reason: "claim_invalid", claim: "exp" }, INVALID_TOKEN],
  audience_mismatch: [{ reason: "audience_mismatch" }, INVALID_TOKEN],
  token_expired: [{ reason: "token_expired" }, INVALID_TOKEN],
  token_not_yet_valid: [{ reason: "token_not_yet_valid" }, INVALID_TOKEN],
  token_too_old: [{ reason: "token_too_old" }, INVALID_TOKEN],
  lifetime_too_long: [{ reason: "lifetime_too_long" }, INVALID_TOKEN],
  token_revoked: [{ reason: "token_revoked", by: "token" }, INVALID_TOKEN],
  token_version_outdated: [{ reason: "token_version_outdated" }, INVALID_TOKEN],
  issued_before_cutoff: [{ reason: "issued_before_cutoff", by: "subject" }, INVALID_TOKEN],
  revocation_unavailable: [{ reason: "revocation_unavailable" }, UNAVAILABLE],
  revocation_record_invalid: [{ reason: "revocation_record_invalid", by: "subject" }, UNAVAILABLE],
  insufficient_scope: [
    { reason: "insufficient_scope", required: ["a:read", "a:write"] },
    { status: 403, code: "insufficient_scope", challenge: { error: "insufficient_scope", scope: "a:read a:write" } },
  ],
  claim_rule_failed: [{ reason: "claim_rule_failed" }, { ...FORBIDDEN, challenge: {} }],
  identity_not_forwardable: [{ reason: "identity_not_forwardable" }, FORBIDDEN],
  request_incomplete: [{ reason: "request_incomplete" }, { status: 400, code: "invalid_request" }],
  origin_unreachable: [{ reason: "origin_unreachable" }, { status: 502, code: "bad_gateway" }],
  origin_timeout: [{ reason: "origin_timeout" }, { status: 504, code: "gateway_timeout" }],
  configuration_invalid: [{ reason: "configuration_invalid" }, UNAVAILABLE],
  internal_error: [{ reason: "internal_error" }, { status: 500, code: "internal_error" }],
};

it.each(Object.entries(ANSWERS))("%s has its answer", (_, [refusal, answer]) => {
  expect(answerTo(refusal)).toEqual(answer);
});

it("https_required redirects where the rule says so", () => {
  expect(answerTo({ reason: "https_required", redirect: true })).toEqual({
    status: 308,
    code: "https_required",
    toHttps: true,
  });
});

it("only answers of 401, 400 for credentials and 403 for scopes and claims challenge, and outages never do", () => {
  const challenging = Object.values(ANSWERS)
    .map(([refusal]) => answerTo(refusal))
    .filter(({ challenge }) => challenge);
  expect(new Set(challenging.map(({ status, code }) => `${status} ${code}`))).toEqual(
    new Set([
      "401 unauthorized",
      "401 invalid_token",
      "400 invalid_request",
      "403 insufficient_scope",
      "403 forbidden",
    ]),
  );
});

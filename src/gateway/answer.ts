import type { GatewayFailure, Refusal } from "../model/refusal.ts";

/** How a refusal looks to the client. */
export interface Answer {
  readonly status: number;
  /** RFC 6750 error code where there is one, otherwise the plain name of the status. Never the reason itself. */
  readonly code: string;
  /** Parameters of the `WWW-Authenticate: Bearer` challenge besides `realm`; undefined for no challenge. */
  readonly challenge?: { readonly error?: string; readonly scope?: string };
  /** Seconds until another try makes sense. */
  readonly retryAfter?: number;
  /** Redirect to the same resource over https. */
  readonly toHttps?: true;
}

/** Seconds after which keys, records or the configuration may be back. */
const RETRY_AFTER = 5;

/** The one map from reasons to the wire (RFC 6750 §3, RFC 9110 §15). A reason that is not here does not compile. */
export function answerTo(refusal: Refusal | GatewayFailure): Answer {
  switch (refusal.reason) {
    case "path_ambiguous":
    case "request_incomplete":
      return { status: 400, code: "invalid_request" };
    case "no_matching_route":
      return { status: 404, code: "not_found" };
    case "https_required":
      return refusal.redirect
        ? { status: 308, code: "https_required", toHttps: true }
        : { status: 403, code: "https_required" };

    case "token_missing":
      return { status: 401, code: "unauthorized", challenge: {} };
    case "credentials_malformed":
    case "credentials_repeated":
      return { status: 400, code: "invalid_request", challenge: { error: "invalid_request" } };

    case "token_too_large":
    case "token_malformed":
    case "token_type_not_accepted":
    case "token_source_not_accepted":
    case "algorithm_not_allowed":
    case "issuer_not_trusted":
    case "key_not_found":
    case "signature_invalid":
    case "claim_missing":
    case "claim_invalid":
    case "audience_mismatch":
    case "token_expired":
    case "token_not_yet_valid":
    case "token_too_old":
    case "lifetime_too_long":
    case "token_revoked":
    case "token_version_outdated":
    case "issued_before_cutoff":
      return { status: 401, code: "invalid_token", challenge: { error: "invalid_token" } };

    case "insufficient_scope":
      return {
        status: 403,
        code: "insufficient_scope",
        challenge: { error: "insufficient_scope", scope: refusal.required.join(" ") },
      };
    // RFC 6750 §3 demands a challenge, and has no error code for a token that lacks anything but a scope.
    case "claim_rule_failed":
      return { status: 403, code: "forbidden", challenge: {} };
    case "cross_site_request":
    case "identity_not_forwardable":
      return { status: 403, code: "forbidden" };

    case "keys_unavailable":
    case "revocation_unavailable":
    case "revocation_record_invalid":
    case "configuration_invalid":
      return { status: 503, code: "unavailable", retryAfter: RETRY_AFTER };
    case "origin_unreachable":
      return { status: 502, code: "bad_gateway" };
    case "origin_timeout":
      return { status: 504, code: "gateway_timeout" };
    case "internal_error":
      return { status: 500, code: "internal_error" };
  }
}

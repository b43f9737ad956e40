import type { RecordKind } from "./revocation.ts";

/**
 * Why a request was refused: one stable code each, the same in logs, tests, docs and reports. `claim` holds the *name* of
 * a claim, never a value.
 */
export type Refusal =
  // The request, before any token
  | { readonly reason: "path_ambiguous" }
  | { readonly reason: "no_matching_route" }
  | { readonly reason: "https_required"; readonly redirect: boolean }
  // What was presented (RFC 6750 §2, §3.1)
  | { readonly reason: "token_missing" }
  | { readonly reason: "credentials_malformed" }
  | { readonly reason: "credentials_repeated" }
  | { readonly reason: "cross_site_request" }
  // Its form and header (RFC 7515, RFC 8725)
  | { readonly reason: "token_too_large" }
  | { readonly reason: "token_malformed" }
  | { readonly reason: "token_type_not_accepted" }
  | { readonly reason: "token_source_not_accepted" }
  | { readonly reason: "algorithm_not_allowed" }
  | { readonly reason: "issuer_not_trusted" }
  // Its key and signature
  | { readonly reason: "keys_unavailable" }
  | { readonly reason: "key_not_found" }
  | { readonly reason: "signature_invalid" }
  // Its claims (RFC 7519 §4.1, RFC 9068 §4)
  | { readonly reason: "claim_missing"; readonly claim: string }
  | { readonly reason: "claim_invalid"; readonly claim: string }
  | { readonly reason: "audience_mismatch" }
  | { readonly reason: "token_expired" }
  | { readonly reason: "token_not_yet_valid" }
  | { readonly reason: "token_too_old" }
  | { readonly reason: "lifetime_too_long" }
  // Revocation state
  | { readonly reason: "token_revoked"; readonly by: "token" | "session" }
  | { readonly reason: "token_version_outdated" }
  | { readonly reason: "issued_before_cutoff"; readonly by: "session" | "subject" | "issuer" }
  | { readonly reason: "revocation_unavailable" }
  | { readonly reason: "revocation_record_invalid"; readonly by: RecordKind }
  // Permission
  | { readonly reason: "insufficient_scope"; readonly required: readonly string[] }
  | { readonly reason: "claim_rule_failed" }
  | { readonly reason: "identity_not_forwardable" };

/** What stops a request outside of `authorize()`: its own body, the origin, the configuration, or a defect of ours. */
export type GatewayFailure =
  | { readonly reason: "request_incomplete" }
  | { readonly reason: "origin_unreachable" }
  | { readonly reason: "origin_timeout" }
  | { readonly reason: "configuration_invalid" }
  | { readonly reason: "internal_error" };

/** Every code that a decision record can carry besides none. */
export type Reason = (Refusal | GatewayFailure)["reason"];

/** True for refusals that mean "we could not find out": the client keeps its token and tries again. */
export function isIndeterminate({ reason }: Refusal): boolean {
  return reason === "keys_unavailable" || reason === "revocation_unavailable" || reason === "revocation_record_invalid";
}

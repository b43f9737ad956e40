import type { Refusal } from "../model/refusal.ts";

/** The steps of authorize(), in its order, as people are told of them. */
export const STEPS = [
  "route",
  "transport",
  "token",
  "form",
  "issuer",
  "header",
  "key",
  "signature",
  "claims",
  "revocation",
  "permission",
  "identity",
] as const;

export type StepName = (typeof STEPS)[number];

/** One thing that a step looked at. */
export interface Fact {
  readonly what: string;
  /** What the request or the token has. */
  readonly found: string;
  /** What was asked of it. */
  readonly wanted?: string;
}

export interface Step {
  readonly step: StepName;
  /** `unchecked`: it was not looked at here, and could still refuse at the guard. */
  readonly verdict: "passed" | "refused" | "unchecked";
  /** False before the signature held: whatever is shown was written by anybody. */
  readonly verified: boolean;
  readonly facts: readonly Fact[];
}

/**
 * The step that a refusal comes from.
 *
 * @param signatureHeld whether it had held by then: claims can be missing before (`iss`) and after
 */
export function stepOf(refusal: Refusal, signatureHeld: boolean): StepName {
  switch (refusal.reason) {
    case "path_ambiguous":
    case "no_matching_route":
      return "route";
    case "https_required":
      return "transport";
    case "token_missing":
    case "credentials_malformed":
    case "credentials_repeated":
    case "cross_site_request":
      return "token";
    case "token_too_large":
    case "token_malformed":
      return "form";
    case "issuer_not_trusted":
      return "issuer";
    case "token_type_not_accepted":
    case "algorithm_not_allowed":
    case "token_source_not_accepted":
      return "header";
    case "keys_unavailable":
    case "key_not_found":
      return "key";
    case "signature_invalid":
      return "signature";
    case "claim_missing":
    case "claim_invalid":
      return signatureHeld ? "claims" : "issuer";
    case "audience_mismatch":
    case "token_expired":
    case "token_not_yet_valid":
    case "token_too_old":
    case "lifetime_too_long":
      return "claims";
    case "token_revoked":
    case "token_version_outdated":
    case "issued_before_cutoff":
    case "revocation_unavailable":
    case "revocation_record_invalid":
      return "revocation";
    case "insufficient_scope":
    case "claim_rule_failed":
      return "permission";
    case "identity_not_forwardable":
      return "identity";
  }
}

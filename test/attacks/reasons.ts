import type { Refusal } from "../../src/model/refusal.ts";

/** Every reason, and what a file has to add to it behind a colon. A reason that is missing here does not compile. */
const REASONS: Readonly<Record<Refusal["reason"], RegExp>> = {
  path_ambiguous: /^$/,
  no_matching_route: /^$/,
  https_required: /^$/,
  token_missing: /^$/,
  credentials_malformed: /^$/,
  credentials_repeated: /^$/,
  cross_site_request: /^$/,
  token_too_large: /^$/,
  token_malformed: /^$/,
  token_type_not_accepted: /^$/,
  token_source_not_accepted: /^$/,
  algorithm_not_allowed: /^$/,
  issuer_not_trusted: /^$/,
  keys_unavailable: /^$/,
  key_not_found: /^$/,
  signature_invalid: /^$/,
  claim_missing: /^:\w+$/,
  claim_invalid: /^:\w+$/,
  audience_mismatch: /^$/,
  token_expired: /^$/,
  token_not_yet_valid: /^$/,
  token_too_old: /^$/,
  lifetime_too_long: /^$/,
  token_revoked: /^:(token|session)$/,
  token_version_outdated: /^$/,
  issued_before_cutoff: /^:(session|subject|issuer)$/,
  revocation_unavailable: /^$/,
  revocation_record_invalid: /^:(token|session|subject|issuer)$/,
  insufficient_scope: /^$/,
  claim_rule_failed: /^$/,
  identity_not_forwardable: /^$/,
};

/** True for a reason as the files write it, such as `claim_missing:exp`. */
export function isReason(text: string): boolean {
  const [, name = "", about = ""] = /^([a-z_]+)(.*)$/.exec(text) ?? [];
  return Object.hasOwn(REASONS, name) && REASONS[name as Refusal["reason"]].test(about);
}

/** A refusal, or the record of one, in the files' spelling. */
export function writeReason(refusal: {
  readonly reason: string | null;
  readonly claim?: string;
  readonly by?: string;
}): string {
  const about = refusal.claim ?? refusal.by;
  return about === undefined ? String(refusal.reason) : `${refusal.reason}:${about}`;
}

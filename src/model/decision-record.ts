import type { Decision } from "./decision.ts";
import type { GatewayFailure, Reason } from "./refusal.ts";
import type { RevocationEvidence } from "./revocation.ts";

/**
 * What is recorded of each request. It names what decided, never who asked for what: no token, no claim value, no path
 * (only the pattern that matched) and no header of the client's.
 */
export interface DecisionRecord {
  readonly event: "decision";
  readonly outcome: Decision["outcome"] | "error";
  /** Null for requests that were let through. */
  readonly reason: Reason | null;
  /** Name of the claim that a `claim_missing` or `claim_invalid` is about. */
  readonly claim?: string | undefined;
  /** The kind of record that a revocation came from. */
  readonly by?: string | undefined;
  /** Status that the client got. */
  readonly status: number;
  readonly method: string;
  /** Pattern of the route; null when none matched. */
  readonly route: string | null;
  /** Who was let through, wherever the request ended: `bearer`, or why no token was needed. */
  readonly caller?: "bearer" | "public" | "optional" | "preflight";
  /** The trusted issuer that the token names, and the key of it that the token was checked with. */
  readonly issuer?: string | undefined;
  readonly keyId?: string | undefined;
  /** Revocation evidence of an allowed bearer. `asOf` is a NumericDate. */
  readonly revocation?: { readonly source: string; readonly asOf: number } | { readonly unchecked: string } | undefined;
  readonly durationMs: number;
  readonly requestId: string;
  /** Cloudflare's ray id; null elsewhere. */
  readonly rayId: string | null;
}

/** What the gateway knows beyond the decision. */
export type Circumstances = Pick<DecisionRecord, "status" | "method" | "durationMs" | "requestId" | "rayId">;

/** Describes a decided request; `failure` is what went wrong after it was allowed. */
export function describeDecision(
  decision: Decision,
  failure: GatewayFailure | undefined,
  circumstances: Circumstances,
): DecisionRecord {
  const { status, method, durationMs, requestId, rayId } = circumstances;
  const route = decision.route?.path.text ?? null;
  if (decision.outcome !== "allow") {
    const { refusal, outcome, about } = decision;
    return {
      event: "decision",
      outcome,
      reason: refusal.reason,
      claim: "claim" in refusal ? refusal.claim : undefined,
      by: "by" in refusal ? refusal.by : undefined,
      route,
      issuer: about?.issuer,
      keyId: about?.keyId,
      status,
      method,
      durationMs,
      requestId,
      rayId,
    };
  }
  const bearer = decision.as === "bearer" ? decision : undefined;
  return {
    event: "decision",
    outcome: outcomeOf(failure),
    reason: failure?.reason ?? null,
    route,
    caller: decision.as === "bearer" ? "bearer" : decision.because,
    issuer: bearer?.token.issuer.issuer,
    keyId: bearer?.token.keyId,
    revocation: bearer && describeEvidence(bearer.revocation),
    status,
    method,
    durationMs,
    requestId,
    rayId,
  };
}

/** A body that breaks off is the client's doing: no client may write errors of the origin or of ours. */
function outcomeOf(failure: GatewayFailure | undefined): DecisionRecord["outcome"] {
  if (failure === undefined) return "allow";
  return failure.reason === "request_incomplete" ? "deny" : "error";
}

function describeEvidence(evidence: RevocationEvidence): DecisionRecord["revocation"] {
  return evidence.checked ? { source: evidence.source, asOf: evidence.asOf } : { unchecked: evidence.because };
}

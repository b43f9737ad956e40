import type { Decision } from "./decision.ts";
import type { GatewayFailure, Reason } from "./refusal.ts";
import type { TokenOrigin } from "./result.ts";
import { originOf } from "./token.ts";

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
  readonly claim?: string;
  /** The kind of record that a revocation came from. */
  readonly by?: string;
  /** Status that the client got. */
  readonly status: number;
  readonly method: string;
  /** Pattern of the route; null when none matched. */
  readonly route: string | null;
  /** Who passed: `bearer`, or why no token was needed. */
  readonly caller?: "bearer" | "public" | "optional" | "preflight";
  /** The trusted issuer that the token names, and the key of it that the token was checked with. */
  readonly issuer?: string;
  readonly keyId?: string;
  /** Revocation evidence of an allowed bearer. `asOf` is a NumericDate. */
  readonly revocation?: { readonly source: string; readonly asOf: number } | { readonly unchecked: string };
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
  const route = decision.route?.path.text ?? null;
  if (decision.outcome !== "allow") {
    const { refusal, outcome } = decision;
    return {
      event: "decision",
      outcome,
      reason: refusal.reason,
      ...("claim" in refusal && { claim: refusal.claim }),
      ...("by" in refusal && { by: refusal.by }),
      route,
      ...describeOrigin(decision.about),
      ...circumstances,
    };
  }
  return {
    event: "decision",
    outcome: failure === undefined ? "allow" : "error",
    reason: failure?.reason ?? null,
    route,
    caller: decision.as === "bearer" ? "bearer" : decision.because,
    ...(decision.as === "bearer" && {
      ...describeOrigin(originOf(decision.token)),
      revocation: decision.revocation.checked
        ? { source: decision.revocation.source, asOf: decision.revocation.asOf }
        : { unchecked: decision.revocation.because },
    }),
    ...circumstances,
  };
}

export function describeOrigin(origin: TokenOrigin | undefined) {
  return origin && { issuer: origin.issuer, ...(origin.keyId !== undefined && { keyId: origin.keyId }) };
}

import type { AllowBearer } from "./decision.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { type GatewayFailure, isIndeterminate, type Refusal } from "./refusal.ts";
import { originOf } from "./token.ts";

/**
 * What is recorded of a connection that the guard closed. Like the record of the decision by which it was opened, whose request
 * id it carries, it says what decided and never who was connected.
 */
export interface ConnectionRecord
  extends Pick<DecisionRecord, "route" | "issuer" | "keyId" | "by" | "claim" | "durationMs" | "requestId" | "rayId"> {
  readonly event: "connection_closed";
  readonly connection: "websocket" | "event_stream";
  readonly outcome: "deny" | "indeterminate" | "error";
  readonly reason: (Refusal | GatewayFailure)["reason"];
}

/** Describes a connection that was closed; `durationMs` is how long it lasted, its request included. */
export function describeConnection(
  { route, token }: AllowBearer,
  because: Refusal | GatewayFailure,
  circumstances: Pick<ConnectionRecord, "connection" | "durationMs" | "requestId" | "rayId">,
): ConnectionRecord {
  return {
    event: "connection_closed",
    outcome: outcomeOf(because),
    reason: because.reason,
    ...("claim" in because && { claim: because.claim }),
    ...("by" in because && { by: because.by }),
    route: route.path.text,
    ...originOf(token),
    ...circumstances,
  };
}

function outcomeOf(because: Refusal | GatewayFailure): ConnectionRecord["outcome"] {
  if (because.reason === "internal_error") return "error";
  return isIndeterminate(because as Refusal) ? "indeterminate" : "deny";
}

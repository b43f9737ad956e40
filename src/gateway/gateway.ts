import { authorize } from "../authorize/authorize.ts";
import type { TokenMemory } from "../authorize/token-memory.ts";
import type { AccessRules } from "../model/access-rules.ts";
import { type ConnectionRecord, describeConnection } from "../model/connection-record.ts";
import type { AllowBearer, Decision } from "../model/decision.ts";
import { type DecisionRecord, describeDecision } from "../model/decision-record.ts";
import type { KeySource } from "../model/key-source.ts";
import type { GatewayFailure } from "../model/refusal.ts";
import type { RevocationReader } from "../model/revocation.ts";
import { originOf } from "../model/token.ts";
import { systemClock } from "../platform/clock.ts";
import type { Forwarder } from "./forwarder.ts";
import { guardConnection } from "./guard-connection.ts";
import type { RequestFacts } from "./request-facts.ts";
import { respond } from "./respond.ts";

/** All that the request path works with. */
export interface GatewayParts {
  readonly rules: AccessRules;
  readonly realm: string;
  /** Keys, with background work tied to the request. */
  readonly keysFor: (url: URL, lifetime: ExecutionContext) => KeySource;
  /** Revocation state, with background work tied to the request; of use as long as a connection that it opened lasts. */
  readonly revocationsFor: (lifetime: ExecutionContext) => RevocationReader;
  readonly memory: TokenMemory;
  readonly forwarder: Forwarder;
  readonly record: (record: DecisionRecord | ConnectionRecord) => void;
  /** False when requests that reached the origin leave no record. */
  readonly logsAllowed: boolean;
  /** Told of defects that surface when the request has been answered. */
  readonly reportDefect: (defect: unknown, requestId: string) => void;
}

/** Decides a request, then forwards or refuses it, records what was decided, and watches over a connection that stays open. */
export async function handleRequest(
  request: Request,
  facts: RequestFacts,
  lifetime: ExecutionContext,
  parts: GatewayParts,
): Promise<Response> {
  const { rules, realm, keysFor, revocationsFor, memory, forwarder, record, logsAllowed, reportDefect } = parts;
  const startedAt = Date.now();
  const now = startedAt / 1000;
  const revocations = revocationsFor(lifetime);
  const decision = await authorize(facts, rules, keysFor(facts.url, lifetime), revocations, memory, now);

  const circumstances = () => ({
    durationMs: Date.now() - startedAt,
    requestId: facts.requestId,
    rayId: readRayId(facts.header("cf-ray")),
  });
  const conclude = (response: Response, decided: Decision, failure?: GatewayFailure): Response => {
    if (!logsAllowed && decided.outcome === "allow" && failure === undefined) return response;
    const { status } = response;
    record(describeDecision(decided, failure, { status, method: facts.method, ...circumstances() }));
    return response;
  };

  const keepWatch = (response: Response, allowed: AllowBearer): Response =>
    guardConnection(
      response,
      { decision: allowed, revocations, clock: systemClock, judgedAt: startedAt },
      ({ connection, because, defect }) => {
        if (defect !== undefined) reportDefect(defect, facts.requestId);
        record(describeConnection(allowed, because, { connection, ...circumstances() }));
      },
    );

  if (decision.outcome !== "allow") return conclude(respond(decision.refusal, realm, facts), decision);
  const forwarded = await forwarder.forward(request, decision, facts, now);
  if (forwarded.ok) {
    const { response } = forwarded;
    return conclude(decision.as === "bearer" ? keepWatch(response, decision) : response, decision);
  }

  const { failure } = forwarded;
  const response = respond(failure, realm, facts);
  if (failure.reason !== "identity_not_forwardable") return conclude(response, decision, failure);
  const about = decision.as === "bearer" ? originOf(decision.token) : undefined;
  return conclude(response, { outcome: "deny", refusal: failure, route: decision.route, about });
}

/** Cloudflare's id of the request. Elsewhere the header is the client's, so only what can be one is taken for one. */
function readRayId(ray: string | null): string | null {
  return ray !== null && /^[0-9a-f]{16}(?:-[A-Z]{3})?$/.test(ray) ? ray : null;
}

import { authorize } from "../authorize/authorize.ts";
import type { TokenMemory } from "../authorize/token-memory.ts";
import type { AccessRules } from "../model/access-rules.ts";
import type { Decision } from "../model/decision.ts";
import { type DecisionRecord, describeDecision } from "../model/decision-record.ts";
import type { KeySource } from "../model/key-source.ts";
import type { GatewayFailure } from "../model/refusal.ts";
import type { RevocationReader } from "../model/revocation.ts";
import { originOf } from "../model/token.ts";
import { toAccessRequest } from "./access-request.ts";
import type { Forwarder } from "./forwarder.ts";
import { type RequestFacts, respond } from "./respond.ts";

/** All that the request path works with. */
export interface GatewayParts {
  readonly rules: AccessRules;
  readonly realm: string;
  /** Keys, with background work tied to the request. */
  readonly keysFor: (url: URL, lifetime: ExecutionContext) => KeySource;
  readonly revocations: RevocationReader;
  readonly memory: TokenMemory;
  readonly forwarder: Forwarder;
  readonly record: (record: DecisionRecord) => void;
}

/** Decides a request, then forwards or refuses it, then records what was decided. */
export async function handleRequest(
  request: Request,
  facts: RequestFacts,
  lifetime: ExecutionContext,
  parts: GatewayParts,
): Promise<Response> {
  const { rules, realm, keysFor, revocations, memory, forwarder, record } = parts;
  const startedAt = Date.now();
  const now = startedAt / 1000;
  const accessRequest = toAccessRequest(request, facts.url);
  const decision = await authorize(accessRequest, rules, keysFor(facts.url, lifetime), revocations, memory, now);

  const conclude = (response: Response, decided: Decision, failure?: GatewayFailure): Response => {
    const circumstances = {
      status: response.status,
      method: request.method,
      durationMs: Date.now() - startedAt,
      requestId: facts.requestId,
      rayId: readRayId(request),
    };
    record(describeDecision(decided, failure, circumstances));
    return response;
  };

  if (decision.outcome !== "allow") return conclude(respond(decision.refusal, realm, facts), decision);
  const forwarded = await forwarder.forward(request, decision, facts, now);
  if (forwarded.ok) return conclude(forwarded.response, decision);

  const { failure } = forwarded;
  const response = respond(failure, realm, facts);
  if (failure.reason !== "identity_not_forwardable") return conclude(response, decision, failure);
  const about = decision.as === "bearer" ? originOf(decision.token) : undefined;
  return conclude(response, { outcome: "deny", refusal: failure, route: decision.route, about });
}

/** Cloudflare's id of the request. Elsewhere the header is the client's, so only what can be one is taken for one. */
function readRayId(request: Request): string | null {
  const ray = request.headers.get("cf-ray");
  return ray !== null && /^[0-9a-f]{16}(?:-[A-Z]{3})?$/.test(ray) ? ray : null;
}

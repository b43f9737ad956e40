import { type Answer, answerTo } from "../gateway/answer.ts";
import type { Decision } from "../model/decision.ts";
import type { Reason } from "../model/refusal.ts";
import { explainDecision } from "./explain-decision.ts";
import { nameRoute } from "./name-route.ts";
import type { Observation, ObservedRevocations } from "./observation.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Step } from "./step.ts";

/** A decision and how it came about, as JSON can hold it. Facts about a token are its claims only after the signature held. */
export interface Explanation {
  readonly request: RequestTarget;
  /** NumericDate. */
  readonly now: number;
  readonly decision: DecisionSummary;
  readonly route: { readonly index: number; readonly path: string; readonly name: string } | null;
  readonly revocation: ObservedRevocations["from"];
  /** What the client sees; null when the origin answers. */
  readonly client: Answer | null;
  readonly steps: readonly Step[];
}

/** A decision without anything that only programs need. */
export interface DecisionSummary {
  readonly outcome: Decision["outcome"];
  /** With a token, or why without one. */
  readonly as?: string;
  readonly reason: Reason | null;
  /** What the reason is about, where it is about one of several. */
  readonly claim?: string;
  readonly by?: string;
}

export function explanationOf(observation: Observation): Explanation {
  const { request, now, decision, rules, revocations } = observation;
  const { method, scheme, host, path } = request;
  const route = decision.route && {
    index: rules.routes.indexOf(decision.route),
    path: decision.route.path.text,
    name: nameRoute(decision.route, rules.routes),
  };
  return {
    request: { method, scheme, host, path },
    now,
    decision: summarise(decision),
    route: route ?? null,
    revocation: revocations.from,
    client: decision.outcome === "allow" ? null : answerTo(decision.refusal),
    steps: explainDecision(observation),
  };
}

export function summarise(decision: Decision): DecisionSummary {
  if (decision.outcome === "allow") {
    return { outcome: decision.outcome, as: decision.as === "bearer" ? "bearer" : decision.because, reason: null };
  }
  const { reason, ...details } = decision.refusal;
  return { outcome: decision.outcome, reason, ...details };
}

import type { AccessRules } from "../model/access-rules.ts";
import type { TokenSource } from "../model/token-source.ts";
import type { ObservedDecision } from "./observe-decision.ts";
import type { ObservedKeys } from "./observed-keys.ts";
import type { ObservedLookup } from "./observed-revocations.ts";
import type { RequestTarget } from "./request-target.ts";

/** Everything that was seen of one decision. */
export interface Observation extends ObservedDecision {
  readonly request: RequestTarget;
  readonly rules: AccessRules;
  readonly token: { readonly text: string; readonly source: TokenSource } | undefined;
  readonly keys: ObservedKeys | undefined;
  readonly revocations: ObservedRevocations;
  /** NumericDate in seconds. */
  readonly now: number;
}

export interface ObservedRevocations {
  /** What was asked: the guard's live state, records that were written down, or nothing. */
  readonly from: "live" | "from_file" | "not_looked_at";
  /** Undefined when the decision fell before. */
  readonly lookup: ObservedLookup | undefined;
}

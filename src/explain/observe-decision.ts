import { authorize } from "../authorize/authorize.ts";
import { type ExaminedToken, TokenMemory } from "../authorize/token-memory.ts";
import { writeIdentity } from "../gateway/identity.ts";
import type { AccessRequest } from "../model/access-request.ts";
import type { AccessRules } from "../model/access-rules.ts";
import type { Decision } from "../model/decision.ts";
import type { IdentityHeaders } from "../model/forwarding.ts";
import type { KeySource } from "../model/key-source.ts";
import type { RevocationReader } from "../model/revocation.ts";
import { originOf } from "../model/token.ts";

export interface ObservedDecision {
  readonly decision: Decision;
  /** Text of the token that was judged; undefined when the decision fell before. */
  readonly judged: string | undefined;
  /** Whether its signature held; undefined when the decision fell before. */
  readonly examined: ExaminedToken | undefined;
  /** Identity headers that the origin would get. */
  readonly identity: readonly (readonly [name: string, value: string])[];
}

/** What a guard was told: by whom it decides, and what it tells the origin. */
export interface Deciding {
  readonly rules: AccessRules;
  readonly identityHeaders: IdentityHeaders;
}

/**
 * Decides as the Worker does, by the same `authorize()` and the same last look at what can be told to the origin. What it did is
 * seen through the ports that it is given, so nothing here decides for itself.
 *
 * @param now NumericDate in seconds
 */
export async function observeDecision(
  request: AccessRequest,
  { rules, identityHeaders }: Deciding,
  keys: KeySource,
  revocations: RevocationReader,
  now: number,
): Promise<ObservedDecision> {
  const memory = new ObservingMemory();
  const decision = await authorize(request, rules, keys, revocations, memory, now);
  const { judged, examined } = memory;
  if (decision.outcome !== "allow" || decision.as !== "bearer") return { decision, judged, examined, identity: [] };
  const { token, route } = decision;
  const identity = writeIdentity(token, identityHeaders);
  if (identity !== undefined) return { decision, judged, examined, identity };
  const refusal = { reason: "identity_not_forwardable" } as const;
  return { decision: { outcome: "deny", refusal, route, about: originOf(token) }, judged, examined, identity: [] };
}

/** Remembers nothing from one request to the next; keeps the token of this one, and what was found out about it. */
class ObservingMemory extends TokenMemory {
  judged: string | undefined;
  examined: ExaminedToken | undefined;

  override recall(text: string): undefined {
    this.judged = text;
    return undefined;
  }

  override remember(_text: string, examined: ExaminedToken): void {
    this.examined = examined;
  }
}

import type { Expectation } from "../../attacks/attack-file.ts";
import { writeReason } from "../../attacks/reasons.ts";
import type { AttackedGuard } from "./attacked-guard.ts";
import { fieldOf, type RawAnswer } from "./raw-exchange.ts";

/** What came of a request, in words: from the guard's record of it, or `runtime` where no Worker took part. */
export async function writeOutcome(answer: RawAnswer, guard: AttackedGuard): Promise<string> {
  const requestId = fieldOf(answer, "x-jotgate-request-id");
  if (requestId === undefined) return `runtime ${answer.status}`;
  const decision = await guard.decisionOn(requestId);
  const status = decision.status === answer.status ? answer.status : `${decision.status} sent as ${answer.status}`;
  return decision.outcome === "allow" ? `allow ${status}` : `${decision.outcome} ${writeReason(decision)} ${status}`;
}

/** The same words for what a file expects. */
export function expectedOutcome({ decision, reason, status }: Expectation): string {
  return reason === undefined ? `${decision} ${status}` : `${decision} ${reason} ${status}`;
}

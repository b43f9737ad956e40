import type { RecordedDecision } from "../system/support/logs.ts";
import type { Received } from "./client.ts";
import type { Outages } from "./outages.ts";
import { mayBeOutOfReach } from "./rotating-issuer.ts";
import { STALL } from "./stall-watch.ts";
import type { Moment, Question } from "./truth.ts";

/** A request and its answer. */
export interface Asked extends Question, Received {
  readonly guard: string;
  /** False for a guard that has KV alone. */
  readonly hasLedger: boolean;
}

/** What an answer turned out to be. */
export interface Verdict {
  /** What is wrong with it, for people. */
  readonly wrong?: string;
  /** A 5xx that no fault explains. */
  readonly unasked?: string;
  /** A 5xx that nothing explains but a machine that had no time. */
  readonly stalled?: true;
  /** Let through, as far as the guard is concerned, whatever the origin made of it. */
  readonly passed: boolean;
}

/** Milliseconds after a fault within which a guard may not have got over it: a question that hangs, a pause, a load. */
const AFTERMATH = 8_000;

const STATUS: Readonly<Record<string, number>> = {
  path_ambiguous: 400,
  credentials_malformed: 400,
  credentials_repeated: 400,
  insufficient_scope: 403,
  keys_unavailable: 503,
  revocation_unavailable: 503,
  origin_unreachable: 502,
  origin_timeout: 504,
};

/** Compares an answer, and the reason on record, with what the request's making and the faults of the time allow. */
export function judge(asked: Asked, decision: RecordedDecision | undefined, outages: Outages): Verdict {
  return excuseStall(compare(asked, decision, outages), asked, outages);
}

/** Whoever answers 500 has a defect; all other 5xx can come from deadlines that a machine without time does not keep. */
function excuseStall(verdict: Verdict, asked: Asked, outages: Outages): Verdict {
  const { unasked, ...others } = verdict;
  const isExcused = unasked !== undefined && asked.status !== 500 && touches(outages, STALL, asked, AFTERMATH);
  return isExcused ? { ...others, stalled: true } : verdict;
}

function compare(asked: Asked, decision: RecordedDecision | undefined, outages: Outages): Verdict {
  const { status, truth } = asked;
  if (decision === undefined)
    return { wrong: `has no record of its decision (status ${status})`, passed: status === 200 };
  if (decision.status !== status) return { wrong: `is on record with status ${decision.status}`, passed: false };
  const { reason, outcome } = decision;
  const isOriginFault = reason === "origin_unreachable" || reason === "origin_timeout";
  const passed = outcome === "allow" || (outcome === "error" && isOriginFault);
  if (passed) {
    if (!truth.mayPass(asked)) return { wrong: "was let through", passed };
    return { ...judgePassed(asked, reason, outages), passed };
  }
  const expected = STATUS[reason ?? ""] ?? 401;
  if (expected !== status) return { wrong: `has status ${status} for ${reason}`, passed };
  if (reason === "keys_unavailable" || reason === "revocation_unavailable") {
    return isAskedFor(asked, reason, outages) ? { passed } : { unasked: `${status} ${reason}`, passed };
  }
  if (status >= 500) return { unasked: `${status} ${reason}`, passed };
  return truth.mayBeRefused(reason ?? "", asked) ? { passed } : { wrong: `was refused: ${reason}`, passed };
}

function judgePassed(asked: Asked, reason: string | null, outages: Outages): Pick<Verdict, "wrong" | "unasked"> {
  const { status, body, guard, told, caller } = asked;
  // No fault makes it right that somebody else is let in.
  if (told !== undefined && (told.subject !== caller.subject || told.issuer !== caller.issuer)) {
    return { wrong: `was let through for ${JSON.stringify(told)} instead of ${JSON.stringify(caller)}` };
  }
  if (reason === null && status === 200 && body === "let through" && told !== undefined) return {};
  if (touches(outages, `origin of ${guard}`, asked, 0)) return {};
  return status >= 500 ? { unasked: `${status} ${reason}` } : { wrong: `came back with status ${status} and ${body}` };
}

/** The fault of an origin whose answers break off, which can be before their first byte was sent on. */
const BREAKING_OFF = "truncated";

/** Whether a fault explains that no answer came. What may not reach an origin is answered by the guard itself, always. */
export function mayStayUnanswered(
  { guard, truth }: Pick<Asked, "guard" | "truth">,
  moment: Moment,
  outages: Outages,
): boolean {
  return truth.mayPass(moment) && outages.touch(`origin of ${guard}`, moment.sentAt, moment.receivedAt, BREAKING_OFF);
}

/** Whether a fault explains that something could not be found out. */
function isAskedFor(asked: Asked, reason: string, outages: Outages): boolean {
  const { asking, guard, truth, hasLedger } = asked;
  if (reason === "keys_unavailable") {
    return truth.keys !== undefined && mayBeOutOfReach(truth.keys.key, truth.keys.outage, outages, asked);
  }
  if (asking === "public") return false;
  const ledger = ["ledger", `ledger of ${guard}`].some((what) => touches(outages, what, asked, AFTERMATH));
  const store = touches(outages, `store of ${guard}`, asked, AFTERMATH);
  if (!hasLedger) return store;
  return asking === "kv" ? ledger && store : ledger;
}

function touches(outages: Outages, what: string, { sentAt, receivedAt }: Moment, aftermath: number): boolean {
  return outages.touch(what, sentAt - aftermath, receivedAt);
}

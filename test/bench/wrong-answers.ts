import { type Contestant, rightAnswers } from "./contestants.ts";
import type { Line } from "./traffic.ts";
import type { LoadResult } from "./wrk.ts";

/** Answers to a batch with a status that their requests do not deserve. */
export function countWrongInBatch(lines: readonly Line[], statuses: readonly number[], contestant: Contestant): number {
  const right = rightAnswers(contestant);
  return lines.filter(({ good }, turn) => !(good ? right.good : right.bad).has(statuses[turn] ?? 0)).length;
}

/** Answers with a status that nobody should get, or with the right one to the wrong request, as far as numbers of both tell. */
export function countWrongUnderLoad(result: LoadResult, contestant: Contestant, connections: number): number {
  const { good, bad } = rightAnswers(contestant);
  const sent = { good: result.sentGood, bad: result.sentBad };
  let unexpected = result.socketErrors;
  const answered = { good: 0, bad: 0 };
  for (const [status, times] of Object.entries(result.statuses)) {
    const code = Number(status);
    if (good.has(code)) answered.good += times;
    else if (bad.has(code)) answered.bad += times;
    else unexpected += times;
  }
  // Who treats both alike can only be wrong by another status.
  if (good.has(200) === bad.has(200)) return unexpected;
  // Some answers are still under way at the end.
  const excess = (kind: "good" | "bad") => Math.max(0, answered[kind] - sent[kind]);
  const lacking = (kind: "good" | "bad") =>
    sent[kind] - answered[kind] > connections ? sent[kind] - answered[kind] : 0;
  return unexpected + Math.max(excess("good") + excess("bad"), lacking("good"), lacking("bad"));
}

import type { Operator } from "../model/operator.ts";
import { NEEDS_LEDGER } from "./environment.ts";
import type { ProblemList } from "./problem-list.ts";

/** Reports operators that cannot be told apart, and operators without a ledger to operate. */
export function decodeOperators(
  operators: readonly Operator[],
  hasLedger: boolean,
  list: ProblemList,
): readonly Operator[] {
  if (operators.length > 0 && !hasLedger) list.add(["operators"], NEEDS_LEDGER.problem, NEEDS_LEDGER.remedy);
  for (const [index, { name, secretHash }] of operators.entries()) {
    const before = operators.slice(0, index);
    if (before.some((other) => other.name === name)) {
      list.add(["operators", index, "name"], "appears twice", "Give each operator a name of their own.");
    }
    if (before.some((other) => other.secretHash === secretHash)) {
      list.add(
        ["operators", index, "secretHash"],
        "is another operator's, too",
        "Give each operator a secret of their own.",
      );
    }
  }
  return operators;
}

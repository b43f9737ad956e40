import type { Operator } from "../model/operator.ts";
import type { FaultList } from "./fault-list.ts";

/** Reports operators that cannot be told apart, and operators without a ledger to operate. */
export function decodeOperators(
  operators: readonly Operator[],
  hasLedger: boolean,
  list: FaultList,
): readonly Operator[] {
  if (operators.length > 0 && !hasLedger) list.add(["operators"], "needsLedger");
  for (const [index, { name, secretHash }] of operators.entries()) {
    const at = ["operators", index];
    const before = operators.slice(0, index);
    if (before.some((other) => other.name === name)) list.add([...at, "name"], "operatorTwice");
    if (before.some((other) => other.secretHash === secretHash)) list.add([...at, "secretHash"], "operatorSecretTwice");
  }
  return operators;
}

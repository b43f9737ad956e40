import { isObject } from "../model/json-values.ts";
import type { DetailsOf, Fault, ProblemName, SettingPath } from "./fault.ts";
import { type Form, UNFIT } from "./form.ts";

/** Collects everything that is wrong, so that an operator sees it all at once. */
export class FaultList {
  readonly faults: Fault[] = [];

  add<P extends ProblemName>(at: SettingPath, problem: P, ...details: DetailsOf<P>): void {
    this.faults.push({ at, problem, details });
  }

  /**
   * The value with its defaults when it is of the form. What does not fit is put on the list, and the rest is returned as far as it
   * goes, so that contradictions in it are found as well; undefined when something is missing that nothing goes without.
   */
  decode<O>(form: Form<O, unknown>, value: unknown, at: SettingPath): O | undefined {
    const unfit = new Set<unknown>();
    const decoded = form(value, at, (fault) => {
      this.faults.push(fault);
      unfit.add(fault.at[at.length]);
    });
    if (decoded !== UNFIT) return decoded;
    if (!isObject(value)) return undefined;
    const fitting = Object.fromEntries(Object.entries(value).filter(([key]) => !unfit.has(key)));
    const rest = form(fitting, at, () => {});
    return rest === UNFIT ? undefined : rest;
  }
}

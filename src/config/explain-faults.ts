import type { Problem } from "../model/problem.ts";
import type { Fault, SettingPath } from "./fault.ts";
import { PROBLEMS, type ProblemText } from "./problems.ts";

/**
 * Puts what is wrong into words. Apart from what finds it, so that guards with nothing wrong need not have the words in memory.
 *
 * @param nameOf how the operator wrote an outermost setting: `issuers` is `ISSUERS` in `wrangler.toml`
 */
export function explainFaults(faults: readonly Fault[], nameOf: (outermost: string) => string): readonly Problem[] {
  return faults.map(({ at, problem: name, details }) => {
    const text: ProblemText = PROBLEMS[name];
    const [problem, remedy] = typeof text === "function" ? text(...(details as never[])) : text;
    return { path: write(at, nameOf), problem, remedy };
  });
}

function write([outermost, ...inner]: SettingPath, nameOf: (outermost: string) => string): string {
  // Even a setting without a name is told of in words.
  const name = typeof outermost === "string" && outermost !== "" ? nameOf(outermost) : "configuration";
  return name + inner.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
}

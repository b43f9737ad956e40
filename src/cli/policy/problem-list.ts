import * as v from "valibot";
import type { Problem } from "../../model/problem.ts";
import { UNKNOWN_SETTING } from "./table.ts";

/** Keys and indexes from the outermost setting to the one that is wrong. */
export type SettingPath = readonly (string | number)[];

/** Collects everything that is wrong, so that an operator sees it all at once. */
export class ProblemList {
  readonly problems: Problem[] = [];
  readonly #nameOf: (outermost: string) => string;

  /** @param nameOf how the operator wrote an outermost setting: `issuers` is `ISSUERS` in `wrangler.toml` */
  constructor(nameOf: (outermost: string) => string) {
    this.#nameOf = nameOf;
  }

  add(path: SettingPath, problem: string, remedy: string): void {
    this.problems.push({ path: this.#write(path), problem, remedy });
  }

  /**
   * The value with its defaults when it fits the schema. What does not fit is put on the list, and the rest is returned as far
   * as it goes, so that contradictions in it are found as well; undefined when something is missing that nothing goes without.
   */
  decode<S extends v.GenericSchema>(schema: S, value: unknown, path: SettingPath): v.InferOutput<S> | undefined {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    for (const issue of result.issues) this.#addIssue(issue, path);
    if (result.typed) return result.output;
    if (typeof value !== "object" || value === null) return undefined;
    const unfit = new Set(result.issues.map((issue) => issue.path?.[0]?.key));
    const rest = v.safeParse(schema, Object.fromEntries(Object.entries(value).filter(([key]) => !unfit.has(key))));
    return rest.typed ? rest.output : undefined;
  }

  #addIssue(issue: v.BaseIssue<unknown>, path: SettingPath): void {
    const inner = (issue.path ?? []).map(({ key }) => key as string | number);
    const at = [...path, ...inner];
    const absent = issue.input === undefined;
    if (issue.type === UNKNOWN_SETTING) this.add(at, "is not a setting", issue.message);
    else this.add(at, absent ? "is missing" : "does not fit", issue.message);
  }

  #write([outermost, ...inner]: SettingPath): string {
    // Even a setting without a name is told of in words.
    const name = typeof outermost === "string" && outermost !== "" ? this.#nameOf(outermost) : "configuration";
    return name + inner.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  }
}

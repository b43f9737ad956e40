import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { ANY_ROW } from "./named-tests.ts";

/** The part of vitest's JSON report that is read here. */
export interface TestReport {
  readonly testResults: readonly {
    /** Full path. */
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The tests that a run of all of them ran and that passed, row by row. */
export class PassedTests {
  readonly #byFile = new Map<string, readonly string[]>();

  /** @param root folder from which files are cited */
  constructor({ testResults }: TestReport, root: string) {
    for (const { name, assertionResults } of testResults) {
      const passed = assertionResults.filter(({ status }) => status === "passed");
      const names = passed.map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" > "));
      const file = relative(root, name);
      this.#byFile.set(file, [...(this.#byFile.get(file) ?? []), ...names]);
    }
  }

  /** @param file that vitest's JSON reporter wrote */
  static read(file: string, root: string): PassedTests {
    return new PassedTests(JSON.parse(readFileSync(file, "utf8")) as TestReport, root);
  }

  /** What is wrong with the citation of a test, {@link ANY_ROW} standing for rows; undefined when such a test passed. */
  problemWith(file: string, name: string): string | undefined {
    const passed = this.#byFile.get(file);
    if (passed === undefined) return `no test of ${file} ran`;
    const parts = name.split(ANY_ROW).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const cited = new RegExp(`^${parts.join("(?:.+)")}$`, "s");
    return passed.some((each) => cited.test(each)) ? undefined : `${file} has no test "${name}" that ran and passed`;
  }
}

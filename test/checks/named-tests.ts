// Which tests there are, so that what a document says of one stays true.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { RowValues } from "./row-values.ts";

/** Stands in a cited name for any number of rows of a table. */
export const ANY_ROW = "…";

/** Folder of the repository. */
export const ROOT = join(import.meta.dirname, "../..");

/** What vitest fills in when a test has a row for each case, and what a template literal does. */
const PLACEHOLDER = /%[sdifjoOc#$]|\$\{[^}]*\}|\$[A-Za-z_][\w.]*/;

/** Every test of every project, as vitest's own parser finds it in the source. */
export class NamedTests {
  readonly #byFile: ReadonlyMap<string, readonly string[]>;
  readonly #values = new Map<string, RowValues>();

  private constructor(byFile: ReadonlyMap<string, readonly string[]>) {
    this.#byFile = byFile;
  }

  /** Skipped tests are no tests: they show nothing. */
  static load(): NamedTests {
    const folder = mkdtempSync(join(tmpdir(), "named-tests-"));
    try {
      const list = join(folder, "list.json");
      const vitest = join(ROOT, "node_modules/.bin/vitest");
      execFileSync(vitest, ["list", "--static-parse", `--json=${list}`], {
        cwd: ROOT,
        stdio: ["ignore", "ignore", "pipe"],
      });
      const byFile = new Map<string, string[]>();
      for (const { file, name } of JSON.parse(readFileSync(list, "utf8")) as { file: string; name: string }[]) {
        const path = relative(ROOT, file);
        byFile.set(path, [...(byFile.get(path) ?? []), name]);
      }
      return new NamedTests(byFile);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /**
   * Looks for a test by the full name that vitest prints: `describe > title`, with the values of its row, or {@link ANY_ROW} for
   * whichever rows there are. A value has to stand as a literal in the test's file or in one that it imports.
   *
   * @param file from the root of the repository
   * @returns what is wrong; undefined when there is such a test
   */
  problemWith(file: string, name: string): string | undefined {
    const templates = this.#byFile.get(file);
    if (templates === undefined) return `there is no test file ${file}`;
    const found = templates.some((template) => {
      const values = match(template, name);
      return values?.every((value) => value === ANY_ROW || this.#valuesOf(file).has(value));
    });
    return found ? undefined : `${file} has no test "${name}"`;
  }

  #valuesOf(file: string): RowValues {
    const values = this.#values.get(file) ?? RowValues.readFor(join(ROOT, file));
    this.#values.set(file, values);
    return values;
  }
}

/** True for a path from the root of the repository at which there is something. */
export function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** The values that make the template this name, or undefined when none do. */
function match(template: string, name: string): readonly string[] | undefined {
  const fixed = template.split(new RegExp(PLACEHOLDER, "g")).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${fixed.join("(.*)")}$`).exec(name)?.slice(1);
}

// Checks that what the documents cite is there: every test that a link names, and every file that a link leads to. With
// `--report FILE`, the JSON report of a run of all tests, that every cited test ran and passed; without it by the tests' source.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { isThere, NamedTests, ROOT } from "./named-tests.ts";
import { PassedTests } from "./passed-tests.ts";

/** A link in Markdown to something in this repository. Texts may have escaped brackets. */
const LINK = /\[((?:\\.|[^\]\\])*)\]\((?!\w+:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g;

const { report } = parseArgs({ options: { report: { type: "string" } } }).values;
const tests = report === undefined ? NamedTests.load() : PassedTests.read(report, ROOT);
const problems: string[] = [];
let cited = 0;

for (const page of globSync(["*.md", "docs/**/*.md"])) {
  for (const [, text = "", target = ""] of readFileSync(page, "utf8").matchAll(LINK)) {
    const path = normalize(join(dirname(page), target));
    if (!isThere(path)) {
      problems.push(`${page}: there is no ${path}`);
    } else if (path.endsWith(".test.ts") && !isFileName(text, path)) {
      cited += 1;
      const problem = tests.problemWith(path, readText(text));
      if (problem !== undefined) problems.push(`${page}: ${problem}`);
    }
  }
}

if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  process.exit(1);
}
console.log(`The documents cite ${cited} tests; all ${report === undefined ? "are there" : "ran and passed"}.`);

/** A link may also name the file as a whole. */
function isFileName(text: string, path: string): boolean {
  return path.endsWith(readText(text).replaceAll("`", ""));
}

function readText(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

import { globSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { EQUIVALENTS } from "./equivalents.ts";
import { printVerdict } from "./print-verdict.ts";
import { LEAST_SCORE, MUTATED } from "./scope.ts";
import { judge, percent } from "./verdict.ts";

const { values, positionals } = parseArgs({
  options: {
    /** How many mutants are tried at a time. */
    concurrency: { type: "string", default: "2" },
    /** Tries only mutants that are new, or whose tests are, since the last run. */
    incremental: { type: "boolean", default: false },
  },
  // Files to mutate instead of all.
  allowPositionals: true,
});

const TEMPORARY = ".stryker-tmp";
const mutate = positionals.length > 0 ? positionals : MUTATED;

/** As they are before the run, which takes a while: somebody may edit them meanwhile. */
const sources = new Map(globSync(mutate).map((file) => [file, readFileSync(file, "utf8")]));
const nameOf = (fileName: string) => relative(process.cwd(), fileName);

// Whoever works on this machine meanwhile goes first; processes that this one starts are as low.
setPriority(5);
const begun = performance.now();
const mutants = await new Stryker({
  mutate,
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts" },
  coverageAnalysis: "perTest",
  concurrency: Number(values.concurrency),
  timeoutMS: 30_000,
  // Types are stripped, not checked; and this TypeScript has no functions by which Stryker could rewrite its configuration.
  disableTypeChecks: false,
  tsconfigFile: "",
  incremental: true,
  incrementalFile: `${TEMPORARY}/incremental.json`,
  force: !values.incremental,
  tempDirName: TEMPORARY,
  ignorePatterns: ["docs", "dist", ".wrangler", "coverage", "test/bench", "test/vectors"],
  reporters: ["progress-append-only"],
  allowEmpty: false,
}).runMutationTest();

const verdict = judge(
  // Stryker adds what it remembers of other files.
  mutants.filter(({ fileName }) => sources.has(nameOf(fileName))),
  EQUIVALENTS,
  nameOf,
  (file) => sources.get(file) ?? "",
);
printVerdict(verdict, (performance.now() - begun) / 1000);
const { unexplained, outdated, all } = verdict;
if (unexplained.length > 0 || outdated.length > 0 || percent(all) < LEAST_SCORE) process.exitCode = 1;

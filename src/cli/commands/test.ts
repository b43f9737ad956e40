import { writeFileSync } from "node:fs";
import type { Arguments, Command } from "../command.ts";
import { UsageError } from "../failures.ts";
import { FileError } from "../files/file-error.ts";
import { toJunit } from "../policy/junit.ts";
import { printResults, resultsToJson } from "../policy/print-results.ts";
import { runFiles } from "../policy/run-files.ts";
import { CONFIG_OPTIONS } from "./config-options.ts";

export const test: Command = {
  name: "test",
  summary: "Run policy tests: requests with the decisions that are expected.",
  description: `Runs the cases of TOML or JSON files against a configuration, with the Worker's own code and without any network:
each trusted issuer gets a throw-away key that signs the cases' tokens. docs/policy-tests.md describes the
format. Shows which routes no passed case touches.`,
  operands: [{ name: "FILE", help: "files with policy tests, .toml or .json.", repeated: true }],
  options: {
    "min-coverage": { value: "PERCENT", help: "Fail when the passed cases touch fewer of the routes." },
    junit: { value: "FILE", file: true, help: "Write the results as JUnit XML as well." },
    ...CONFIG_OPTIONS,
    config: {
      value: "FILE",
      file: true,
      help: "Wrangler's configuration. Default: what the file names, or else the one in this folder.",
    },
  },
  examples: [
    { command: "jotgate test policies/*.toml", does: "Runs all cases." },
    {
      command: "jotgate test policies/*.toml --min-coverage 100 --junit results.xml",
      does: "In CI: every route has a case.",
    },
  ],
  exitCodes: {
    0: "Every case passed.",
    1: "A case failed, or the coverage is too low.",
    2: "Wrong usage, or a file that cannot be used.",
    3: "The configuration is wrong.",
  },
  async run(args, { terminal }) {
    const least = readPercent(args);
    const run = await terminal.during("Running …", (say) =>
      runFiles(args.operands, args.text("config"), args.text("env"), (done, all) => {
        if (done % 20 === 0 || done === all) say(`${done} of ${all} cases`);
      }),
    );
    const ok = run.failed === 0 && run.percent >= least;
    if (args.has("json")) terminal.printJson(resultsToJson(run, ok));
    else printResults(run, terminal);
    if (run.percent < least) {
      terminal.warn(
        `jotgate test: ${Math.floor(run.percent)} % of the routes are touched; --min-coverage asks for ${least} %.`,
      );
    }
    const junit = args.text("junit");
    if (junit !== undefined) writeReport(junit, toJunit(run));
    return ok ? 0 : 1;
  },
};

function readPercent(args: Arguments): number {
  const written = args.text("min-coverage") ?? "0";
  const percent = /^\d{1,3}(?:\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
  if (!(percent >= 0 && percent <= 100)) throw new UsageError("Write --min-coverage as a number from 0 to 100.");
  return percent;
}

function writeReport(file: string, report: string): void {
  try {
    writeFileSync(file, report);
  } catch (error) {
    throw new FileError(
      file,
      `cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      "Check folder and rights.",
    );
  }
}

import { nameRoute } from "../../explain/name-route.ts";
import { plain } from "../../explain/printable.ts";
import type { Terminal } from "../terminal.ts";
import type { CaseResult } from "./run-case.ts";
import type { Coverage, RunResult } from "./run-files.ts";

/** The results for people, as test runners show them. */
export function printResults({ files, coverage, passed, failed }: RunResult, terminal: Terminal): void {
  for (const { file, cases } of files) {
    terminal.print(file);
    for (const result of cases) printCase(result, terminal);
    terminal.print("");
  }
  for (const one of coverage) printCoverage(one, terminal);
  const failures = failed === 0 ? "0 failed" : terminal.style("red", `${failed} failed`);
  terminal.print(`${terminal.style("green", `${passed} passed`)}, ${failures}`);
}

function printCase({ case: { name, location }, differences, facts }: CaseResult, terminal: Terminal): void {
  if (differences.length === 0) {
    terminal.print(`  ${terminal.style("green", "✓")} ${plain(name)}`);
    return;
  }
  terminal.print(`  ${terminal.style("red", "✗")} ${plain(name)}  (${location.file}:${location.line})`);
  for (const difference of differences) terminal.print(`      ${plain(difference)}`);
  for (const { what, found, wanted } of facts) {
    terminal.print(terminal.style("dim", `      ${what}: ${found}${wanted ? `  [${wanted}]` : ""}`));
  }
}

function printCoverage({ guard, touched, untouched }: Coverage, terminal: Terminal): void {
  const { routes } = guard.settings.rules;
  terminal.print(`${guard.worker.file}: ${touched.size} of ${routes.length} routes touched`);
  for (const route of untouched) {
    const { line } = guard.worker.locateVariable(`ROUTES[${routes.indexOf(route)}]`);
    terminal.print(terminal.style("yellow", `  no passed case touches ${nameRoute(route, routes)} (line ${line})`));
  }
}

/** The results for scripts. */
export function resultsToJson({ files, coverage, passed, failed, percent }: RunResult, ok: boolean) {
  return {
    format: 1,
    command: "test",
    ok,
    passed,
    failed,
    files: files.map(({ file, cases }) => ({
      file,
      cases: cases.map(({ case: { name, location, expect, reason }, differences, actual }) => ({
        name,
        line: location.line,
        ok: differences.length === 0,
        expected: { outcome: expect, reason: reason ?? null },
        actual,
        differences,
      })),
    })),
    coverage: {
      percent,
      configurations: coverage.map(({ guard, touched, untouched }) => ({
        file: guard.worker.file,
        environment: guard.worker.environment ?? null,
        routes: guard.settings.rules.routes.length,
        touched: [...touched].sort((a, b) => a - b),
        untouched: untouched.map((route) => nameRoute(route, guard.settings.rules.routes)),
      })),
    },
  };
}

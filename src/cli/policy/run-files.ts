import { resolve } from "node:path";
import type { RouteRule } from "../../model/route-rule.ts";
import { loadReadyGuard, type ReadyGuard } from "../worker/load-guard.ts";
import { readPolicyFile } from "./read-policy-file.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import { ThrowAwayKeys } from "./throw-away-keys.ts";

export interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

/** Which routes of one configuration the cases touched that passed. A case that fails shows nothing of a route. */
export interface Coverage {
  readonly guard: ReadyGuard;
  readonly touched: ReadonlySet<number>;
  readonly untouched: readonly RouteRule[];
}

export interface RunResult {
  readonly files: readonly FileResult[];
  readonly coverage: readonly Coverage[];
  readonly passed: number;
  readonly failed: number;
  /** Touched routes of all routes, 0 to 100. */
  readonly percent: number;
}

/**
 * Runs all cases of all files. Every file is read before the first case runs.
 *
 * @param config takes the place of what the files name
 * @param progress is told how many cases are done
 */
export async function runFiles(
  names: readonly string[],
  config: string | undefined,
  env: string | undefined,
  progress: (done: number, all: number) => void,
): Promise<RunResult> {
  const files = names.map((name) => readPolicyFile(name));
  const all = files.reduce((sum, { cases }) => sum + cases.length, 0);
  const guards = new Map<string, { guard: ReadyGuard; touched: Set<number> }>();
  const keys = new ThrowAwayKeys();
  const results: FileResult[] = [];
  let done = 0;
  for (const file of files) {
    const [chosen, environment] = [config ?? file.config, env ?? file.env];
    const guard = await loadReadyGuard(chosen, environment);
    // One configuration may be named, in several ways, and be the default as well.
    const id = JSON.stringify([resolve(guard.worker.file), environment]);
    const known = guards.get(id) ?? { guard, touched: new Set<number>() };
    guards.set(id, known);
    const cases: CaseResult[] = [];
    for (const ready of file.cases) {
      const result = await runCase(ready, known.guard.settings, keys);
      if (result.route !== undefined && result.differences.length === 0) known.touched.add(result.route);
      cases.push(result);
      progress(++done, all);
    }
    results.push({ file: file.file, cases });
  }
  const coverage = [...guards.values()].map(({ guard, touched }) => ({
    guard,
    touched,
    untouched: guard.settings.rules.routes.filter((_, index) => !touched.has(index)),
  }));
  const failed = results.flatMap(({ cases }) => cases).filter(({ differences }) => differences.length > 0).length;
  return { files: results, coverage, failed, passed: all - failed, percent: percentOf(coverage) };
}

function percentOf(coverage: readonly Coverage[]): number {
  const touched = coverage.reduce((sum, one) => sum + one.touched.size, 0);
  const routes = coverage.reduce((sum, { guard }) => sum + guard.settings.rules.routes.length, 0);
  return (100 * touched) / routes;
}

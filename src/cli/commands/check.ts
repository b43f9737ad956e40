import { plain } from "../../explain/printable.ts";
import type { Command } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { type LoadedGuard, loadGuard } from "../worker/load-guard.ts";
import type { Warning } from "../worker/warning.ts";
import { warnOfSettings, warnOfSurroundings } from "../worker/warnings.ts";
import { CONFIG_OPTIONS } from "./config-options.ts";

export const check: Command = {
  name: "check",
  summary: "Check the configuration before it is deployed.",
  description: `Decodes wrangler's configuration with the Worker's own code and reports everything that is wrong, each
problem with its line and a remedy, and warns of what works and may not be meant: rules that earlier ones
shadow, audiences that keep nobody out, long lifetimes, a cache in front of the guard, settings that fail open,
operators whose role anybody could give themselves.

Values of secrets are taken from .dev.vars where there is one; others are assumed to be good.
A policy in a Worker of your own (createJotgate) is code and cannot be checked here.`,
  operands: [],
  options: {
    ...CONFIG_OPTIONS,
    strict: { help: "Warnings count as problems." },
  },
  examples: [
    { command: "jotgate check", does: "Checks wrangler.toml in this folder." },
    { command: "jotgate check --env production --strict", does: "Checks one environment, as CI should." },
    { command: "jotgate check --json | jq '.findings[].code'", does: "Lists the codes of all findings." },
  ],
  exitCodes: {
    0: "No problems (with --strict, no warnings either).",
    1: "Problems.",
    2: "Wrong usage, or a file that is no TOML or JSON.",
  },
  async run(args, { terminal }) {
    const guard = await loadGuard(args.text("config"), args.text("env"));
    const findings = collect(guard);
    const counts = count(findings);
    const ok = counts.problems === 0 && (counts.warnings === 0 || !args.has("strict"));
    if (args.has("json")) terminal.printJson(toJson(guard, findings, counts, ok));
    else printFindings(guard, findings, counts, terminal);
    return ok ? 0 : 1;
  },
};

type Finding = Omit<Warning, "severity"> & { readonly severity: Warning["severity"] | "problem" };

interface Counts {
  readonly problems: number;
  readonly warnings: number;
}

function collect(guard: LoadedGuard): readonly Finding[] {
  const { settings, problems, worker } = guard;
  const warnings = settings === undefined ? [] : warnOfSettings(settings, worker);
  return [
    ...problems.map((problem) => ({ severity: "problem", code: "configuration_invalid", ...problem }) as const),
    // What cannot stay as it is need not be warned of as well.
    ...warnings.filter(({ path }) => !problems.some((problem) => path.startsWith(problem.path))),
    ...warnOfSurroundings(guard),
  ].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

const ORDER: readonly Finding["severity"][] = ["problem", "warning", "info"];

function count(findings: readonly Finding[]): Counts {
  const of = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  return { problems: of("problem"), warnings: of("warning") };
}

function printFindings(
  { worker }: LoadedGuard,
  findings: readonly Finding[],
  counts: Counts,
  terminal: Terminal,
): void {
  for (const { severity, path, problem, remedy, location: at } of findings) {
    const label = terminal.style(COLOURS[severity], severity);
    terminal.print(`${at.file}:${at.line}:${at.column}: ${label}: ${plain(path)} ${plain(problem)}.`);
    terminal.print(`    ${plain(remedy)}`);
  }
  const environment = worker.environment === undefined ? "" : `, environment ${worker.environment}`;
  const [problems, warnings] = [plural(counts.problems, "problem"), plural(counts.warnings, "warning")];
  terminal.print(`${worker.file}${environment}: ${problems}, ${warnings}.`);
}

const COLOURS = { problem: "red", warning: "yellow", info: "cyan" } as const;

function plural(number: number, noun: string): string {
  return `${number === 0 ? "no" : number} ${noun}${number === 1 ? "" : "s"}`;
}

function toJson({ worker, simulated }: LoadedGuard, findings: readonly Finding[], counts: Counts, ok: boolean) {
  return {
    format: 1,
    command: "check",
    ok,
    file: worker.file,
    environment: worker.environment ?? null,
    ...counts,
    assumedSecrets: [...simulated.assumed],
    findings: findings.map(({ severity, code, path, problem, remedy, location }) => {
      return { severity, code, path, problem, remedy, ...location };
    }),
  };
}

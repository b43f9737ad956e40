import type { Case } from "./cases.ts";
import { CONTESTANTS } from "./contestants.ts";
import type { Memory } from "./memory.ts";
import type { StartUp } from "./start-up.ts";
import type { Summary } from "./summary.ts";
import { table } from "./table.ts";
import type { Target } from "./targets.ts";

export function writeTargets(targets: readonly Target[]): string {
  return table(
    ["target", "limit", "measured", "", "without deciding"],
    targets.map(({ about, target, measured, met, undecided }) => [
      about,
      target,
      measured ?? "not run",
      measured === undefined ? "" : met ? "met" : "**not met**",
      undecided ?? "",
    ]),
  );
}

export function writeCase(of: Case, summaries: readonly Summary[]): string {
  const rows = summaries.map((summary) => [
    titleOf(summary.contestant),
    summary.cpu.toFixed(0),
    summary.cpuToBare.median.toFixed(2),
    `${summary.cpuToBare.lower.toFixed(2)}–${summary.cpuToBare.upper.toFixed(2)}`,
    rate(summary.kvReadsInBatches),
    summary.perSecond.toFixed(0),
    summary.throughputToBare.median.toFixed(2),
    `${(summary.busy * 100).toFixed(0)} %`,
    summary.p50.toFixed(2),
    summary.p99.toFixed(2),
    rate(summary.kvReads),
    rate(summary.keySetFetches),
    rate(summary.originRequests),
    rate(summary.ledgerQuestions),
    summary.memory.toFixed(0),
    String(summary.wrong),
  ]);
  const headings = [
    of.title,
    "CPU µs",
    "÷ bare",
    "quartiles",
    "KV reads",
    "requests/s",
    "÷ bare",
    "busy",
    "p50 ms",
    "p99 ms",
    "KV reads",
    "key sets",
    "origin",
    "ledger",
    "MB",
    "wrong",
  ];
  return table(headings, rows);
}

export function writeStartUp(startUps: readonly StartUp[]): string {
  return table(
    ["start", "ms until it listens", "first request ms", "later requests ms"],
    startUps.map(({ contestant, start, firstRequest, laterRequest }) => [
      titleOf(contestant),
      start.toFixed(0),
      firstRequest.toFixed(2),
      laterRequest.toFixed(2),
    ]),
  );
}

export function writeMemory(memories: readonly Memory[]): string {
  return table(
    ["live memory", "MB after 100 tokens", "MB after 10,000 tokens and records"],
    memories.map(({ contestant, afterFirstRequests, afterAll }) => [
      titleOf(contestant),
      afterFirstRequests.toFixed(1),
      afterAll.toFixed(1),
    ]),
  );
}

export function titleOf(name: string): string {
  return CONTESTANTS.find((contestant) => contestant.name === name)?.title ?? name;
}

function rate(value: number): string {
  if (value === 0) return "0";
  return value < 0.01 ? value.toFixed(4) : value.toFixed(2);
}

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { isPinned } from "./pinning.ts";

/** On what a run was made. */
export function describeMachine(wrk: string) {
  const { version }: { version: string } = createRequire(import.meta.url)("workerd");
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${release()}`,
    workerd: version,
    node: process.version,
    wrk,
    contestantsOnTheirOwnCore: isPinned,
    loadAverageAtStart: readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" "),
  };
}

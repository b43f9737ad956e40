import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** True when there are two cores and the means to choose between them. */
export const isPinned =
  availableParallelism() >= 2 && spawnSync("taskset", ["-c", "0,1", "true"], { stdio: "ignore" }).status === 0;

/** Contestants have core 0 to themselves; load, origin, KV and issuer share core 1. */
export function pinned(core: 0 | 1, command: readonly string[]): [command: string, parameters: string[]] {
  const [first = "", ...rest] = isPinned ? ["taskset", "-c", String(core), ...command] : command;
  return [first, rest];
}

/** The harness sends batches itself, so it belongs to the core of the load. */
export function pinHarness(): void {
  if (isPinned) spawnSync("taskset", ["-a", "-p", "-c", "1", String(process.pid)], { stdio: "ignore" });
}

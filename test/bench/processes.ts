import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** Every process that this run started and that has not ended. */
const running = new Set<ChildProcess>();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(130));
}
// Whatever ends the run, by an error or by a signal: nothing is left behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts a process that does not outlive this one. */
export function start(command: string, parameters: readonly string[], stdio: StdioOptions, env = process.env) {
  const child = spawn(command, parameters, { stdio, env });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

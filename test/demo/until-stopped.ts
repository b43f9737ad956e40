import { SetupError } from "./ports.ts";

/** How often to look whether whoever started this is still there. */
const PARENT_CHECK_MS = 250;

/**
 * Runs something that Ctrl-C, SIGTERM and a closed terminal end in good order: `signal` aborts, and the process lives on
 * until `run` has put everything away.
 *
 * @param whenStopped exit status of a run that was ended before it was through
 * @returns the exit status
 */
export async function untilStopped(
  whenStopped: number,
  run: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  // Nobody reads what is written any more: a closed terminal, or `npm run dev | head`.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", stop);
  // npm passes SIGTERM on to its shell, and many shells end without passing it on to this process.
  const parent = process.ppid;
  const parentCheck = setInterval(() => process.ppid !== parent && stop(), PARENT_CHECK_MS);
  try {
    return await run(signal);
  } catch (error) {
    if (signal.aborted) {
      console.log("Stopped.");
      return whenStopped;
    }
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    clearInterval(parentCheck);
  }
}

import type { Terminal } from "../terminal.ts";

/** What shells say of a program that Ctrl-C ended: 128 and the number of the signal. */
const INTERRUPTED = 130;

/**
 * Does what takes long and can be gone on with. Ctrl-C ends the program at once, with exit code 130, after saying how to go on; what is
 * kept is kept as it comes, so there is nothing to be done in the end.
 *
 * @param howToGoOn what to tell
 */
export async function whenInterrupted<T>(
  terminal: Terminal,
  howToGoOn: () => string,
  work: () => Promise<T>,
): Promise<T> {
  const stop = () => {
    terminal.warn(howToGoOn());
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", stop);
  try {
    return await work();
  } finally {
    process.off("SIGINT", stop);
  }
}

import { setTimeout as pause } from "node:timers/promises";
import type { Arguments, Option } from "../command.ts";
import { NoAnswer, UsageError } from "../failures.ts";

/** For what consists of many questions, where one that fails should not end the rest. */
export const PATIENCE_OPTION: Readonly<Record<string, Option>> = {
  "retry-for": { value: "SECONDS", help: "How long to ask again when the guard does not answer. Default: 60." },
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/** Milliseconds. */
export function readPatience(args: Arguments): number {
  const text = args.text("retry-for") ?? "60";
  if (!/^\d{1,5}$/.test(text)) throw new UsageError("Write --retry-for as a whole number of seconds from 0.");
  return Number(text) * 1000;
}

/**
 * Asks again, with longer and longer pauses, as long as nobody answers. An answer that nothing can be done with would be the same the
 * next time.
 *
 * @param ask has to be safe to be repeated
 * @param patience milliseconds from the first failure on
 * @param say what goes on, for people
 * @throws what the last attempt threw
 */
export async function patiently<T>(ask: () => Promise<T>, patience: number, say: (what: string) => void): Promise<T> {
  let giveUpAt: number | undefined;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      giveUpAt ??= performance.now() + patience;
      if (!(error instanceof NoAnswer) || performance.now() + wait > giveUpAt) throw error;
      say("The guard does not answer: asking again …");
      await pause(wait);
    }
  }
}

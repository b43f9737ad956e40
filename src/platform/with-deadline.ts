import type { Soon } from "../model/soon.ts";
import { type Clock, systemClock } from "./clock.ts";

/** What came of work that did not end in time. */
export const LATE = Symbol("late");

/**
 * Waits for work, but not forever: nothing else ends a read that hangs. Late work goes on and its outcome is dropped.
 *
 * @param milliseconds how long to wait
 */
export async function withDeadline<T>(
  work: Soon<T>,
  milliseconds: number,
  clock: Clock = systemClock,
): Promise<T | typeof LATE> {
  let cancel: (() => void) | undefined;
  const deadline = new Promise<typeof LATE>((resolve) => {
    cancel = clock.after(milliseconds, () => resolve(LATE));
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel?.();
  }
}

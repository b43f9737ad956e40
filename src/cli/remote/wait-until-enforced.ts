import { setTimeout as pause } from "node:timers/promises";
import type { Acknowledgement } from "../../model/revocation-command.ts";
import { CannotTell, Denied, UsageError } from "../failures.ts";
import { standing } from "./answers.ts";
import type { GuardClient } from "./guard-client.ts";

/** What is known after waiting: that it is enforced, or why nobody can say so. What was waited for is stored either way. */
export type Waited =
  | { readonly enforced: true; readonly afterMs: number }
  | { readonly enforced: false; readonly why: string };

/** Each answer comes from some isolate, so one that is up to date says little of the others. */
const ANSWERS_IN_A_ROW = 3;

const PAUSE_MS = 400;

/** A guard whose isolates cannot reach the ledger does not get there by waiting. */
const LONGEST_MS = 30_000;

/** Milliseconds, from any beginning. */
interface Time {
  now(): number;
  pause(ms: number): Promise<unknown>;
}

const REAL: Time = { now: () => performance.now(), pause };

/**
 * Returns when the isolates of the guard that answer enforce a change, or when half a minute is over. Questions that nobody answers
 * meanwhile are asked again; it ends early when the guard does not let this operator ask.
 */
export async function waitUntilEnforced(
  client: Pick<GuardClient, "get">,
  { sequence }: Pick<Acknowledgement, "sequence">,
  { now, pause }: Time = REAL,
): Promise<Waited> {
  const begun = now();
  let why = "The guard's mirror does not follow.";
  for (let inARow = 0; now() - begun < LONGEST_MS; await pause(PAUSE_MS)) {
    try {
      const { ledger, mirror } = await client.get("status", standing);
      // A mirror of former contents counts in another numbering.
      const follows = mirror.ledger !== undefined && mirror.ledger === ledger.ledger && mirror.through >= sequence;
      inARow = follows ? inARow + 1 : 0;
      why = "The guard's mirror does not follow.";
    } catch (error) {
      const isFinal = error instanceof Denied || error instanceof UsageError;
      if (!isFinal && !(error instanceof CannotTell)) throw error;
      [inARow, why] = [0, error.message];
      if (isFinal) break;
    }
    if (inARow === ANSWERS_IN_A_ROW) return { enforced: true, afterMs: now() - begun };
  }
  return { enforced: false, why: `It is stored, and nobody saw guards enforce it. ${why} See jotgate status.` };
}

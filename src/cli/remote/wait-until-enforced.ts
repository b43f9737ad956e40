import { setTimeout as pause } from "node:timers/promises";
import type { Acknowledgement } from "../../model/revocation-command.ts";
import { CannotTell } from "../failures.ts";
import { standing } from "./answers.ts";
import type { GuardClient } from "./guard-client.ts";

/** Each answer comes from some isolate, so one that is up to date says little of the others. */
const ANSWERS_IN_A_ROW = 3;

const PAUSE_MS = 400;

/** A guard whose isolates cannot reach the ledger does not get there by waiting. */
const LONGEST_MS = 30_000;

/**
 * Returns when the isolates of the guard that answer enforce a change.
 *
 * @returns milliseconds that it took
 * @throws CannotTell when they do not within half a minute
 */
export async function waitUntilEnforced(
  client: GuardClient,
  { sequence }: Pick<Acknowledgement, "sequence">,
): Promise<number> {
  const begun = performance.now();
  for (let inARow = 0; performance.now() - begun < LONGEST_MS; await pause(PAUSE_MS)) {
    const { ledger, mirror } = await client.get("status", standing);
    // A mirror of former contents counts in another numbering.
    const follows = mirror.ledger !== undefined && mirror.ledger === ledger.ledger && mirror.through >= sequence;
    inARow = follows ? inARow + 1 : 0;
    if (inARow === ANSWERS_IN_A_ROW) return performance.now() - begun;
  }
  throw new CannotTell("It is stored, and guards do not follow: see jotgate status.");
}

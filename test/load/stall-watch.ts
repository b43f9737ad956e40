import { sleep } from "../system/support/sleep.ts";
import type { Client } from "./client.ts";
import type { Outages } from "./outages.ts";

/** Milliseconds: between two probes, and how long one may take before the machine counts as held up. */
const INTERVAL = 200;
const HELD_UP = 400;

/** What {@link Outages} call it when the machine itself had no time. */
export const STALL = "stall";

/**
 * Notices when the machine has no time for the guard's runtime or for this process, which answers for the key endpoints: a page
 * that depends on nothing takes long, or a timer does. Deadlines that pass then are no fault of anybody's that is tested here.
 */
export async function watchForStalls(client: Client, outages: Outages, ended: () => boolean): Promise<void> {
  while (!ended()) {
    const from = performance.now();
    await Promise.all([client.send({ path: "/_jotgate/health" }), sleep(INTERVAL)]);
    const to = performance.now();
    if (to - from > INTERVAL + HELD_UP) outages.note(STALL, from, to);
  }
}

import { setTimeout } from "node:timers/promises";
import type { Contestant } from "./contestants.ts";
import { PlainClient } from "./plain-client.ts";
import type { TokenFactory } from "./tokens.ts";
import type { Upstream } from "./upstream/upstream.ts";

const ATTEMPTS = 100;
const PAUSE_MS = 100;

/**
 * Waits until a guard with a ledger needs KV no longer: its ledger has looked through KV, and its isolate has a mirror. Others
 * are in their steady state at once.
 */
export async function untilSteady(
  { upstream, tokens }: { readonly upstream: Upstream; readonly tokens: TokenFactory },
  contestant: Contestant,
  port: number,
): Promise<void> {
  if (!contestant.ledger) return;
  const client = new PlainClient(port);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await upstream.settle();
      // What was read of earlier tokens is remembered; a new one has to be looked up.
      await client.request(tokens.good());
      const after = await upstream.settle();
      if (after.counters.kvReads === before.counters.kvReads) return;
      await setTimeout(PAUSE_MS);
    }
    throw new Error(`${contestant.name} goes on reading KV.`);
  } finally {
    client.close();
  }
}

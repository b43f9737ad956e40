import { BatchClient } from "./batch-client.ts";
import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { Inspector } from "./inspector.ts";
import { type Bench, startContestant } from "./run-case.ts";
import { untilSteady } from "./steady-state.ts";
import type { Line } from "./traffic.ts";
import { countWrongInBatch } from "./wrong-answers.ts";

const TOKENS = 10_000;
const BLOCK = 1_000;
const FIRST_REQUESTS = 100;
const CONNECTIONS = 8;
const TAKING_PART: ReadonlySet<string> = new Set(["bare", "raw", "jose-kv", "jotgate", "jotgate-ledger"]);

/** Megabytes of live objects in the isolate. */
export interface Memory {
  readonly contestant: string;
  readonly afterFirstRequests: number;
  /** When 10,000 tokens of 10,000 users with a record each have been seen. */
  readonly afterAll: number;
}

/** What contestants keep. Resident memory would mostly say how much garbage happens to lie around. */
export async function measureMemory(bench: Bench): Promise<Memory[]> {
  await bench.upstream.configure({ latency: 0, hasRecords: true });
  const tokens = Array.from({ length: TOKENS }, () => bench.tokens.good());
  const lines = comingBack(tokens).map((token) => ({ good: true, token }));
  const results: Memory[] = [];
  for (const contestant of CONTESTANTS.filter(({ name }) => TAKING_PART.has(name))) {
    results.push(await measureOne(bench, contestant, lines));
  }
  return results;
}

/**
 * Three quarters of the tokens come twice, soon enough to be known still, and the last quarter once. A guard that keeps most of
 * its room for what comes back is full only then.
 */
function comingBack(tokens: readonly string[]): readonly string[] {
  const regulars = (tokens.length * 3) / 4;
  const sequence: string[] = [];
  for (let start = 0; start < regulars; start += BLOCK) {
    const block = tokens.slice(start, Math.min(start + BLOCK, regulars));
    sequence.push(...block, ...block);
  }
  return [...sequence, ...tokens.slice(regulars)];
}

async function measureOne(bench: Bench, contestant: Contestant, lines: readonly Line[]): Promise<Memory> {
  const runtime = await startContestant(bench, contestant, { inspector: true });
  const client = new BatchClient(runtime.port, CONNECTIONS);
  const send = async (part: readonly Line[]) => {
    await client.connect();
    const wrong = countWrongInBatch(part, await client.send(part), contestant);
    if (wrong > 0) throw new Error(`${contestant.name} gave ${wrong} wrong answers while its memory was measured.`);
  };
  try {
    await untilSteady(bench, contestant, runtime.port);
    const inspector = await Inspector.connect(runtime.inspectorPort);
    await send(lines.slice(0, FIRST_REQUESTS));
    const afterFirstRequests = (await inspector.liveBytes()) / 1e6;
    await send(lines.slice(FIRST_REQUESTS));
    const afterAll = (await inspector.liveBytes()) / 1e6;
    inspector.close();
    return { contestant: contestant.name, afterFirstRequests, afterAll };
  } finally {
    client.close();
    await runtime.stop();
  }
}

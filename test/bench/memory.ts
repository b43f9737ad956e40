import { statSync } from "node:fs";
import { join } from "node:path";
import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { Inspector } from "./inspector.ts";
import { type Bench, startContestant } from "./run-case.ts";
import { untilSteady } from "./steady-state.ts";
import { writeTraffic } from "./traffic.ts";
import { runLoad } from "./wrk.ts";

const TOKENS = 10_000;
const BLOCK = 1_000;
/** More than connections can still take while the load stops. */
const SPARE_TOKENS = 100;
const MOST_SECONDS = 180;
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
  const file = join(bench.folder, "memory.txt");
  const tokens = Array.from({ length: TOKENS }, () => bench.tokens.good());
  const spare = Array.from({ length: SPARE_TOKENS }, () => bench.tokens.good());
  const sequence = [...comingBack(tokens), ...spare];
  writeTraffic(
    file,
    sequence.map((token) => ({ good: true, token })),
  );
  const stopAt = Math.round((statSync(file).size * (sequence.length - SPARE_TOKENS)) / sequence.length);
  const results: Memory[] = [];
  for (const contestant of CONTESTANTS.filter(({ name }) => TAKING_PART.has(name))) {
    results.push(await measureOne(bench, contestant, file, stopAt));
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

async function measureOne(bench: Bench, contestant: Contestant, file: string, stopAt: number): Promise<Memory> {
  const runtime = await startContestant(bench, contestant, { inspector: true });
  try {
    await untilSteady(bench, contestant, runtime.port);
    const inspector = await Inspector.connect(runtime.inspectorPort);
    const sent = await sendOnce(runtime.port, file, 0, Math.round(stopAt / 100));
    const afterFirstRequests = (await inspector.liveBytes()) / 1e6;
    await sendOnce(runtime.port, file, sent, stopAt);
    const afterAll = (await inspector.liveBytes()) / 1e6;
    inspector.close();
    return { contestant: contestant.name, afterFirstRequests, afterAll };
  } finally {
    await runtime.stop();
  }
}

/** Second by second, because wrk stays for its time even when there is nothing left to send. */
async function sendOnce(port: number, file: string, start: number, stopAt: number): Promise<number> {
  const load = { port, connections: 8, seconds: 1, file, repeats: false, stopAt };
  let position = start;
  for (let second = 0; position < stopAt; second++) {
    if (second === MOST_SECONDS) throw new Error(`10,000 tokens took more than ${MOST_SECONDS} s.`);
    position = (await runLoad({ ...load, start: position })).position;
  }
  return position;
}

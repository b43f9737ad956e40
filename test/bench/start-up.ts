import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { PlainClient } from "./plain-client.ts";
import { type Bench, startContestant } from "./run-case.ts";
import { median } from "./statistics.ts";

const STARTS = 7;
const LATER_REQUESTS = 30;
const TAKING_PART: ReadonlySet<string> = new Set(["bare", "raw", "jose-kv", "jotgate", "jotgate-ledger"]);

/** Milliseconds, medians over all starts. */
export interface StartUp {
  readonly contestant: string;
  /** From the start of the process until it listens. */
  readonly start: number;
  readonly firstRequest: number;
  readonly laterRequest: number;
}

/** Starts contestants anew, again and again, and has them verify a token at once. */
export async function measureStartUp(bench: Bench): Promise<StartUp[]> {
  const contestants = CONTESTANTS.filter(({ name }) => TAKING_PART.has(name));
  const runs = new Map<Contestant, StartUp[]>(contestants.map((contestant) => [contestant, []]));
  await bench.upstream.configure({ latency: 0, hasRecords: false });
  // The first turn warms up the client and is left out.
  for (let turn = 0; turn <= STARTS; turn++) {
    for (const [contestant, results] of runs) {
      const result = await startOnce(bench, contestant);
      if (turn > 0) results.push(result);
    }
  }
  return [...runs].map(([{ name }, results]) => ({
    contestant: name,
    start: median(results.map(({ start }) => start)),
    firstRequest: median(results.map(({ firstRequest }) => firstRequest)),
    laterRequest: median(results.map(({ laterRequest }) => laterRequest)),
  }));
}

async function startOnce(bench: Bench, contestant: Contestant): Promise<StartUp> {
  const before = performance.now();
  const runtime = await startContestant(bench, contestant);
  const start = performance.now() - before;
  const client = new PlainClient(runtime.port);
  const token = bench.tokens.good();
  try {
    const firstRequest = await timeRequest(client, token);
    const later: number[] = [];
    for (let i = 0; i < LATER_REQUESTS; i++) later.push(await timeRequest(client, token));
    return { contestant: contestant.name, start, firstRequest, laterRequest: median(later) };
  } finally {
    client.close();
    await runtime.stop();
  }
}

async function timeRequest(client: PlainClient, token: string): Promise<number> {
  const { status, milliseconds } = await client.request(token);
  if (status !== 200) throw new Error(`A good token got ${status} right after the start.`);
  return milliseconds;
}

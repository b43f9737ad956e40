import { Inspector } from "../bench/inspector.ts";
import { forge } from "../support/test-issuer.ts";
import { sleep } from "../system/support/sleep.ts";
import type { Client, Sending } from "./client.ts";
import { judgeGrowth, type LiveHeap } from "./growth.ts";
import { MemoryWatch } from "./memory.ts";
import type { Stage } from "./stage.ts";

export interface FloodSettings {
  /** Requests of each kind, per guard and round. */
  readonly count: number;
  readonly progress?: (line: string) => void;
}

/** One kind of request, in one of the rounds, and what it cost. */
export interface Wave {
  readonly kind: string;
  readonly round: number;
  readonly requests: number;
  readonly seconds: number;
  /** By status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Documents that issuers were asked for. */
  readonly keyFetches: number;
  /** Reads of KV by the guard that has a ledger, and by the one that has KV alone. */
  readonly kvReads: number;
  readonly kvReadsWithoutLedger: number;
  /** Questions to the ledger: what is new, and strict ones. */
  readonly ledgerQuestions: number;
  /** Resident memory of all of workerd in MiB, some time after the wave: mostly garbage and what it reserves. */
  readonly memory: number;
}

export interface FloodReport {
  readonly memoryBefore: number;
  readonly waves: readonly Wave[];
  /** What the guards' isolates kept alive before the first round and after each. */
  readonly liveHeaps: readonly LiveHeap[];
  /** Whether what they keep has levelled off, or why nobody can tell. */
  readonly growth: string;
  /** Everything that grew with the number of requests and should not. Has to be empty. */
  readonly unbounded: readonly string[];
}

/** One guard that has a ledger, and one that has not. */
const FLOODED = ["guard-1", "kv-only"] as const;

/** Requests at a time, per guard. */
const AT_A_TIME = 32;

const ROUNDS = 3;

/** Sends floods of what attackers can make up, and counts what they cost. Again and again, since what is bounded stops growing. */
export async function runFlood(stage: Stage, { count, progress }: FloodSettings): Promise<FloodReport> {
  const memory = new MemoryWatch(1_000);
  const memoryBefore = memory.sample();
  const waves: Wave[] = [];
  const liveHeaps = await readLiveHeaps(stage, 0);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [kind, make] of Object.entries(kindsFor(stage))) {
      const wave = await runWave(stage, memory, { kind, round, make, count });
      waves.push(wave);
      progress?.(describeWave(wave));
    }
    liveHeaps.push(...(await readLiveHeaps(stage, round)));
  }
  memory.stop();
  const { growth, found } = judgeGrowth(liveHeaps, count);
  return { memoryBefore, waves, liveHeaps, growth, unbounded: [...waves.flatMap(findUnbounded), ...found] };
}

/** By the debugger, after everything else was collected. */
async function readLiveHeaps({ system }: Stage, round: number): Promise<LiveHeap[]> {
  const port = await system.inspectorPort();
  const heaps: LiveHeap[] = [];
  for (const guard of FLOODED) {
    const inspector = await Inspector.connect(port, guard);
    heaps.push({ guard, round, mebibytes: (await inspector.liveBytes()) / 2 ** 20 });
    inspector.close();
  }
  return heaps;
}

type Make = (number: number) => Sending | Promise<Sending>;

/** What the floods are made of. Everything in them is new each time. */
function kindsFor({ issuer, publisher }: Stage): Readonly<Record<string, Make>> {
  const good = issuer.sign(issuer.claims({ exp: Math.floor(Date.now() / 1000) + 3_600 }));
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const text = (length: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(length / 2))).toString("hex");
  const claims = () => issuer.claims({ sub: crypto.randomUUID(), sid: crypto.randomUUID() });
  return {
    "good tokens": async () => ({ path: "/", headers: bearer(await issuer.sign(claims())) }),
    "forged tokens": () => ({
      path: "/",
      headers: bearer(forge({ alg: issuer.algorithm, kid: issuer.keyId, typ: "at+jwt" }, claims())),
    }),
    "unknown keys": (number) => {
      const { issuer: iss, keys } = publisher.issuers[number % publisher.issuers.length] ?? { issuer: "", keys: [] };
      const header = { alg: keys[0]?.signer.algorithm, kid: crypto.randomUUID(), typ: "at+jwt" };
      return { path: "/", headers: bearer(forge(header, { ...claims(), iss })) };
    },
    paths: async () => ({ path: `/${text(40)}/${text(2_000)}?${text(2_000)}`, headers: bearer(await good) }),
    headers: async (number) => ({
      path: "/",
      headers: { ...bearer(await good), [`x-${text(32)}`]: text(2 + 2 * (number % 6_000)) },
    }),
    cookies: async (number) => ({
      path: "/",
      headers: {
        ...bearer(await good),
        cookie: Array.from({ length: 1 + (number % 100) }, () => `${text(16)}=${text(64)}`).join("; "),
      },
    }),
  };
}

interface WavePlan {
  readonly kind: string;
  readonly round: number;
  readonly make: Make;
  readonly count: number;
}

async function runWave(stage: Stage, memory: MemoryWatch, { kind, round, make, count }: WavePlan): Promise<Wave> {
  const before = await readCounts(stage);
  const begun = performance.now();
  const answers: Record<string, number> = {};
  let next = 0;
  const send = async (guard: string) => {
    for (let number = next++; number < count * FLOODED.length; number = next++) {
      const answer = await (stage.clients.get(guard) as Client).send(await make(number));
      const status = answer instanceof Error ? answer.message : String(answer.status);
      answers[status] = (answers[status] ?? 0) + 1;
      if (!(answer instanceof Error)) stage.system.takeDecision(answer);
    }
  };
  await Promise.all(FLOODED.flatMap((guard) => Array.from({ length: AT_A_TIME }, () => send(guard))));
  const seconds = (performance.now() - begun) / 1_000;
  const after = await readCounts(stage);
  await sleep(Math.min(2_000, count));
  const spent = Object.fromEntries(Object.entries(after).map(([what, number]) => [what, number - (before[what] ?? 0)]));
  return {
    ...{ kind, round, requests: count * FLOODED.length, seconds, answers },
    keyFetches: spent["keys"] ?? 0,
    kvReads: spent["store.get of guard-1"] ?? 0,
    kvReadsWithoutLedger: spent["store.get of kv-only"] ?? 0,
    ledgerQuestions: (spent["ledger.changes of guard-1"] ?? 0) + (spent["ledger.look of guard-1"] ?? 0),
    memory: memory.sample(),
  };
}

async function readCounts({ system, publisher }: Stage): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const guard of FLOODED) {
    for (const [what, number] of Object.entries(await system.callsOf(guard))) counts[`${what} of ${guard}`] = number;
  }
  counts["keys"] = [...publisher.asked.values()].reduce((sum, number) => sum + number, 0);
  return counts;
}

/** Seconds between fetches that unknown keys cause. */
const COOL_DOWN = 30;

/** Seconds for which a guard remembers what it read in KV. Requests that come at the same time all read. */
const REMEMBERED_FOR = 5;

/** What one wave may cost at most, however many requests it has. */
function findUnbounded({ kind, round, ...wave }: Wave): string[] {
  const documents = 4 * FLOODED.length;
  const limits = {
    keyFetches: documents * (1 + Math.ceil(wave.seconds / COOL_DOWN)),
    kvReads: 0,
    // Only a token with a good signature is worth a read, which counts for five seconds; good ones are somebody's own each.
    kvReadsWithoutLedger:
      kind === "good tokens" ? wave.requests : AT_A_TIME * (1 + Math.ceil(wave.seconds / REMEMBERED_FOR)),
    ledgerQuestions: Math.ceil(wave.seconds) + 2,
  };
  return Object.entries(limits).flatMap(([what, limit]) => {
    const spent = wave[what as keyof typeof limits];
    return spent <= limit ? [] : [`${kind}, round ${round}: ${spent} ${what}, more than ${limit}`];
  });
}

export function describeFlood({ memoryBefore, waves, liveHeaps, growth }: FloodReport): string[] {
  return [
    `resident memory of workerd before: ${Math.round(memoryBefore)} MiB`,
    ...waves.map(describeWave),
    ...liveHeaps.map(
      ({ guard, round, mebibytes }) => `live heap of ${guard} after round ${round}: ${mebibytes.toFixed(1)} MiB`,
    ),
    growth,
  ];
}

function describeWave(wave: Wave): string {
  const answers = Object.entries(wave.answers).map(([status, count]) => `${count} × ${status}`);
  return [
    `round ${wave.round}, ${wave.kind}: ${wave.requests} in ${Math.round(wave.seconds)} s (${answers.join(", ")})`,
    `${wave.keyFetches} key documents, ${wave.ledgerQuestions} questions to the ledger`,
    `${wave.kvReads} KV reads with a ledger and ${wave.kvReadsWithoutLedger} without, ${Math.round(wave.memory)} MiB resident`,
  ].join("; ");
}

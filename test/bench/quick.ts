// Counts what Jotgate and its peers do for a few requests each. It measures no time, so that it can run anywhere: npm run bench:quick
import { setTimeout } from "node:timers/promises";
import { temporaryFolder } from "./bench-folder.ts";
import { buildWorkers } from "./build.ts";
import { CASES, type Case } from "./cases.ts";
import { checkCounts } from "./check-counts.ts";
import { CONTESTANTS, type Contestant, rightAnswers } from "./contestants.ts";
import { PlainClient } from "./plain-client.ts";
import { type Bench, contestantsOf, startContestant } from "./run-case.ts";
import { untilSteady } from "./steady-state.ts";
import { TokenFactory } from "./tokens.ts";
import { type Line, planTraffic } from "./traffic.ts";
import { type Counters, subtract } from "./upstream/counters.ts";
import { Upstream } from "./upstream/upstream.ts";

const REQUESTS = 60;
/** Of returning tokens, so that each returns a few times. */
const RETURNING = 20;
/** Milliseconds between the requests of this case to a guard with a ledger: three seconds in which it has to ask. */
const PACED = { case: "hot", pause: 50 };
/** Most of the time is spent waiting, for ledgers that have to look through KV first. */
const AT_A_TIME = 2;
const EVERYONE: ReadonlySet<string> = new Set(CONTESTANTS.map(({ name }) => name));

try {
  process.exitCode = (await run()) > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

/** @returns how many faults there were */
async function run(): Promise<number> {
  const shares = Array.from({ length: AT_A_TIME }, (_, share) => CASES.filter((_of, at) => at % AT_A_TIME === share));
  const faults = (await Promise.all(shares.map(countCases))).reduce((sum, count) => sum + count, 0);
  console.log(faults === 0 ? "All counts are as they should be." : `${faults} faults.`);
  return faults;
}

/** Cases that share an origin, a KV and an issuer, one after the other. @returns how many faults there were */
async function countCases(cases: readonly Case[]): Promise<number> {
  const folder = temporaryFolder();
  const tokens = new TokenFactory();
  const scriptOf = await buildWorkers(folder, CONTESTANTS);
  const upstream = await Upstream.start(tokens.jwks);
  let faults = 0;
  for (const of of cases) {
    for (const fault of await countCase({ folder, tokens, upstream, scriptOf }, of)) {
      faults += 1;
      console.error(`FAULT ${fault}`);
    }
  }
  await upstream.stop();
  return faults;
}

async function countCase(bench: Bench, of: Case): Promise<string[]> {
  await bench.upstream.configure({ latency: of.kvLatency, hasRecords: false });
  const smaller = of.returning === undefined ? of : { ...of, returning: RETURNING };
  const lines = [...planTraffic(smaller, bench.tokens, REQUESTS).lines];
  const requests = Array.from({ length: REQUESTS }, (_, i) => lines[i % lines.length] ?? { good: false, token: "" });
  const faults: string[] = [];
  for (const contestant of contestantsOf(of, EVERYONE)) {
    faults.push(...(await countContestant(bench, of, contestant, requests)));
  }
  return faults;
}

async function countContestant(bench: Bench, of: Case, contestant: Contestant, lines: readonly Line[]) {
  const { upstream } = bench;
  const runtime = await startContestant(bench, contestant);
  const client = new PlainClient(runtime.port);
  const right = rightAnswers(contestant);
  const wrong: string[] = [];
  try {
    await untilSteady(bench, contestant, runtime.port);
    const before = await upstream.settle();
    const begun = performance.now();
    for (const { good, token } of lines) {
      const { status = 0 } = await client.request(token);
      if (contestant.ledger && of.name === PACED.case) await setTimeout(PACED.pause);
      if (!(good ? right.good : right.bad).has(status)) wrong.push(`a ${good ? "good" : "bad"} token got ${status}`);
    }
    const after = await upstream.settle();
    const seconds = (performance.now() - begun) / 1000;
    const counts = subtract(after.counters, before.counters);
    console.log(
      `${of.name}, ${contestant.name}: ${lines.length} requests, ${summarize(counts)}, wrong answers ${wrong.length}`,
    );
    const faults = checkCounts(of, contestant, lines, { counts, seconds, lastHead: after.lastHead });
    return [...inShort(wrong), ...faults].map((fault) => `${of.name}, ${contestant.name}: ${fault}`);
  } finally {
    client.close();
    await runtime.stop();
  }
}

function summarize({ kvReads, keySetFetches, originRequests, ledgerQuestions, kvLists }: Counters): string {
  const always = `KV reads ${kvReads}, key-set fetches ${keySetFetches}, origin requests ${originRequests}`;
  return `${always}, ledger questions ${ledgerQuestions}, KV lists ${kvLists}`;
}

/** Each text once, with how often it occurred. */
function inShort(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => `${text} (${texts.filter((other) => other === text).length} times)`);
}

import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Case } from "./cases.ts";
import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { Lane, type TrafficFile } from "./lane.ts";
import { Runtime } from "./runtime.ts";
import type { Sample } from "./sample.ts";
import { untilSteady } from "./steady-state.ts";
import type { TokenFactory } from "./tokens.ts";
import { planTraffic, writeTraffic } from "./traffic.ts";
import type { Upstream } from "./upstream/upstream.ts";
import { workerdConfig } from "./workerd-config.ts";

/** What all cases share. */
export interface Bench {
  readonly folder: string;
  readonly tokens: TokenFactory;
  readonly upstream: Upstream;
  readonly scriptOf: (contestant: Contestant) => string;
}

/** Nobody gets through more of these in a second, or the run ends: tokens that have to be verified, and others. */
const MOST_PER_SECOND = { verified: 10_000, others: 20_000 };
/** Enough for the optimizing compiler to have seen everything; slow contestants get as many requests as fast ones. */
const WARM_UP_REQUESTS = 2_000;
const WARM_UP_SECONDS = 3;

/**
 * Runs one case: contestants take turns, so that whatever else the machine does meets all of them, and the order is reversed
 * every other round, so that none always comes after the same one.
 */
export async function runCase(
  bench: Bench,
  of: Case,
  { contestants, rounds, seconds }: { contestants: ReadonlySet<string>; rounds: number; seconds: number },
): Promise<Sample[]> {
  const most = of.traffic === "unknown kid" ? MOST_PER_SECOND.others : MOST_PER_SECOND.verified;
  const traffic = prepareTraffic(bench, of, most * (WARM_UP_SECONDS + rounds * seconds));
  await bench.upstream.configure({ latency: of.kvLatency, hasRecords: false });
  const lanes: Lane[] = [];
  const samples: Sample[] = [];
  try {
    for (const contestant of contestantsOf(of, contestants)) {
      const runtime = await startContestant(bench, contestant);
      lanes.push(new Lane(contestant, of, runtime, bench.upstream, traffic));
      await untilSteady(bench, contestant, runtime.port);
    }
    for (const lane of lanes) await warmUp(lane);
    for (let round = 1; round <= rounds; round++) {
      for (const lane of round % 2 === 1 ? lanes : lanes.toReversed()) samples.push(await lane.measure(round, seconds));
    }
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()));
  }
  return samples;
}

async function warmUp(lane: Lane): Promise<void> {
  let requests = 0;
  for (let second = 0; second < WARM_UP_SECONDS && requests < WARM_UP_REQUESTS; second++) {
    requests += (await lane.measure(0, 1)).requests;
  }
}

export function contestantsOf(of: Case, chosen: ReadonlySet<string>): Contestant[] {
  const names: ReadonlySet<string> = new Set(of.contestants);
  return CONTESTANTS.filter(({ name }) => names.has(name) && chosen.has(name));
}

export function startContestant(
  { folder, scriptOf, upstream, tokens }: Bench,
  contestant: Contestant,
  options: { readonly inspector?: boolean } = {},
): Promise<Runtime> {
  const config = join(folder, `${contestant.name}.capnp`);
  const script = relative(folder, scriptOf(contestant));
  // A ledger begins with nothing, whoever was there before.
  const disk = mkdtempSync(join(folder, "disk-"));
  writeFileSync(config, workerdConfig(contestant, script, { ports: upstream.ports, jwks: tokens.jwks, disk }));
  return Runtime.start(config, options);
}

function prepareTraffic({ folder, tokens }: Bench, of: Case, atMost: number): TrafficFile {
  const path = join(folder, `${of.name}.txt`);
  const { repeats, lines } = planTraffic(of, tokens, atMost);
  writeTraffic(path, lines);
  return { path, repeats, bytes: statSync(path).size };
}

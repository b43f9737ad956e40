import { mkdtempSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Case } from "./cases.ts";
import { CONTESTANTS, type Contestant } from "./contestants.ts";
import { Lane } from "./lane.ts";
import { Runtime } from "./runtime.ts";
import type { Batch, Sample } from "./sample.ts";
import { untilSteady } from "./steady-state.ts";
import type { TokenFactory } from "./tokens.ts";
import { planTraffic } from "./traffic.ts";
import { TrafficFile } from "./traffic-file.ts";
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
/** Enough for the optimizing compiler to have seen everything. Who takes longer than this for them has seen enough, too. */
const WARM_UP_REQUESTS = 3_000;
const WARM_UP_SECONDS = 3;

/** How much is measured. */
export interface Extent {
  readonly contestants: ReadonlySet<string>;
  /** Of batches, per contestant and case. */
  readonly batches: number;
  /** Of load, per contestant and case, and how long each takes. */
  readonly rounds: number;
  readonly seconds: number;
}

/** Runs one case, first in batches, then under load. */
export async function runCase(
  bench: Bench,
  of: Case,
  extent: Extent,
): Promise<{ readonly batches: readonly Batch[]; readonly samples: readonly Sample[] }> {
  const traffic = prepareTraffic(bench, of, extent);
  await bench.upstream.configure({ latency: of.kvLatency, hasRecords: false });
  const lanes: Lane[] = [];
  try {
    for (const contestant of contestantsOf(of, extent.contestants)) {
      const runtime = await startContestant(bench, contestant);
      lanes.push(new Lane(contestant, of, runtime, bench.upstream, traffic));
      await untilSteady(bench, contestant, runtime.port);
    }
    for (const lane of lanes) await warmUp(lane, of);
    return {
      batches: await takeTurns(lanes, extent.batches, (lane, round) => lane.runBatch(round)),
      samples: await takeTurns(lanes, extent.rounds, (lane, round) => lane.runLoad(round, extent.seconds)),
    };
  } finally {
    traffic.close();
    await Promise.all(lanes.map((lane) => lane.stop()));
  }
}

/**
 * Contestants take turns, so that whatever else the machine does meets all of them, and the order is reversed every other round,
 * so that none always comes after the same one.
 */
async function takeTurns<T>(
  lanes: readonly Lane[],
  rounds: number,
  run: (lane: Lane, round: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const lane of round % 2 === 1 ? lanes : lanes.toReversed()) results.push(await run(lane, round));
  }
  return results;
}

async function warmUp(lane: Lane, { batch }: Case): Promise<void> {
  const end = performance.now() + WARM_UP_SECONDS * 1000;
  for (let sent = 0; sent < WARM_UP_REQUESTS && performance.now() < end; sent += batch) {
    const { wrong } = await lane.runBatch(0);
    if (wrong > 0) throw new Error(`${lane.contestant.name} gave ${wrong} wrong answers to its first requests.`);
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

function prepareTraffic({ folder, tokens }: Bench, of: Case, { batches, rounds, seconds }: Extent): TrafficFile {
  const perSecond = of.traffic === "unknown kid" ? MOST_PER_SECOND.others : MOST_PER_SECOND.verified;
  // One second more, for who starts over in the middle.
  const atMost = WARM_UP_REQUESTS + (batches + 1) * of.batch + (rounds * seconds + 1) * perSecond;
  return new TrafficFile(join(folder, `${of.name}.txt`), planTraffic(of, tokens, atMost));
}

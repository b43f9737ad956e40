// Measures Jotgate side by side with what else stands in front of an origin. docs/performance.md says what and why.
import { existsSync } from "node:fs";
import { temporaryFolder } from "./bench-folder.ts";
import { buildWorkers, sizeOf } from "./build.ts";
import { CONTESTANTS } from "./contestants.ts";
import { describeMachine } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { type Options, readOptions } from "./options.ts";
import { pinHarness } from "./pinning.ts";
import { writeCase, writeMemory, writeStartUp, writeTargets } from "./report.ts";
import { publish, writeResults } from "./results.ts";
import { runCase } from "./run-case.ts";
import type { Batch, Sample } from "./sample.ts";
import { measureStartUp } from "./start-up.ts";
import { total } from "./statistics.ts";
import { summarize } from "./summary.ts";
import { judge } from "./targets.ts";
import { TokenFactory } from "./tokens.ts";
import { Upstream } from "./upstream/upstream.ts";
import { measureWorkerParts } from "./worker-parts.ts";
import { requireWrk } from "./wrk.ts";

try {
  process.exitCode = await run(readOptions());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

/** @returns the exit code: wrong answers make a run worthless, targets that are missed do not */
async function run(options: Options): Promise<number> {
  if (!existsSync("/proc/self/schedstat")) throw new Error("CPU time is read from /proc: run this on Linux.");
  const machine = describeMachine(requireWrk());
  const folder = temporaryFolder();
  const tokens = new TokenFactory();
  const scriptOf = await buildWorkers(folder, CONTESTANTS);
  pinHarness();
  const upstream = await Upstream.start(tokens.jwks);
  const bench = { folder, tokens, upstream, scriptOf };

  const batches: Batch[] = [];
  const samples: Sample[] = [];
  const tables: string[] = [];
  for (const of of options.cases) {
    const own = await runCase(bench, of, options);
    batches.push(...own.batches);
    samples.push(...own.samples);
    const table = writeCase(of, summarize(of, own.batches, own.samples));
    tables.push(table);
    console.log(`${table}\n`);
  }
  const startUp = await measureStartUp(bench);
  const memory = await measureMemory(bench);
  const others = [writeStartUp(startUp), writeMemory(memory)];
  tables.push(...others);
  await upstream.stop();

  const sizes = CONTESTANTS.map((contestant) => ({ name: contestant.name, bytes: sizeOf(scriptOf(contestant)) }));
  const { requestPath: size } = await measureWorkerParts();
  const targets = writeTargets(judge({ batches, samples, startUp, memory, size }));
  console.log([...others, targets].join("\n\n"));

  const results = {
    date: new Date().toISOString(),
    machine,
    turns: { batches: options.batches, rounds: options.rounds, seconds: options.seconds },
    sizes,
    batches,
    samples,
    startUp,
    memory,
    tables,
    targets,
  };
  writeResults(options.output, results);
  const wrong = total<Batch | Sample>([...batches, ...samples], (turn) => turn.wrong);
  if (wrong > 0) console.error(`${wrong} wrong answers: this run says nothing.`);
  else if (options.publish) publish(results);
  return wrong > 0 ? 1 : 0;
}

import { readCorpus, writeCorpus } from "./corpus.ts";
import { Coverage } from "./coverage.ts";
import { type Finding, readFinding, writeFinding } from "./finding.ts";
import { FuzzedTarget, problemOf } from "./fuzz-target.ts";
import { HELP, Misused, type Options, readOptions } from "./options.ts";
import { writeSummary } from "./summary.ts";
import { findTarget } from "./targets.ts";
import { Watchdog } from "./watchdog.ts";

/** Milliseconds that a target has at most before the next one's turn. */
const LONGEST_TURN = 3_000;

/** Turns that every target has at least: what one finds, it goes on from in the next. */
const LEAST_TURNS = 3;

/** Milliseconds between two lines of progress. */
const PROGRESS = 15_000;

/** Milliseconds without any progress after which an input counts as one that takes forever. */
const PATIENCE = 60_000;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) {
      console.log(HELP);
      return 0;
    }
    return options.replay === undefined ? await fuzz(options) : await replay(options.replay, options.findings);
  } catch (error) {
    if (!(error instanceof Misused)) throw error;
    console.error(`${error.message}\nnpm run fuzz -- --help shows how it is used.`);
    return 2;
  }
}

async function replay(file: string, folder: string): Promise<number> {
  const { target: name, input } = readFinding(file);
  const target = findTarget(name);
  if (target === undefined) throw new Misused(`There is no target ${name}.`);
  const watchdog = new Watchdog(folder, PATIENCE);
  watchdog.begin(name, input);
  const problem = await problemOf(target, input);
  await watchdog.end();
  console.log(problem === undefined ? `${name}: the finding does not show any more.` : `${name}: ${problem}`);
  return problem === undefined ? 0 : 1;
}

async function fuzz({ minutes, seed, targets, save, findings }: Options): Promise<number> {
  const began = performance.now();
  const coverage = new Coverage(new URL("../../src/", import.meta.url).href);
  const watchdog = new Watchdog(findings, PATIENCE);
  console.log(`Seed ${seed}, ${minutes} minutes, targets: ${targets.join(", ")}`);
  const fuzzed = targets.flatMap((name, index) => {
    const target = findTarget(name);
    return target === undefined ? [] : [new FuzzedTarget(target, coverage, watchdog, seed + index)];
  });
  for (const one of fuzzed) {
    await one.begin([...one.target.seeds, ...readCorpus(one.target.name)]);
    report(one.finding, findings);
  }
  // Replaying the corpus takes its time, which nobody's turns are to pay for.
  const replayed = performance.now();
  const end = replayed + minutes * 60_000;
  const turn = Math.min(LONGEST_TURN, (minutes * 60_000) / (LEAST_TURNS * fuzzed.length));
  console.log(
    `Replayed the corpus in ${Math.round((replayed - began) / 1000)} s; each target's turn takes ${Math.round(turn)} ms.`,
  );
  let reported = replayed;
  const open = () => fuzzed.filter(({ finding }) => finding === undefined);
  while (performance.now() < end && open().length > 0) {
    for (const one of open()) {
      await one.work(turn);
      report(one.finding, findings);
      if (performance.now() - reported < PROGRESS) continue;
      reported = performance.now();
      const sum = (of: (one: FuzzedTarget) => number) => fuzzed.reduce((total, each) => total + of(each), 0);
      const [executions, corpus, blocks] = [
        sum((each) => each.executions),
        sum((each) => each.corpus.length),
        sum((each) => each.blocks),
      ];
      const time = `${Math.round((reported - began) / 1000)} s`.padStart(7);
      const found = fuzzed.length - open().length;
      console.log(
        `${time}  ${executions} executions, ${corpus} inputs kept, ${blocks} blocks, ${found} findings (${one.target.name})`,
      );
    }
  }
  await watchdog.end();
  coverage.close();
  if (save) for (const one of fuzzed) writeCorpus(one.target.name, one.corpus);
  console.log(writeSummary(fuzzed, seed, (performance.now() - began) / 1000));
  return open().length === fuzzed.length ? 0 : 1;
}

/** At once, because a run is long; a target with a finding rests until that is dealt with. */
function report(finding: Finding | undefined, folder: string): void {
  if (finding === undefined) return;
  const file = writeFinding(finding, folder);
  console.log(`\n${finding.target}: ${finding.problem}\n  input: ${JSON.stringify(finding.input)}`);
  console.log(`  Replay: npm run fuzz -- --replay ${file}\n`);
}

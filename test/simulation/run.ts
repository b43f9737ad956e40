import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { type Code, loadCode } from "./code.ts";
import { installPlatformTime } from "./machine.ts";
import { withCopy } from "./mutate.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    mutation: { type: "string" },
    "short-pages": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

const SOURCE = new URL("../../src", import.meta.url).pathname;

const shortPages = values["short-pages"];

process.exitCode =
  values.mutation === undefined && !shortPages
    ? await runAll(await loadCode(SOURCE))
    : await withCopy(SOURCE, { mutation: values.mutation, shortPages }, runAll);

/** Runs seed after seed until one fails. */
async function runAll(code: Code): Promise<number> {
  const uninstall = installPlatformTime();
  const [seeds, from, seconds] = [Number(values.seeds), Number(values.from), Number(values.seconds)];
  const counts: Record<string, number> = {};
  const begun = performance.now();
  let failure: { seed: number; violations: readonly string[] } | undefined;
  const digest = createHash("sha256");
  let runs = 0;
  for (let seed = from; seed < from + seeds && failure === undefined; seed++) {
    const run = await simulate(
      code,
      seed,
      seconds,
      !shortPages,
      values.verbose ? (line) => console.log(line) : undefined,
    );
    runs++;
    for (const [what, count] of Object.entries(run.history.counts)) counts[what] = (counts[what] ?? 0) + count;
    if (run.violations.length > 0) failure = { seed, violations: run.violations };
    digest.update(run.digest);
  }
  uninstall();
  const took = performance.now() - begun;
  if (values.json) console.log(JSON.stringify({ runs, counts, failure, digest: digest.digest("hex") }));
  else report(runs, took, counts, failure);
  return failure === undefined ? 0 : 1;
}

function report(
  runs: number,
  took: number,
  counts: Readonly<Record<string, number>>,
  failure: { seed: number; violations: readonly string[] } | undefined,
): void {
  console.log(`${runs} worlds in ${(took / 1000).toFixed(1)} s, ${(took / runs).toFixed(1)} ms each`);
  for (const [what, count] of Object.entries(counts).sort()) console.log(`  ${what}: ${count}`);
  if (failure === undefined) {
    console.log("All promises were kept.");
    return;
  }
  const { seed, violations } = failure;
  console.log(`Seed ${seed} breaks ${violations.length} promises:`);
  for (const violation of violations.slice(0, 10)) console.log(`  ${violation}`);
  const pages = shortPages ? " --short-pages" : "";
  const mutation = values.mutation === undefined ? "" : ` --mutation ${values.mutation}`;
  console.log(
    `Replay: node test/simulation/run.ts --from ${seed} --seeds 1 --seconds ${values.seconds}${pages}${mutation} --verbose`,
  );
}

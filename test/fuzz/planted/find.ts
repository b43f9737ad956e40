import { Coverage } from "../coverage.ts";
import { FuzzedTarget } from "../fuzz-target.ts";

// Only what is loaded after this is counted.
const coverage = new Coverage(new URL("./", import.meta.url).href);
const { failDeepInside } = await import("./fault.ts");

const target = {
  name: "planted",
  about: "a fault that was put there to be found",
  seeds: ["x"],
  words: ["x"],
  work: { base: 1_000, perCharacter: 10 },
  run: failDeepInside,
};

const fuzzed = new FuzzedTarget(target, coverage, undefined, 1);
await fuzzed.begin(target.seeds);
const end = performance.now() + 120_000;
while (fuzzed.finding === undefined && performance.now() < end) await fuzzed.work(100);
coverage.close();
console.log(JSON.stringify({ finding: fuzzed.finding, executions: fuzzed.executions, kept: fuzzed.corpus }));

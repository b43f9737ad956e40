import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawChart } from "./chart.ts";
import type { describeMachine } from "./machine.ts";
import type { Memory } from "./memory.ts";
import type { Batch, Sample } from "./sample.ts";
import type { StartUp } from "./start-up.ts";

export interface Results {
  readonly date: string;
  readonly machine: ReturnType<typeof describeMachine>;
  /** Of batches, and of load. */
  readonly turns: { readonly batches: number; readonly rounds: number; readonly seconds: number };
  readonly sizes: readonly { readonly name: string; readonly bytes: number }[];
  readonly batches: readonly Batch[];
  readonly samples: readonly Sample[];
  readonly startUp: readonly StartUp[];
  readonly memory: readonly Memory[];
  readonly tables: readonly string[];
  readonly targets: string;
}

const PAGE = new URL("../../docs/performance.md", import.meta.url);
const CHART = new URL("../../docs/performance.svg", import.meta.url);
const BEGIN = "<!-- npm run bench -- --publish writes from here -->";
const END = "<!-- to here -->";

/** `results.json` has every turn, `results.md` the tables, `results.svg` the chart. */
export function writeResults(folder: string, results: Results): void {
  mkdirSync(folder, { recursive: true });
  const { tables, targets, ...data } = results;
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(data, null, 1)}\n`);
  writeFileSync(join(folder, "results.md"), describe(results));
  writeFileSync(join(folder, "results.svg"), drawChart(results.batches));
}

/** Puts the run into the documentation. */
export function publish(results: Results): void {
  const page = readFileSync(PAGE, "utf8");
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error("docs/performance.md has lost its marks.");
  writeFileSync(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${describe(results)}\n${page.slice(end)}`);
  writeFileSync(CHART, drawChart(results.batches));
}

function describe({ date, machine, turns, sizes, tables, targets }: Results): string {
  const { processor, cores, system, workerd, contestantsOnTheirOwnCore, loadAverageAtStart } = machine;
  const { batches, rounds, seconds } = turns;
  const pinning = contestantsOnTheirOwnCore ? "contestants on a core of their own" : "nothing pinned to a core";
  return `${date.slice(0, 10)}; ${batches} rounds of batches, ${rounds} rounds of ${seconds} s of load; ${processor}, ${cores} cores, ${system}; workerd ${workerd};
${machine.wrk}; ${pinning}; load average at the start ${loadAverageAtStart}.

### Targets

${targets}

### Cases

${tables.join("\n\n")}

Worker sizes, minified and gzipped: ${sizes.map(({ name, bytes }) => `${name} ${(bytes / 1000).toFixed(1)} kB`).join(", ")}.
`;
}

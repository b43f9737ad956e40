import { parseArgs } from "node:util";
import { describeFlood, runFlood } from "./flood.ts";
import { describeReport, faultsOf } from "./load-report.ts";
import { runLoad } from "./run-load.ts";
import { setStage } from "./stage.ts";

/*
 * npm run load -- --seconds 600            a mixed load with faults; every answer is judged
 * npm run load -- --flood                  floods of what attackers can make up; memory and outbound calls are counted
 */

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "400" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    flood: { type: "boolean", default: false },
    /** Requests of each kind of flood. */
    count: { type: "string", default: "20000" },
    json: { type: "boolean", default: false },
  },
});

const print = (line: string) => console.log(line);
const stage = await setStage({ isInspected: values.flood });
try {
  process.exitCode = values.flood ? await flood() : await load();
} finally {
  await stage.stop();
}

async function load(): Promise<number> {
  const [seconds, rate, seed] = [Number(values.seconds), Number(values.rate), Number(values.seed)];
  print(`seed ${seed}`);
  const report = await runLoad(stage, { seconds, rate, seed, progress: print });
  const found = faultsOf(report);
  for (const line of values.json ? [JSON.stringify(report)] : describeReport(report)) print(line);
  for (const line of found) console.error(line);
  return found.length === 0 ? 0 : 1;
}

async function flood(): Promise<number> {
  const report = await runFlood(stage, { count: Number(values.count), progress: print });
  for (const line of values.json ? [JSON.stringify(report)] : describeFlood(report)) print(line);
  for (const line of report.unbounded) console.error(line);
  return report.unbounded.length === 0 ? 0 : 1;
}

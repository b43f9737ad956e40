// Measures what a mirror and a ledger cost, without guard and network: node test/bench/revocation/report.ts [--publish]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../machine.ts";
import { table } from "../table.ts";
import { type LedgerCost, measureLedger } from "./ledger-cost.ts";
import { type MirrorCost, measureMirror } from "./mirror-cost.ts";
import { publish } from "./page.ts";
import { costOfChanges } from "./prices.ts";

const SCRIPT = "npm run bench:revocation --";

const { values } = parseArgs({
  options: {
    output: { type: "string", default: "test/bench/results" },
    publish: { type: "boolean", default: false },
  },
});
const machine = describeMachine("no load");
const mirror = await measureMirror();
const ledger = await measureLedger();
const text = describe(mirror, ledger);
mkdirSync(values.output, { recursive: true });
const results = { date: new Date().toISOString(), machine, mirror, ledger };
writeFileSync(join(values.output, "revocation.json"), `${JSON.stringify(results, null, 1)}\n`);
writeFileSync(join(values.output, "revocation.md"), `${text}\n`);
console.log(text);
if (values.publish) publish(SCRIPT, text);
process.exit();

function describe(mirrors: readonly MirrorCost[], costs: LedgerCost): string {
  const { processor, cores, system, workerd, node, loadAverageAtStart } = machine;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}; ${processor}, ${cores} cores, ${system}; workerd ${workerd}, Node ${node}; load average at the start ${loadAverageAtStart}.

${describeMirror(mirrors)}

${describeLoads(costs)}

${describeCalls(costs)}`;
}

function describeMirror(mirrors: readonly MirrorCost[]): string {
  return table(
    ["live records", "table MB", "process grows by MB", "built in ms", "look-up ns: there", "not there"],
    mirrors.map(({ records, tableBytes, processGrowthBytes, buildMs, hitNs, missNs }) => [
      grouped(records),
      (tableBytes / 1e6).toFixed(2),
      (processGrowthBytes / 1e6).toFixed(1),
      buildMs.toFixed(0),
      hitNs.toFixed(0),
      missNs.toFixed(0),
    ]),
  );
}

function describeLoads({ loads }: LedgerCost): string {
  return table(
    ["cold load of", "pages", "first ms", "again ms"],
    loads.map(({ records, pages, firstMs, againMs }) => [
      `${grouped(records)} records`,
      String(pages),
      firstMs.toFixed(0),
      againMs.toFixed(0),
    ]),
  );
}

function describeCalls({ pollMs, pollCpuMicroseconds, lookMs, commandMs, rowsPerCommand }: LedgerCost): string {
  const rows = [
    [
      "question to which nothing is new (CPU of both sides)",
      `${pollMs.toFixed(2)} ms (${pollCpuMicroseconds.toFixed(0)} µs)`,
    ],
    ["question of a strict route, with a durable write", `${lookMs.toFixed(2)} ms`],
    ["command, durable", `${commandMs.toFixed(2)} ms`],
    ["rows written per command, copy to KV included", rowsPerCommand.toFixed(1)],
    ["dollars per million commands", costOfChanges(rowsPerCommand).toFixed(2)],
  ];
  return table(["ledger, without a network", ""], rows);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

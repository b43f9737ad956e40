import { parseArgs } from "node:util";
import { loadCode } from "./code.ts";
import { installPlatformTime } from "./machine.ts";
import { measureLoad } from "./measure-load.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});

const ISOLATES = [300, 1_200, 5_000];
const REQUESTS_PER_SECOND = [10, 100, 1_000, 10_000];

const COLUMNS = [
  ...["requests/s", "isolates", "questions/s mean", "peak", "waiting %", "wait p99 ms", "KV reads/request"],
  ...["staleness p50 s", "p99 s", "max s"],
];

const code = await loadCode(new URL("../../src", import.meta.url).pathname);
const uninstall = installPlatformTime();
console.log(`| ${COLUMNS.join(" | ")} |\n|${COLUMNS.map(() => "---").join("|")}|`);
for (const requests of REQUESTS_PER_SECOND) {
  for (const isolates of ISOLATES) {
    const load = await measureLoad(code, {
      isolates,
      requests,
      seconds: Number(values.seconds),
      seed: Number(values.seed),
    });
    const row = [
      ...[requests, isolates, load.questions.toFixed(1), load.peak, (load.waiting * 100).toFixed(2), load.waitP99],
      ...[load.kvReads.toFixed(3), ...load.staleness.map((milliseconds) => (milliseconds / 1_000).toFixed(2))],
    ];
    console.log(`| ${row.join(" | ")} |`);
  }
}
uninstall();

// What a ledger costs against KV alone, and how many questions it gets: node test/bench/revocation/costs.ts [--load FILE] [--publish]
// FILE has what `node test/simulation/load.ts` prints. With it, questions come from the simulator as far as it goes, and --publish
// puts its table into the page, too.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { table } from "../table.ts";
import { publish } from "./page.ts";
import { costOfKvAlone, costOfLedger, costOfScans } from "./prices.ts";
import { readSimulated } from "./simulated-load.ts";
import { type LedgerLoad, modelLoad } from "./traffic-model.ts";

const SCRIPT = "node test/bench/revocation/costs.ts";

const RATES = [10, 100, 1_000, 10_000, 100_000];
const BOUND = 5;

/** Live records: those of some million users with tokens of 15 minutes. */
const RECORDS = 10_000;

/** Isolates of one location, for about 300, 1,200 and 5,000 in all. */
const ISOLATES = [1, 4, 17];

const { values } = parseArgs({
  options: { load: { type: "string" }, publish: { type: "boolean", default: false } },
});
const printed = values.load === undefined ? undefined : readFileSync(values.load, "utf8");
const simulated = printed === undefined ? [] : readSimulated(printed);
const text = [describeCosts(RATES.map(loadAt)), describePeaks(), describeBounds(), describeScans()].join("\n\n");
console.log(text);
if (values.publish) {
  publish(SCRIPT, text);
  if (printed !== undefined) publish(`${SCRIPT} --load FILE`, printed.trim());
}

/** With the fewest isolates that were simulated: about as many as the formula has for these rates. */
function loadAt(rps: number): LedgerLoad & { readonly from: string } {
  const found = simulated.filter((load) => load.rps === rps).toSorted((a, b) => a.isolates - b.isolates)[0];
  return found === undefined ? { ...modelLoad(rps, BOUND), from: "formula" } : { ...found, from: "simulator" };
}

function describeCosts(all: readonly (LedgerLoad & { readonly from: string })[]): string {
  return table(
    [
      "requests/s",
      "isolates",
      "questions per request",
      "from",
      "ledger: $ per 10⁹ requests",
      "a month",
      "KV alone: $ per 10⁹",
      "a month",
    ],
    all.map((load) => {
      const ledger = costOfLedger(load, RECORDS);
      const kv = costOfKvAlone(load.rps);
      return [
        grouped(load.rps),
        grouped(load.isolates),
        load.ledgerQuestionsPerRequest.toPrecision(2),
        load.from,
        money(ledger.perBillion),
        money(ledger.perMonth),
        money(kv.perBillion),
        money(kv.perMonth),
      ];
    }),
  );
}

function describePeaks(): string {
  const rates = [1_000, 10_000, 100_000];
  return table(
    ["isolates", ...rates.map((rps) => `questions/s at ${grouped(rps)} requests/s`), "at most"],
    ISOLATES.map((each) => {
      const some = rates.map((rps) => modelLoad(rps, BOUND, each));
      const isolates = some[0]?.isolates ?? 0;
      const questions = some.map((load) => grouped(Math.round(load.ledgerQuestionsPerRequest * load.rps)));
      return [grouped(isolates), ...questions, grouped(isolates)];
    }),
  );
}

function describeBounds(): string {
  const bounds = [5, 15, 30, 60];
  return table(
    ["requests/s over 300 locations", ...bounds.map((bound) => `B = ${bound} s`)],
    [10, 30, 100, 300, 1_000].map((rps) => [
      grouped(rps),
      ...bounds.map((bound) => `${(modelLoad(rps, bound).waiting * 100).toFixed(1)} %`),
    ]),
  );
}

function describeScans(): string {
  const intervals = [15, 60, 600];
  return table(
    ["live records", ...intervals.map((seconds) => `every ${seconds} s`)],
    [1_000, 10_000, 100_000, 1_000_000].map((records) => [
      grouped(records),
      ...intervals.map((seconds) => `$${money(costOfScans(records, seconds))}`),
    ]),
  );
}

function money(dollars: number): string {
  return dollars >= 100 ? grouped(Math.round(dollars)) : dollars.toFixed(2);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

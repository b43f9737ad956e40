// Fills one mirror's table and looks things up in it: node --expose-gc test/bench/revocation/mirror-run.ts <records>
// A process of its own for each size, so that its memory is the table's.
import type { RevocationRecord } from "../../../src/model/revocation.ts";
import { MirrorTable } from "../../../src/revocation/mirror-table.ts";
import { median } from "../statistics.ts";
import type { MirrorCost } from "./mirror-cost.ts";

/** NumericDate; nothing ends while this runs. */
const NOW = 1_800_000_000;
const LOOK_UPS = 1_000_000;
const ROUNDS = 7;

const records = Number(process.argv[2]);
const ids = randomWords(records * 2);
const others = randomWords(LOOK_UPS * 2);

globalThis.gc?.();
const before = process.memoryUsage().rss;
const table = new MirrorTable();
const begun = performance.now();
for (let turn = 0; turn < records; turn++) table.set(...idAt(ids, turn), recordOf(turn), false, NOW);
const buildMs = performance.now() - begun;
globalThis.gc?.();
const growth = process.memoryUsage().rss - before;

const hits = time(ids);
const misses = time(others);
if (hits.found !== LOOK_UPS || misses.found !== 0) throw new Error("The table does not say what was put into it.");
const cost: MirrorCost = {
  records,
  tableBytes: table.bytes,
  processGrowthBytes: growth,
  buildMs,
  hitNs: hits.nanoseconds,
  missNs: misses.nanoseconds,
};
console.log(JSON.stringify(cost));

/** Nine of ten records are what signing out makes: a dead token that ends at a whole second. */
function recordOf(turn: number): RevocationRecord {
  const until = NOW + 1 + (turn % 86_400);
  return turn % 10 === 0
    ? { revoked: false, issuedBefore: undefined, minimumTokenVersion: turn, until }
    : { revoked: true, issuedBefore: undefined, minimumTokenVersion: undefined, until };
}

/** Nanoseconds per look-up, the median of some rounds; the first round, which warms up, is left out. */
function time(keys: Uint32Array): { readonly nanoseconds: number; readonly found: number } {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    found = 0;
    const start = performance.now();
    for (let turn = 0; turn < LOOK_UPS; turn++) {
      if (table.get(...idAt(keys, turn % (keys.length / 2))) !== undefined) found++;
    }
    if (round > 0) times.push(((performance.now() - start) * 1e6) / LOOK_UPS);
  }
  return { nanoseconds: median(times), found };
}

function idAt(words: Uint32Array, turn: number): [high: number, low: number] {
  return [words[2 * turn] as number, words[2 * turn + 1] as number];
}

function randomWords(count: number): Uint32Array {
  return new Uint32Array(count).map(() => Math.floor(Math.random() * 2 ** 32));
}

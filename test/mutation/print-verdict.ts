import { LEAST_SCORE } from "./scope.ts";
import { percent, type Score, type Verdict } from "./verdict.ts";

/** Prints the score of each file, every survivor with its reason, and what has to be done. */
export function printVerdict({ byFile, all, explained, unexplained, outdated }: Verdict, seconds: number): void {
  console.log(`\n${HEAD}`);
  for (const [file, score] of [...byFile].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (score.total > 0) console.log(row(file, score));
  }
  console.log(row("all", all));
  if (explained.length > 0) console.log("\nSurvivors that may live:");
  for (const { file, line, from, to, because } of explained) {
    console.log(`\n  ${file}: ${line}\n    ${from} → ${to}\n    ${because}`);
  }
  if (unexplained.length > 0)
    console.log("\nSurvivors that need a test, or an explanation in test/mutation/equivalents.ts:");
  for (const survivor of unexplained) console.log(JSON.stringify(survivor));
  if (outdated.length > 0) console.log("\nExplanations in test/mutation/equivalents.ts that match no survivor:");
  for (const { because: _, ...survivor } of outdated) console.log(JSON.stringify(survivor));
  if (percent(all) < LEAST_SCORE) console.log(`\nLess than ${LEAST_SCORE} % of the mutants were noticed.`);
  console.log(`\n${all.total} mutants in ${Math.round(seconds)} s`);
}

const HEAD = "noticed  mutants  killed  timed out  may live  unexplained  file";

function row(file: string, score: Score): string {
  const { total, killed, timedOut, explained, unexplained } = score;
  const columns: [string | number, number][] = [
    [`${percent(score).toFixed(1)} %`, 7],
    [total, 7],
    [killed, 6],
    [timedOut, 9],
    [explained, 8],
    [unexplained, 11],
  ];
  return [...columns.map(([value, width]) => String(value).padStart(width)), file].join("  ");
}

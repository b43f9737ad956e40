import type { LedgerLoad } from "./traffic-model.ts";

/** Reads the table that `node test/simulation/load.ts` prints. Throws when it is not that table. */
export function readSimulated(printed: string): LedgerLoad[] {
  const [headings = [], , ...rows] = printed.trim().split("\n").map(cellsOf);
  const at = (name: string) => {
    const column = headings.indexOf(name);
    if (column < 0) throw new Error(`The simulator's table has no column "${name}".`);
    return column;
  };
  const columns = {
    rps: at("requests/s"),
    isolates: at("isolates"),
    questions: at("questions/s mean"),
    waiting: at("waiting %"),
    kvReads: at("KV reads/request"),
  };
  return rows.map((cells) => {
    const rps = Number(cells[columns.rps]);
    return {
      rps,
      isolates: Number(cells[columns.isolates]),
      ledgerQuestionsPerRequest: Number(cells[columns.questions]) / rps,
      kvReadsPerRequest: Number(cells[columns.kvReads]),
      waiting: Number(cells[columns.waiting]) / 100,
    };
  });
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

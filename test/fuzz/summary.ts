import type { FuzzedTarget } from "./fuzz-target.ts";

/** What came of a run, as a table of Markdown. @param seconds that it took */
export function writeSummary(fuzzed: readonly FuzzedTarget[], seed: number, seconds: number): string {
  const rows = fuzzed.map(({ target, executions, corpus, blocks, finding, mostWork }) => [
    target.name,
    executions,
    corpus.length,
    blocks,
    finding === undefined ? 0 : 1,
    `${Math.round(mostWork * 100)} %`,
  ]);
  const total = ["all", ...[1, 2, 3, 4].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0)), ""];
  const head = ["target", "executions", "inputs kept", "blocks reached", "findings", "most of the work allowed"];
  const table = [head, ["---", "---:", "---:", "---:", "---:", "---:"], ...rows, total];
  const lines = table.map(
    (row) => `| ${row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)).join(" | ")} |`,
  );
  return `\nSeed ${seed}, ${Math.round(seconds)} s, Node ${process.versions.node}\n\n${lines.join("\n")}`;
}

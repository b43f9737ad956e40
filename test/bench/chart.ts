import { CASES } from "./cases.ts";
import { titleOf } from "./report.ts";
import type { Batch } from "./sample.ts";
import { cpuPerRequest, ratio } from "./statistics.ts";

const PANEL = { width: 860, head: 44, row: 22, gap: 26 };
/** Room for the longest title. */
const LABELS = 436;
const VALUES = 44;
const BARS = PANEL.width - LABELS - VALUES;
const MARGIN = { side: 24, top: 56 };

/** CPU per request, one panel per case, each against what does the least that the case can cost. */
export function drawChart(batches: readonly Batch[]): string {
  const panels = CASES.flatMap(({ name, title }) => {
    const inCase = batches.filter((batch) => batch.case === name);
    return inCase.length === 0 ? [] : [drawPanel(title, inCase)];
  });
  let top = MARGIN.top;
  const placed = panels.map(({ content, height }) => {
    const place = top;
    top += height + PANEL.gap;
    return `<g transform="translate(${MARGIN.side} ${place})">${content}</g>`;
  });
  const width = PANEL.width + 2 * MARGIN.side;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" font-family="system-ui, sans-serif" font-size="13">
<title>CPU per request, as a ratio</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.side}" y="32" font-size="17" font-weight="600" fill="#111">CPU per request, as a ratio (shorter is better)</text>
${placed.join("\n")}
</svg>
`;
}

function drawPanel(title: string, batches: readonly Batch[]): { readonly height: number; readonly content: string } {
  const names = [...new Set(batches.map(({ contestant }) => contestant))];
  const reference = names.includes("refuse") ? "refuse" : "bare";
  const bars = names.map((name) => ({ name, ratio: ratio(batches, name, reference, cpuPerRequest).median }));
  const longest = Math.max(...bars.map((bar) => bar.ratio));
  const rows = bars.map((bar, index) => {
    const y = PANEL.head + index * PANEL.row;
    const length = (bar.ratio / longest) * BARS;
    const fill = bar.name.startsWith("jotgate") ? "#d9480f" : bar.name === reference ? "#495057" : "#a5b4c3";
    return `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end" fill="#222">${escapeText(titleOf(bar.name))}</text>
<rect x="${LABELS}" y="${y + 1}" width="${length.toFixed(1)}" height="16" rx="2" fill="${fill}"/>
<text x="${(LABELS + length + 6).toFixed(1)}" y="${y + 13}" fill="#222">${bar.ratio.toFixed(2)}</text>`;
  });
  const height = PANEL.head + bars.length * PANEL.row;
  const line = LABELS + BARS / longest;
  return {
    height,
    content: `<text y="16" font-weight="600" fill="#111">${escapeText(title)}</text>
<text y="33" font-size="11" fill="#666">1 = ${escapeText(titleOf(reference))}</text>
${rows.join("\n")}
<line x1="${line.toFixed(1)}" x2="${line.toFixed(1)}" y1="${PANEL.head - 4}" y2="${height}" stroke="#111" stroke-dasharray="3 3"/>`,
  };
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

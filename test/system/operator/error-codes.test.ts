import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LANES } from "../../../src/ledger/history-lanes.ts";
import { PROBLEMS } from "../../../src/operator/problem.ts";
import { QUERIES } from "../../../src/operator/queries.ts";

/* What docs/operator-api.md says of codes, budgets and parameters is what the code has. */

const PAGE = readFileSync("docs/operator-api.md", "utf8");

/** The part of the page beneath a heading. */
function section(heading: string): string {
  return PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}

it("the table of errors has every code with its status, and no other", () => {
  const rows = [...section("Errors").matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  expect(rows.sort()).toEqual(Object.entries(PROBLEMS).sort());
});

it("the table of what the audit keeps has every budget", () => {
  const rows = [...section("Audit").matchAll(/\| ([\d,]+) \|$/gm)].map(([, number = ""]) =>
    Number(number.replaceAll(",", "")),
  );
  expect(rows).toEqual(LANES.map(({ keeps }) => keeps));
});

it.each([
  ["Records", "listRecords"],
  ["Audit", "readHistory"],
] as const)("the section %s names every parameter", (heading, operation) => {
  const named = new Set([...section(heading).matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(Object.keys(QUERIES[operation] ?? {}).filter((name) => !named.has(name))).toEqual([]);
});

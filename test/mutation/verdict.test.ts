import { describe, expect, it } from "vitest";
import type { Equivalent } from "./equivalents.ts";
import type { TriedMutant } from "./survivor.ts";
import { judge, percent } from "./verdict.ts";

const FILE = "src/model/some.ts";
const SOURCE = `export function some(a: number) {
  if (a > 1) {
    return 2;
  }
  return a;
}
`;

/** `a > 1` in the second line becomes something else. */
function mutant(status: string, replacement = "a >= 1", line = 2): TriedMutant {
  const location = { start: { line, column: 7 }, end: { line, column: 12 } };
  return { fileName: `/root/${FILE}`, status, replacement, location };
}

const KNOWN: Equivalent = { file: FILE, line: "if (a > 1) {", from: "a > 1", to: "a >= 1", because: "Never 1." };

function judged(mutants: readonly TriedMutant[], equivalents: readonly Equivalent[] = [], source = SOURCE) {
  return judge(
    mutants,
    equivalents,
    (fileName) => fileName.replace("/root/", ""),
    () => source,
  );
}

describe("a survivor", () => {
  it.each(["Survived", "NoCoverage"])("that is %s needs an explanation", (status) => {
    const { because: _, ...survivor } = KNOWN;
    expect(judged([mutant(status)])).toMatchObject({ unexplained: [survivor], all: { unexplained: 1, killed: 0 } });
  });

  it("is explained by content, on whatever line it stands", () => {
    const moved = judged([mutant("Survived", "a >= 1", 4)], [KNOWN], `// One.\n// Two.\n${SOURCE}`);
    expect(moved).toMatchObject({ explained: [KNOWN], unexplained: [], outdated: [], all: { explained: 1 } });
  });

  it.each([
    ["becomes something else", { to: "a < 1" }],
    ["was something else", { from: "a" }],
    ["stands in another line", { line: "while (a > 1) {" }],
    ["stands in another file", { file: "src/model/other.ts" }],
  ])("is not explained by one that %s", (_how, other) => {
    expect(judged([mutant("Survived")], [{ ...KNOWN, ...other }])).toMatchObject({ unexplained: [{ file: FILE }] });
  });

  it("of several lines is named in one", () => {
    const location = { start: { line: 2, column: 14 }, end: { line: 4, column: 4 } };
    const [block] = judged([{ ...mutant("Survived", "{}"), location }]).unexplained;
    expect(block).toEqual({ file: FILE, line: "if (a > 1) {", from: "{ return 2; }", to: "{}" });
  });

  it("that is long is named by its beginning", () => {
    const [long] = judged([mutant("Survived", "x".repeat(201))]).unexplained;
    expect(long?.to).toBe(`${"x".repeat(200)}…`);
  });
});

describe("an explanation", () => {
  it("of a mutant that was noticed is outdated", () => {
    expect(judged([mutant("Killed")], [KNOWN])).toMatchObject({ outdated: [KNOWN], all: { killed: 1 } });
  });

  it("of a file that was not mutated is not", () => {
    expect(judged([], [KNOWN]).outdated).toEqual([]);
  });
});

describe("the score", () => {
  it("counts what was noticed, mutants that never end among it, and leaves out those that could not run", () => {
    const statuses = ["Killed", "Killed", "Timeout", "Survived", "RuntimeError", "CompileError", "Ignored"];
    const { all } = judged(statuses.map((status) => mutant(status)));
    expect(all).toEqual({ total: 4, killed: 2, timedOut: 1, explained: 0, unexplained: 1 });
    expect(percent(all)).toBe(75);
  });

  it("counts survivors with an explanation as survivors", () => {
    const { all } = judged([mutant("Killed"), mutant("Survived")], [KNOWN]);
    expect(percent(all)).toBe(50);
  });
});

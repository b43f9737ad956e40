import { describe, expect, it } from "vitest";
import { parseAttack } from "../../attacks/attack-file.ts";
import { CORPUS } from "../../attacks/corpus.ts";
import { expandAttack } from "../../attacks/expand.ts";
import { makeKeys } from "../../attacks/keys.ts";
import { mergeJson } from "../../attacks/merge-json.ts";

const GOOD = `# A comment.
expect: allow 200 as alice
origin-has: X-A: 1
now: 2027-01-15T08:00:00Z
cites: RFC 7515 §4
let: a = {{b64 "x"}}
---
GET / HTTP/1.1
X-A: {{a}}{{a}}

`;

describe("a file of the corpus", () => {
  it("is read when it is written as README.md says", () => {
    expect(parseAttack("area/name.txt", GOOD)).toMatchObject({ title: "area/name", now: 1_800_000_000 });
  });

  it.each<[problem: string, line: number, before: string, after: string]>([
    ["an unknown field", 3, "origin-has:", "origin-had:"],
    ["neither comment nor field", 5, "cites: ", "cites "],
    ["no comment", 7, "# A comment.", "# "],
    ["a comment that is no sentence", 7, "# A comment.", "# something"],
    ["no expectation", 7, "expect: allow 200 as alice\norigin-has: X-A: 1\n", "# A.\n# B.\n"],
    ["an expectation of another kind", 2, "allow 200 as alice", "refuse 401"],
    ["an allow that does not say who", 2, "allow 200 as alice", "allow 200"],
    ["a demand that stands before any expectation", 3, "expect: allow 200 as alice\n", "# More.\norigin-lacks: X\n"],
    ["a demand on the origin of a request that never gets there", 3, "allow 200 as alice", "deny token_missing 401"],
    ["an unknown reason", 2, "allow 200 as alice", "deny token_stolen 401"],
    ["a reason that does not say which claim", 2, "allow 200 as alice", "deny claim_missing 401"],
    ["a reason with a claim that it is not about", 2, "allow 200 as alice", "deny token_missing:exp 401"],
    ["a demand in another form", 3, "X-A: 1", "X-A"],
    ["no clock", 7, "now: 2027-01-15T08:00:00Z", "# More."],
    ["a clock without zone", 4, "08:00:00Z", "08:00:00"],
    ["two clocks", 5, "cites:", "now: 2027-01-15T08:00:00Z\ncites:"],
    ["nothing cited", 7, "cites: RFC 7515 §4", "# More."],
    ["a citation that nobody can look up", 5, "RFC 7515 §4", "common sense"],
    ["a name that is no name", 6, "a = ", "A = "],
    ["a name that is taken", 6, "a = ", "b64 = "],
    ["an unknown template", 9, "{{a}}{{a}}", "{{b}}"],
    ["a template that does not end", 11, "{{a}}{{a}}", "{{b64 x"],
    ["a character beyond ASCII", 9, "{{a}}{{a}}", "é"],
    ["no request", 11, "---", "--"],
    ["no end of the head", 10, "\n\n", "\n"],
  ])("with %s stops the run at line %i", (_problem, line, before, after) => {
    expect(GOOD).toContain(before);
    expect(() => parseAttack("area/name.txt", GOOD.replace(before, after))).toThrow(`area/name.txt:${line}: `);
  });

  it.each(["name.txt", "area/Name.txt", "area/name.md", "area/more/name.txt"])("is not called %s", (path) => {
    expect(() => parseAttack(path, GOOD)).toThrow(`${path}:1: `);
  });
});

describe("a request", () => {
  it("has CRLF at its line ends, and what templates stand for", async () => {
    const surroundings = { keys: await makeKeys(), canary: "https://canary.example" };
    expect(await expandAttack(parseAttack("area/name.txt", GOOD), surroundings)).toBe(
      "GET / HTTP/1.1\r\nX-A: eAeA\r\n\r\n",
    );
  });
});

describe("JSON with changes", () => {
  it.each([
    ["{}", undefined, '{"a":1,"b":2}'],
    ['{"a":3}', undefined, '{"b":2,"a":3}'],
    ['{"a":3,"a":1e999}', undefined, '{"b":2,"a":3,"a":1e999}'],
    ['{"__proto__":{}}', "a,b", '{"__proto__":{}}'],
  ])("%s, without %s, is %s", (changes, no, merged) => {
    expect(mergeJson({ a: 1, b: 2 }, changes, no)).toBe(merged);
  });
});

describe("the corpus", () => {
  it("has at least 200 attacks, each with a name of its own", () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CORPUS.map(({ title }) => title)).size).toBe(CORPUS.length);
  });

  it("has something that is accepted in every area, so that refusing everything is no way to pass", () => {
    const areas = (attacks: typeof CORPUS) => new Set(attacks.map(({ title }) => title.split("/")[0]));
    const accepted = CORPUS.filter(({ expectations }) => expectations.some(({ decision }) => decision === "allow"));
    expect(areas(accepted)).toEqual(areas(CORPUS));
  });

  it("calls accepted what is accepted", () => {
    const named = CORPUS.filter(({ title }) => title.includes("/accepted-"));
    for (const { title, expectations } of named) {
      expect(
        expectations.map(({ decision }) => decision),
        title,
      ).not.toContain("deny");
    }
  });
});

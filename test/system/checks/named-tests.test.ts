import { beforeAll, describe, expect, it } from "vitest";
import { NamedTests } from "../../checks/named-tests.ts";
import { PassedTests } from "../../checks/passed-tests.ts";
import { RowValues } from "../../checks/row-values.ts";

// Some file whose names have groups, rows and values of several kinds.
const FILE = "test/unit/keys/key-set.test.ts";

let tests: NamedTests;

beforeAll(() => {
  tests = NamedTests.load();
});

describe("a test that a document names", () => {
  it.each([
    ["by its name", "knows whether it is empty"],
    ["by its name in a group", "a token with a kid > gets no key of another algorithm"],
    [
      "with the value of a row, as vitest prints it",
      'a token with a kid > gets no key for "toString" when the set has only a',
    ],
    ["with any row", "a token with a kid > gets no key for … when the set has only a"],
  ])("is found %s", (_, name) => {
    expect(tests.problemWith(FILE, name)).toBeUndefined();
  });

  it.each([
    ["under another name", "knows whether it is full"],
    ["with a part of its name", "knows whether"],
    ["without its group", "gets no key of another algorithm"],
    ["with a row that is not there", 'a token with a kid > gets no key for "no such row" when the set has only a'],
    ["with a word of its source for a row", "a token with a kid > gets no key for import when the set has only a"],
    ["with a keyword for a row", "a token with a kid > gets no key for const when the set has only a"],
    ["with a letter for a row", "a token with a kid > gets no key for e when the set has only a"],
    ["with any row where it has none", "a token with a kid > gets no key of another …"],
  ])("is missed %s", (_, name) => {
    expect(tests.problemWith(FILE, name)).toBe(`${FILE} has no test "${name}"`);
  });

  it("is missed in a file that is not there", () => {
    expect(tests.problemWith("test/none.test.ts", "x")).toBe("there is no test file test/none.test.ts");
  });
});

describe("a value of a row", () => {
  const ROWS = `import { it } from "vitest";
    // Not "commented".
    const NAMED = { alg: "RS256", size: 16_384 };
    const LIST = "one two".split(" ");
    it.each([["first", 1, { a: [true, null] }], ["it's \\"second\\"", -2.5, {}]])("%s %j", () => {});`;
  const values = new RowValues([ROWS], ["rows.json"]);

  it.each([
    ..."first|1|-2.5|RS256|16384|16_384|alg|true|one|two|rows.json".split("|"),
    ...['"first"', 'it\'s "second"', '{"a":[true,null]}', "{}", '["first",1]'],
  ])("is %s", (value) => {
    expect(values.has(value)).toBe(true);
  });

  it.each([
    ..."import|const|each|i|e|firs|first 1|2|commented|one two three|vites|RS".split("|"),
    ...['{"a":[true,2]}', '{"b":null}', "", '"import"', '["third"]'],
  ])("is not %j", (value) => {
    expect(values.has(value)).toBe(false);
  });

  it("is missed when its row was deleted", () => {
    const without = new RowValues([ROWS.replace('["first", 1, { a: [true, null] }], ', "")]);
    expect([values.has("first"), without.has("first")]).toEqual([true, false]);
  });
});

describe("a report of a run", () => {
  const result = (title: string, status: string) => ({ ancestorTitles: ["group", "inner"], title, status });
  const report = {
    testResults: [
      {
        name: "/root/test/a.test.ts",
        assertionResults: [
          result("takes a row", "passed"),
          result("failed", "failed"),
          result("was skipped", "skipped"),
          result("takes\ntwo lines", "passed"),
        ],
      },
    ],
  };
  const passed = new PassedTests(report, "/root");

  it.each([
    "group > inner > takes a row",
    "group > inner > takes a …",
    "… > takes a row",
    "group > inner > takes…lines",
  ])("shows that %j passed", (name) => {
    expect(passed.problemWith("test/a.test.ts", name)).toBeUndefined();
  });

  it.each([
    ["that failed", "group > inner > failed"],
    ["that was skipped", "group > inner > was skipped"],
    ["whose row was deleted", "group > inner > takes another row"],
    ["under a part of its name", "inner > takes a row"],
    ["with more than its name", "group > inner > takes a row …"],
  ])("misses a test %s", (_, name) => {
    expect(passed.problemWith("test/a.test.ts", name)).toBe(`test/a.test.ts has no test "${name}" that ran and passed`);
  });

  it("misses a file that did not run", () => {
    expect(passed.problemWith("test/b.test.ts", "x")).toBe("no test of test/b.test.ts ran");
  });
});

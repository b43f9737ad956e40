import { beforeAll, describe, expect, it } from "vitest";
import { NamedTests } from "../../checks/named-tests.ts";

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
    ["with any row where it has none", "a token with a kid > gets no key of another …"],
  ])("is missed %s", (_, name) => {
    expect(tests.problemWith(FILE, name)).toBe(`${FILE} has no test "${name}"`);
  });

  it("is missed in a file that is not there", () => {
    expect(tests.problemWith("test/none.test.ts", "x")).toBe("there is no test file test/none.test.ts");
  });
});

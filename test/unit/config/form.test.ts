import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/config/fault.ts";
import { anyOf, choice, type Form, list, map, only, optional, table, UNFIT, where } from "../../../src/config/form.ts";

const anyText = only((value): value is string => typeof value === "string", "text");
const text = where(anyText, (value) => value !== "", "noText");

/** What a value is decoded to, and `path remedy` of everything that does not fit. */
function decode<T>(form: Form<T, unknown>, value: unknown) {
  const faults: Fault[] = [];
  const decoded = form(value, ["x"], (fault) => faults.push(fault));
  return { decoded, faults: faults.map(({ at, problem, details }) => `${at.join(".")} ${details[1] ?? problem}`) };
}

describe("a value", () => {
  it("of another type is unfit", () => {
    expect(decode(text, 1)).toEqual({ decoded: UNFIT, faults: ["x text"] });
  });

  it("of the right type is returned even when something else about it does not fit", () => {
    expect(decode(text, "")).toEqual({ decoded: "", faults: ["x noText"] });
  });

  it("that is absent is said to be", () => {
    const faults: Fault[] = [];
    text(undefined, ["x"], (fault) => faults.push(fault));
    text(null, ["x"], (fault) => faults.push(fault));
    expect(faults.map(({ details }) => details[0])).toEqual([true, false]);
  });

  it("that may be absent is decoded from its fallback then, and not from null", () => {
    const meant = map(text, (value) => [value]);
    expect(decode(optional(meant), undefined)).toEqual({ decoded: undefined, faults: [] });
    expect(decode(optional(meant, "a"), undefined)).toEqual({ decoded: ["a"], faults: [] });
    expect(decode(optional(meant, "a"), null)).toEqual({ decoded: UNFIT, faults: ["x text"] });
  });
});

describe("a list", () => {
  it("is unfit when one item is, and says which", () => {
    expect(decode(list(text, "texts"), ["a", 1, ""])).toEqual({ decoded: UNFIT, faults: ["x.1 text", "x.2 noText"] });
  });

  it("has its holes for items", () => {
    expect(decode(list(text, "texts"), new Array(2))).toEqual({ decoded: UNFIT, faults: ["x.0 text", "x.1 text"] });
  });
});

describe("one of several forms", () => {
  const header = table({ header: text }, "headerSource");
  const cookie = table({ cookie: text }, "cookieSource");
  const source = anyOf([choice(["authorization"]), header, cookie], "tokenSource");

  it.each(["authorization", { header: "a" }, { cookie: "a" }])("may be %j", (value) => {
    expect(decode(source, value)).toEqual({ decoded: value, faults: [] });
  });

  it("is told of as what it nearly is", () => {
    expect(decode(source, { cookie: "" }).faults).toEqual(["x.cookie noText"]);
    expect(decode(source, { cookie: "a", path: "/" }).faults).toEqual(["x.path unknown"]);
  });

  it("is told of as a whole when it is nearly two of them, or none", () => {
    expect(decode(source, { header: "a", cookie: "a" }).faults).toEqual(["x tokenSource"]);
    expect(decode(source, {})).toEqual({ decoded: UNFIT, faults: ["x tokenSource"] });
  });
});

describe("a table", () => {
  const form = table({ a: text, b: optional(text) }, "settings");

  it("reports everything in it, and every name that it does not know", () => {
    expect(decode(form, { b: 1, c: 2, toString: 3 }).faults).toEqual([
      "x.a text",
      "x.b text",
      "x.c unknown",
      "x.toString unknown",
    ]);
  });

  it("knows no setting called __proto__, and takes none from one", () => {
    expect(decode(form, JSON.parse('{"__proto__":{"a":"b"}}')).faults).toEqual(["x.a text", "x.__proto__ unknown"]);
  });

  it.each([null, 5, "x", undefined, [], ["a"]])("is not %j", (value) => {
    expect(decode(form, value)).toEqual({ decoded: UNFIT, faults: ["x settings"] });
  });
});

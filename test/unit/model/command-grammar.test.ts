import { describe, expect, it } from "vitest";
import { COMMAND_NAMES, MEMBERS, type MemberName } from "../../../src/model/command-grammar.ts";

const TIMES = {
  right: [0, 0.5, 1_800_000_000, 253_402_300_799],
  wrong: [-0.5, 253_402_300_800, Number.NaN, Number.POSITIVE_INFINITY, "0", null],
};
const IDENTIFIERS = { right: ["a", "x".repeat(512)], wrong: ["", "x".repeat(513), 5, null, ["a"]] };
const REMARKS = { right: ["", "x".repeat(512)], wrong: ["x".repeat(513), 5, null, {}] };
const NAME = "jotgate1:token:vrBoFnqdlpSSmL49kKITZg";

/** Values on both sides of every bound. */
const VALUES: Readonly<Record<MemberName, { right: readonly unknown[]; wrong: readonly unknown[] }>> = {
  id: {
    right: ["a", "a".repeat(128), "azAZ09._:-"],
    wrong: ["", "a".repeat(129), "a b", "a\n", "é", "a/", 5, null],
  },
  by: REMARKS,
  why: REMARKS,
  until: TIMES,
  issuer: IDENTIFIERS,
  tokenId: IDENTIFIERS,
  sessionId: IDENTIFIERS,
  subject: IDENTIFIERS,
  expiresAt: TIMES,
  issuedBefore: TIMES,
  minimumTokenVersion: { right: [0, 1, Number.MAX_SAFE_INTEGER], wrong: [-1, 0.5, 2 ** 53, "1", null] },
  name: {
    right: ["token", "session", "subject", "issuer"].map((kind) => NAME.replace("token", kind)),
    wrong: [`x${NAME}`, `${NAME}x`, NAME.slice(0, -1), NAME.replace("token", "user"), `${NAME.slice(0, -1)}h`, 5, null],
  },
  record: { right: [{}, { format: 1 }], wrong: [null, [], "{}", 5] },
};

describe.each(Object.entries(MEMBERS))("%s", (name, { fits, remedy }) => {
  const { right, wrong } = VALUES[name as MemberName];

  it("is what it has to be", () => {
    expect(right.filter((value) => !fits(value))).toEqual([]);
    expect(wrong.filter((value) => fits(value))).toEqual([]);
  });

  it("comes with a remedy when it is not", () => {
    expect(remedy).toMatch(/^Give .{10}/);
  });
});

// What a record has to be stands elsewhere in the document.
const DESCRIBED = Object.entries(MEMBERS).filter(([name]) => name !== "record");

it.each(DESCRIBED)("%s is described in JSON Schema as what it has to be", (name, { schema }) => {
  const { right, wrong } = VALUES[name as MemberName];
  expect(right.filter((value) => !allows(schema, value))).toEqual([]);
  expect(wrong.filter((value) => allows(schema, value))).toEqual([]);
});

it.each([
  ["tokenId", "halves of surrogate pairs", "a\ud800"],
  ["why", "halves of surrogate pairs", "a\ud800"],
  ["tokenId", "more than 512 bytes in fewer characters", "é".repeat(257)],
  ["why", "more than 512 bytes in fewer characters", "é".repeat(257)],
] as const)("%s has no %s, which no schema can say", (name, _what, value) => {
  expect(MEMBERS[name].fits(value)).toBe(false);
});

it.each(["tokenId", "why"] as const)("%s may have 512 bytes in fewer characters", (name) => {
  expect(MEMBERS[name].fits("é".repeat(256))).toBe(true);
});

it("a record is described where the document describes records, and a time as a NumericDate", () => {
  expect(MEMBERS.record.schema).toEqual({ $ref: "#/components/schemas/StoredRecord" });
  expect(MEMBERS.until.schema).toMatchObject({ description: "NumericDate in seconds." });
});

it("each command is named once", () => {
  expect(COMMAND_NAMES).toEqual(["revoke", "revokeSession", "raise", "cutOff", "lift", "restore"]);
});

/** As JSON Schema has it, for the keywords that are used here. */
function allows(schema: object, value: unknown): boolean {
  const { type, minLength, maxLength, pattern, minimum, maximum } = schema as Partial<Record<string, unknown>>;
  const known = ["type", "minLength", "maxLength", "pattern", "minimum", "maximum", "description"];
  expect(Object.keys(schema).filter((keyword) => !known.includes(keyword))).toEqual([]);
  if (type === "string") {
    if (typeof value !== "string" || (pattern !== undefined && !new RegExp(String(pattern), "u").test(value)))
      return false;
    return value.length >= Number(minLength ?? 0) && value.length <= Number(maxLength ?? Number.POSITIVE_INFINITY);
  }
  expect(["number", "integer"]).toContain(type);
  if (!(type === "integer" ? Number.isInteger(value) : Number.isFinite(value))) return false;
  return (value as number) >= Number(minimum) && (value as number) <= Number(maximum);
}

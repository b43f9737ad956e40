import { describe, expect, it } from "vitest";
import type { RecordKind, RevocationRecord } from "../../../src/model/revocation.ts";
import { readRecord } from "../../../src/revocation/record-value.ts";

type Fields = Record<string, unknown>;

const NOTHING: RevocationRecord = {
  revoked: false,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

function read(kind: RecordKind, fields: Fields): RevocationRecord | undefined {
  return readRecord(kind, JSON.stringify({ format: 1, ...fields }));
}

describe("a record is read", () => {
  it.each<[string, RecordKind, Fields, Partial<RevocationRecord>]>([
    ["revoked token", "token", { revoked: true }, { revoked: true }],
    [
      "revoked token with an end",
      "token",
      { revoked: true, until: 1_800_000_000 },
      { revoked: true, until: 1_800_000_000 },
    ],
    ["revoked session", "session", { revoked: true }, { revoked: true }],
    ["session cut-off", "session", { issuedBefore: 5 }, { issuedBefore: 5 }],
    ["minimum version", "subject", { minimumTokenVersion: 3 }, { minimumTokenVersion: 3 }],
    ["minimum version of 0", "subject", { minimumTokenVersion: 0 }, { minimumTokenVersion: 0 }],
    ["subject cut-off", "subject", { issuedBefore: 5.5 }, { issuedBefore: 5.5 }],
    [
      "both for a subject",
      "subject",
      { minimumTokenVersion: 3, issuedBefore: 5 },
      { minimumTokenVersion: 3, issuedBefore: 5 },
    ],
    ["issuer cut-off", "issuer", { issuedBefore: 0, until: 9 }, { issuedBefore: 0, until: 9 }],
  ])("%s", (_, kind, fields, expected) => {
    expect(read(kind, fields)).toEqual({ ...NOTHING, ...expected });
  });

  it("whatever else its writer noted", () => {
    const noted = { who: "ops@example", why: "用户 left", when: 1, constructor: 1, nested: { revoked: false } };
    expect(read("token", { revoked: true, ...noted })).toEqual({ ...NOTHING, revoked: true });
  });

  it("whatever blanks and order its writer used", () => {
    expect(readRecord("token", ' {"revoked" : true,\n "format": 1.0 } ')).toEqual({ ...NOTHING, revoked: true });
  });
});

describe("a record cannot be understood", () => {
  it.each([
    ["the empty string", ""],
    ["a blank", " "],
    ["no JSON", "revoked"],
    ["half of it", '{"format":1,'],
    ["null", "null"],
    ["true", "true"],
    ["a number", "1"],
    ["a string", '"revoked"'],
    ["a list", '[{"format":1,"revoked":true}]'],
    ["an empty object", "{}"],
    ["members of a prototype", '{"__proto__":{"format":1,"revoked":true}}'],
  ])("when its value is %s", (_, value) => {
    expect(readRecord("token", value)).toBeUndefined();
  });

  it.each([undefined, 0, 2, "1", null, true, 1.5, [1]])("when its format is %j", (format) => {
    expect(read("token", { format, revoked: true })).toBeUndefined();
    expect(read("token", { revoked: true })).toBeDefined();
  });

  it.each([false, "true", 1, null, [], {}])("when revoked is %j", (revoked) => {
    expect(read("session", { revoked, issuedBefore: 5 })).toBeUndefined();
    expect(read("session", { issuedBefore: 5 })).toBeDefined();
  });

  it.each([-1, "5", null, true, [], {}])("when a time is %j", (time) => {
    expect(read("issuer", { issuedBefore: time })).toBeUndefined();
    expect(read("issuer", { issuedBefore: 5, until: time })).toBeUndefined();
  });

  it("when a time is beyond all numbers", () => {
    expect(readRecord("issuer", '{"format":1,"issuedBefore":1e400}')).toBeUndefined();
    expect(readRecord("token", '{"format":1,"revoked":true,"until":1e400}')).toBeUndefined();
  });

  it.each([-1, 1.5, 2 ** 53, "3", null, true, [3], {}])("when the minimum version is %j", (minimumTokenVersion) => {
    expect(read("subject", { minimumTokenVersion })).toBeUndefined();
    expect(read("subject", { minimumTokenVersion, issuedBefore: 5 })).toBeUndefined();
  });

  it("when the minimum version is beyond what numbers hold exactly, while the last that is exact is read", () => {
    expect(read("subject", { minimumTokenVersion: 2 ** 53 })).toBeUndefined();
    expect(read("subject", { minimumTokenVersion: 2 ** 53 - 1 })).toBeDefined();
  });

  it.each<[RecordKind, string, Fields]>([
    ["token", "nothing", {}],
    ["token", "only an end", { until: 5 }],
    ["token", "a cut-off", { issuedBefore: 5 }],
    ["token", "a cut-off besides", { revoked: true, issuedBefore: 5 }],
    ["token", "a minimum version besides", { revoked: true, minimumTokenVersion: 1 }],
    ["session", "nothing", {}],
    ["session", "that it is revoked and cut off", { revoked: true, issuedBefore: 5 }],
    ["session", "a minimum version", { minimumTokenVersion: 1 }],
    ["session", "a minimum version besides", { revoked: true, minimumTokenVersion: 1 }],
    ["subject", "nothing", {}],
    ["subject", "that it is revoked", { revoked: true }],
    ["subject", "that it is revoked besides", { revoked: true, minimumTokenVersion: 1 }],
    ["issuer", "nothing", {}],
    ["issuer", "that it is revoked", { revoked: true }],
    ["issuer", "that it is revoked besides", { revoked: true, issuedBefore: 5 }],
    ["issuer", "a minimum version", { minimumTokenVersion: 1 }],
    ["issuer", "a minimum version besides", { issuedBefore: 5, minimumTokenVersion: 1 }],
  ])("when a %s record says %s", (kind, _, fields) => {
    expect(read(kind, fields)).toBeUndefined();
  });
});

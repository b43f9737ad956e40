import { describe, expect, it } from "vitest";
import { writeIdentity } from "../../../src/gateway/identity.ts";
import { configFor, settingsFor } from "../support.ts";
import { issuer, verified } from "./decisions.ts";

type Claims = Record<string, unknown>;

const { identityHeaders: DEFAULTS } = settingsFor(configFor(issuer)).forwarding;

/** What the origin gets for these claims; `note` is passed on as a claim. */
async function identity(claims: Claims): Promise<Record<string, string> | undefined> {
  const names = { ...DEFAULTS, claims: [{ claim: ["note"], header: "X-Jotgate-Claim-note" }] };
  const written = writeIdentity(await verified(claims), names);
  return written && Object.fromEntries(written);
}

async function note(value: unknown): Promise<string | undefined> {
  return (await identity({ note: value }))?.["X-Jotgate-Claim-note"];
}

describe("the identity", () => {
  it("names subject, issuer, scopes and client", async () => {
    expect(await identity({ sub: "user-42", scope: "a:read b", client_id: "web" })).toEqual({
      "X-Jotgate-Subject": "user-42",
      "X-Jotgate-Issuer": "https://issuer.example",
      "X-Jotgate-Scope": "a:read%20b",
      "X-Jotgate-Client": "web",
    });
  });

  it("has an empty scope for a token without scopes, and no client for one without", async () => {
    expect(await identity({})).toEqual({
      "X-Jotgate-Subject": "alice",
      "X-Jotgate-Issuer": "https://issuer.example",
      "X-Jotgate-Scope": "",
    });
  });

  it("uses the operator's header names and finds nested claims", async () => {
    const { identityHeaders } = settingsFor({
      ...configFor(issuer),
      identityHeaders: {
        subject: "X-User",
        claims: [{ claim: ["https://example.com/claims", "tenant.id"], header: "X-Tenant" }, { claim: "email" }],
      },
    }).forwarding;
    const token = await verified({ "https://example.com/claims": { "tenant.id": "t 1" }, email: "a@b.example" });
    expect(Object.fromEntries(writeIdentity(token, identityHeaders) ?? [])).toMatchObject({
      "X-User": "alice",
      "X-Tenant": "t%201",
      "X-Jotgate-Claim-email": "a@b.example",
    });
  });
});

it("says nothing under names that are switched off", async () => {
  const config = {
    ...configFor(issuer),
    identityHeaders: { subject: "X-User", issuer: false, scope: false, client: false },
  };
  const token = await verified({ scope: "a:read", client_id: "web" });
  expect(writeIdentity(token, settingsFor(config).forwarding.identityHeaders)).toEqual([["X-User", "alice"]]);
});

describe("a value", () => {
  it.each([
    [
      "visible ASCII stays as it is",
      "AZaz09-._~!#$&'()*+/:;<=>?@[\\]^`{|}\"",
      "AZaz09-._~!#$&'()*+/:;<=>?@[\\]^`{|}\"",
    ],
    ["blanks are encoded", " a  b ", "%20a%20%20b%20"],
    ["the percent sign is encoded", "100%", "100%25"],
    ["what looks encoded is encoded once more", "a%20b", "a%2520b"],
    ["the comma is encoded", "a,b", "a%2Cb"],
    ["other scripts are encoded as UTF-8", "用户", "%E7%94%A8%E6%88%B7"],
    ["letters with accents are encoded as they are", "é e\u0301", "%C3%A9%20e%CC%81"],
    ["characters beyond 16 bits are encoded as one", "a😀b", "a%F0%9F%98%80b"],
    ["control characters are encoded", "\u0000\t\r\n\u007f\u0085", "%00%09%0D%0A%7F%C2%85"],
    ["blanks of other kinds are encoded", "\u00a0\u2028\ufeff", "%C2%A0%E2%80%A8%EF%BB%BF"],
    ["nothing stays nothing", "", ""],
  ])("%s", async (_, value, encoded) => {
    expect(await note(value)).toBe(encoded);
    expect(decodeURIComponent(encoded)).toBe(value);
  });

  it("never shares its spelling with another", async () => {
    const values = [
      "a b",
      "a%20b",
      "a+b",
      "a%2520b",
      " a b",
      "a b ",
      "a\tb",
      "a\u00a0b",
      "a,b",
      "A B",
      "a%20B",
      "é",
      "e\u0301",
    ];
    const written = await Promise.all(values.map(note));
    expect(new Set(written).size).toBe(values.length);
  });

  it("survives a header unchanged", async () => {
    const value = "  a, b\r\nx: y 用户 ";
    const headers = new Headers({ "x-note": (await note(value)) ?? "" });
    expect(decodeURIComponent(headers.get("x-note") ?? "")).toBe(value);
  });

  it.each([
    ["a number", 5, "5"],
    ["zero", 0, "0"],
    ["true", true, "true"],
    ["false", false, "false"],
    ["null", null, "null"],
    ["a list", ["a", "b c"], '["a"%2C"b%20c"]'],
    ["an object", { a: { b: [1] } }, '{"a":{"b":[1]}}'],
    ["an empty list", [], "[]"],
    ["a list with half of a surrogate pair, which JSON escapes", ["\ud800"], '["\\ud800"]'],
  ])("that is %s is written as JSON", async (_, value, written) => {
    expect(await note(value)).toBe(written);
  });

  it.each([
    ["true", true],
    ["5", 5],
    ["null", null],
    ['["admin"]', ["admin"]],
    ['{"a":1}', { a: 1 }],
  ])("that is the text %s is written as the JSON is: types do not reach the origin", async (text, value) => {
    expect(await note(text)).toBe(await note(value));
  });

  it("that is text keeps its quotes apart from those of a list", async () => {
    const written = await Promise.all(['["a"]', "[a]", '"a"', "a"].map(note));
    expect(new Set(written).size).toBe(4);
  });

  it("that is absent has no header", async () => {
    expect(await identity({})).not.toHaveProperty("X-Jotgate-Claim-note");
  });

  it.each(["\ud800", "a\udc00", "\udc00\ud800"])("that is no Unicode text is not forwarded: %j", async (value) => {
    expect(await identity({ note: value })).toBeUndefined();
  });
});

describe("a value that is too long for a header is not cut", () => {
  it.each([
    ["4,096 characters fit", "a".repeat(4_096), true],
    ["4,097 do not", "a".repeat(4_097), false],
    ["1,365 encoded blanks and one letter fit", `${" ".repeat(1_365)}a`, true],
    ["1,366 encoded blanks do not", " ".repeat(1_366), false],
  ])("%s", async (_, value, fits) => {
    expect((await identity({ note: value })) !== undefined).toBe(fits);
  });

  it("scopes count as one value", async () => {
    const scopes = (count: number) => Array.from({ length: count }, () => "s".repeat(7)).join(" ");
    expect(await identity({ scope: scopes(409) })).toBeDefined();
    expect(await identity({ scope: scopes(410) })).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { readClaim } from "../../../src/model/claims.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import { sameSource, type TokenSource } from "../../../src/model/token-source.ts";

const TEXT = "header.payload.signature";
const token = new PresentedToken(TEXT, { kind: "authorization" });

describe("a presented token", () => {
  it.each([
    ["as a string", () => String(token)],
    ["in a template", () => `${token}`],
    ["by concatenation", () => ["", token].join("")],
    ["as JSON", () => JSON.parse(JSON.stringify(token)) as string],
    ["as JSON inside an object", () => (JSON.parse(JSON.stringify({ deep: [token] })) as { deep: string[] }).deep[0]],
  ])("prints as [token] %s", (_how, print) => {
    expect(print()).toBe("[token]");
  });

  it("has no property that holds its text", () => {
    expect(Reflect.ownKeys(token)).toEqual(["source"]);
    expect(JSON.stringify({ ...token })).not.toContain("payload");
    expect(Object.values(token).some((value) => String(value).includes("payload"))).toBe(false);
  });

  it("is a copy without text after structured cloning", () => {
    expect(JSON.stringify(structuredClone(token))).not.toContain("payload");
  });

  it("does not tell its text to an error that quotes it", () => {
    expect(new Error(`unexpected ${token}`).message).toBe("unexpected [token]");
  });

  it("gives its text to whoever asks for it by name", () => {
    expect(token.reveal()).toBe(TEXT);
  });
});

describe("reading a claim", () => {
  const claims = JSON.parse(`{
    "sub": "alice", "nothing": null, "zero": 0, "no": false, "empty": "",
    "https://example.com/roles": ["a"], "dotted.name": 1, "dotted": { "name": 2 },
    "realm": { "access": { "roles": ["staff"] } }, "list": [{ "x": 1 }], "": "unnamed",
    "__proto__": { "admin": true }, "constructor": "own"
  }`) as Record<string, unknown>;

  it.each([
    [["sub"], "alice"],
    [["zero"], 0],
    [["no"], false],
    [["empty"], ""],
    [["nothing"], null],
    [["https://example.com/roles"], ["a"]],
    [["dotted.name"], 1],
    [["dotted", "name"], 2],
    [["realm", "access", "roles"], ["staff"]],
    [[""], "unnamed"],
    [["constructor"], "own"],
    [["__proto__", "admin"], true],
  ])("finds %j", (path, value) => {
    expect(readClaim(claims, path)).toEqual(value);
  });

  it.each([
    [["absent"]],
    [["Sub"]],
    [["sub", "length"]],
    [["sub", "0"]],
    [["nothing", "x"]],
    [["zero", "toFixed"]],
    [["realm.access.roles"]],
    [["realm", "absent", "roles"]],
    [["list", "0"]],
    [["list", "length"]],
    [["list", "0", "x"]],
    [["https://example.com/roles", "0"]],
    [["toString"]],
    [["hasOwnProperty"]],
    [["dotted", "constructor"]],
    [["dotted", "__proto__"]],
    [["admin"]],
  ])("finds nothing at %j", (path) => {
    expect(readClaim(claims, path)).toBeUndefined();
  });

  it("does not find what somebody put on Object.prototype", () => {
    Object.defineProperty(Object.prototype, "scope", { value: "admin", configurable: true });
    try {
      expect(readClaim({ sub: "alice" }, ["scope"])).toBeUndefined();
    } finally {
      Reflect.deleteProperty(Object.prototype, "scope");
    }
  });
});

describe("token sources", () => {
  const authorization: TokenSource = { kind: "authorization" };
  const header: TokenSource = { kind: "header", name: "x-token" };
  const cookie: TokenSource = { kind: "cookie", name: "x-token" };

  it.each([
    [authorization, { kind: "authorization" }, true],
    [header, { kind: "header", name: "x-token" }, true],
    [cookie, { kind: "cookie", name: "x-token" }, true],
    [authorization, header, false],
    [cookie, authorization, false],
    [header, cookie, false],
    [header, { kind: "header", name: "x-other" }, false],
    [cookie, { kind: "cookie", name: "X-Token" }, false],
  ] as readonly [TokenSource, TokenSource, boolean][])("%j and %j are the same place: %s", (a, b, same) => {
    expect(sameSource(a, b)).toBe(same);
  });
});

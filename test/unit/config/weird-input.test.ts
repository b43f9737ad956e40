import { describe, expect, it } from "vitest";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { configFor, ENVIRONMENT } from "../support.ts";
import { issuer } from "./problems.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;

const WEIRD: readonly [string, unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["a bigint", 10n],
  ["a symbol", Symbol("x")],
  ["an empty text", ""],
  ["a text", "x"],
  ["half of a surrogate pair", "\ud800"],
  ["a long text", "/".repeat(100_000)],
  ["a percent sign", "/%"],
  ["a function", () => ({})],
  ["an empty list", []],
  ["a list with holes", new Array(3)],
  ["a list of lists", [[[]]]],
  ["a list of nulls", [null, undefined]],
  ["an empty object", {}],
  ["an object without prototype", Object.create(null)],
  ["an object with a member __proto__", JSON.parse('{"__proto__":{"access":"public"}}')],
  ["an object with a member of every object", { toString: 1, constructor: 2, hasOwnProperty: 3, valueOf: 4 }],
  ["a circular object", circular],
  ["a date", new Date(0)],
  ["a regular expression", /x/],
  ["a map", new Map([["path", "/"]])],
  ["a class instance", new URL("https://a.example")],
  ["a promise", Promise.resolve({})],
  ["bytes", new Uint8Array(3)],
  ["an error", new Error("x")],
];

const SETTINGS = "origin requireHttps realm identityHeaders originTimeout originAssertion issuers routes unknown".split(
  " ",
);
const ISSUER_SETTINGS =
  "issuer audiences algorithms jwksUri discovery keys sharedSecret acceptedTypes requiredClaims clients maxLifetime maxAge " +
  "clockTolerance tokenIdClaim sessionIdClaim subjectClaim tokenVersionClaim scopeClaim tokenSources unknown";
const ROUTE_SETTINGS =
  "path methods access scopes anyOfScopes claims passPreflight onUnknownRevocation requireHttps tokenSources forwardToken unknown";

/** Whatever comes, there is an answer: settings, or problems that say something. */
function expectAnswer(config: unknown, env: Record<string, unknown> = ENVIRONMENT): void {
  const decoded = decodeConfig(config, env);
  if (decoded.ok) return;
  expect(decoded.problems.length).toBeGreaterThan(0);
  for (const problem of decoded.problems) expect(Object.values(problem).every((text) => text !== "")).toBe(true);
}

describe.each(WEIRD)("decoding never throws for %s", (_what, value) => {
  it("in place of the configuration, which is then wrong", () => {
    expect(decodeConfig(value, ENVIRONMENT).ok).toBe(false);
  });

  it("in place of any setting, alone and in a list", () => {
    const good = configFor(issuer);
    for (const setting of SETTINGS) {
      expectAnswer({ ...good, [setting]: value });
      expectAnswer({ ...good, [setting]: [value] });
    }
  });

  it("in place of any setting of an issuer or a route", () => {
    const good = configFor(issuer);
    for (const wrong of [value, [value]]) {
      for (const setting of ISSUER_SETTINGS.split(" ")) {
        expectAnswer({ ...good, issuers: [{ ...good.issuers[0], [setting]: wrong }] });
      }
      for (const setting of ROUTE_SETTINGS.split(" ")) {
        expectAnswer({ ...good, routes: [{ path: "/a", access: "bearer", [setting]: wrong }] });
      }
    }
  });

  it("in place of any binding or secret", () => {
    const config = {
      ...configFor(issuer, { keys: undefined, sharedSecret: "HMAC", algorithms: ["HS256"] }),
      origin: { binding: "APP" },
      originAssertion: { issuer: "a", audience: "b" },
    };
    for (const name of ["REVOCATIONS", "REVOCATION_KEY", "HMAC", "APP", "ASSERTION_KEY"]) {
      expectAnswer(config, { ...ENVIRONMENT, [name]: value });
    }
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { configFromVars, variableOf } from "../../../src/config/config-from-vars.ts";
import { decodeConfig } from "../../../src/config/decode-config.ts";
import { configFor, ENVIRONMENT } from "../support.ts";
import { issuer } from "./problems.ts";

const good = configFor(issuer);
const VARS = { ...ENVIRONMENT, ORIGIN: "https://origin.example", ISSUERS: good.issuers, ROUTES: good.routes };

function decode(vars: Record<string, unknown>) {
  const environment = { ...VARS, ...vars };
  return decodeConfig(configFromVars(environment), environment, variableOf);
}

function problems(vars: Record<string, unknown>): string[] {
  const decoded = decode(vars);
  return decoded.ok ? [] : decoded.problems.map(({ path, problem }) => `${path} ${problem}`);
}

describe("variables", () => {
  it("make the same settings as createJotgate's object", () => {
    expect(decode({})).toEqual(decodeConfig(good, ENVIRONMENT));
  });

  it("have one name for each setting", () => {
    const named = configFromVars({
      ORIGIN: "o",
      ISSUERS: [],
      ROUTES: [],
      REQUIRE_HTTPS: true,
      REALM: "r",
      IDENTITY_HEADERS: {},
      ORIGIN_TIMEOUT: 1,
      ORIGIN_ASSERTION: {},
    });
    expect(named).toEqual({
      origin: "o",
      issuers: [],
      routes: [],
      requireHttps: true,
      realm: "r",
      identityHeaders: {},
      originTimeout: 1,
      originAssertion: {},
    });
  });

  it("that are absent make no settings", () => {
    expect(configFromVars({})).toEqual({});
  });
});

describe("problems name variables as the operator wrote them", () => {
  it.each([
    [{ ROUTES: [...good.routes, { path: "/b", access: "open" }] }, "ROUTES[1].access does not fit"],
    [{ ROUTES: undefined }, "ROUTES is missing"],
    [{ ORIGIN: undefined }, "ORIGIN is missing"],
    [{ ISSUERS: [{ ...good.issuers[0], maxAge: "x" }] }, "ISSUERS[0].maxAge does not fit"],
    [{ REQUIRE_HTTPS: "yes" }, "REQUIRE_HTTPS does not fit"],
    [{ ORIGIN_TIMEOUT: 0 }, "ORIGIN_TIMEOUT does not fit"],
    [{ IDENTITY_HEADERS: { claims: [{}] } }, "IDENTITY_HEADERS.claims[0].claim is missing"],
    [{ ORIGIN_ASSERTION: { issuer: "x" } }, "ORIGIN_ASSERTION.audience is missing"],
    [{ REALM: 5 }, "REALM does not fit"],
    [{ REVOCATION_KEY: "x" }, "REVOCATION_KEY is too short or has blanks around it"],
  ])("%j: %s", (vars, problem) => {
    expect(problems(vars)).toContain(problem);
  });

  it.each(["toString", "constructor", "__proto__"])("and know no variable called %s", (name) => {
    expect(variableOf(name)).toBe(name);
  });
});

describe("a service binding called ORIGIN", () => {
  class Service {
    fetch() {}
  }

  it("stands for itself", () => {
    const decoded = decode({ ORIGIN: new Service() });
    expect(decoded.ok && decoded.settings.forwarding.origin).toEqual({ kind: "binding", name: "ORIGIN" });
  });

  it("has to be a service", () => {
    expect(problems({ ORIGIN: env["REVOCATIONS" as keyof typeof env] })).toEqual(["ORIGIN names no service binding"]);
  });

  it("of another name is named in a table", () => {
    const decoded = decode({ ORIGIN: { binding: "APP" }, APP: new Service() });
    expect(decoded.ok && decoded.settings.forwarding.origin).toEqual({ kind: "binding", name: "APP" });
  });
});

describe("variables that are not Jotgate's", () => {
  it.each([
    ["a misspelt list", { ROUTE: [{ path: "/b", access: "bearer" }] }, ["ROUTE is not a setting"]],
    ["a misspelt table", { IDENTITY_HEADER: { subject: "X-User" } }, ["IDENTITY_HEADER is not a setting"]],
    ["a misspelt flag", { REQUIRE_HTTP: false }, ["REQUIRE_HTTP is not a setting"]],
    ["a misspelt number", { TIMEOUT: 5 }, ["TIMEOUT is not a setting"]],
    ["a table without a name", { "": {} }, ["configuration is not a setting"]],
    ["two of them", { ROUTE: [], ISSUER: [] }, ["ROUTE is not a setting", "ISSUER is not a setting"]],
    ["a setting in its other spelling", { routes: [] }, ["vars.routes is not a setting"]],
    ["a setting in its other spelling, with content", { issuers: good.issuers }, ["vars.issuers is not a setting"]],
  ])("and structured are reported: %s", (_what, vars, expected) => {
    expect(problems(vars)).toEqual(expected);
  });

  it("in the other spelling never take a setting's place", () => {
    const config = configFromVars({ ...VARS, routes: [{ path: "/*", access: "public" }], requireHttps: false });
    expect([config["routes"], config["requireHttps"]]).toEqual([good.routes, undefined]);
  });

  it.each([
    ["texts, which may be anybody's secrets", { API_KEY: "s3cret", ROUTE: "x" }],
    ["other KV namespaces", { SESSIONS: env["REVOCATIONS" as keyof typeof env] }],
    [
      "services",
      {
        APP: new (class {
          fetch() {}
        })(),
      },
    ],
    ["the version's metadata", { VERSION: { id: "x", tag: "", timestamp: "2026-01-01T00:00:00Z" } }],
    ["nothing", { EMPTY: undefined, NULL: null }],
  ])("are left alone when they are %s", (_what, vars) => {
    expect(problems(vars)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { checkPermission } from "../../../src/authorize/check-permission.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, settingsFor } from "../support.ts";
import { outcome, verified } from "./guard.ts";

const issuer = await TestIssuer.create();

async function check(claims: Record<string, unknown>, route: Record<string, unknown>) {
  const routes = [{ path: "/*", access: "bearer", ...route }];
  const [rule] = settingsFor(configFor(issuer, {}, routes)).rules.routes;
  if (rule === undefined) throw new Error("no route");
  return outcome(checkPermission(await verified(issuer, claims, {}, routes), rule));
}

const lacking = (...required: string[]) => ({ reason: "insufficient_scope", required });
const ruleFailed = { reason: "claim_rule_failed" };

describe("scopes", () => {
  it.each([
    ["none are needed", {}, undefined, "pass"],
    ["all are there", { scopes: ["a", "b"] }, "b c a", "pass"],
    ["one is not", { scopes: ["a", "b"] }, "a", lacking("a", "b")],
    ["there are none", { scopes: ["a"] }, undefined, lacking("a")],
    ["another case", { scopes: ["a"] }, "A", lacking("a")],
    ["one that starts alike", { scopes: ["orders:read"] }, "orders:readonly", lacking("orders:read")],
    ["one that is longer than what is there", { scopes: ["orders:read"] }, "orders", lacking("orders:read")],
    ["one of the alternatives is there", { anyOfScopes: ["a", "b"] }, "b", "pass"],
    ["no alternative is there", { anyOfScopes: ["a", "b"] }, "c", lacking("a")],
    ["both kinds are there", { scopes: ["x"], anyOfScopes: ["a", "b"] }, "x b", "pass"],
    ["only the alternative is there", { scopes: ["x"], anyOfScopes: ["a", "b"] }, "b", lacking("x", "b")],
    ["the alternative is missing", { scopes: ["x"], anyOfScopes: ["a", "b"] }, "x", lacking("x", "a")],
    ["both are missing", { scopes: ["x"], anyOfScopes: ["a", "b"] }, "", lacking("x", "a")],
  ])("%s", async (_when, route, scope, expected) => {
    expect(await check({ scope }, route)).toEqual(expected);
  });

  it("are judged before claim rules", async () => {
    expect(await check({}, { scopes: ["a"], claims: [{ claim: "x", equals: 1 }] })).toEqual(lacking("a"));
  });
});

describe("claim rules", () => {
  it.each([
    [{ equals: "gold" }, "gold", true],
    [{ equals: "gold" }, "Gold", false],
    [{ equals: "gold" }, ["gold"], false],
    [{ equals: "1" }, 1, false],
    [{ equals: 1 }, 1, true],
    [{ equals: 1 }, "1", false],
    [{ equals: 0 }, false, false],
    [{ equals: 0 }, "", false],
    [{ equals: 0 }, null, false],
    [{ equals: false }, false, true],
    [{ equals: false }, undefined, false],
    [{ equals: true }, 1, false],
    [{ equals: true }, "true", false],
    [{ equals: "" }, "", true],
    [{ equals: "" }, undefined, false],
    [{ oneOf: ["gold", 2] }, "gold", true],
    [{ oneOf: ["gold", 2] }, 2, true],
    [{ oneOf: ["gold", 2] }, "2", false],
    [{ oneOf: ["gold", 2] }, ["gold"], false],
    [{ oneOf: ["gold", 2] }, undefined, false],
    [{ contains: "staff" }, ["user", "staff"], true],
    [{ contains: "staff" }, ["user"], false],
    [{ contains: "staff" }, [["staff"]], false],
    [{ contains: "staff" }, "staff", false],
    [{ contains: "staff" }, "staffing", false],
    [{ contains: "staff" }, { 0: "staff" }, false],
    [{ contains: "staff" }, undefined, false],
    [{ contains: 1 }, ["1"], false],
    [{ exists: true }, "x", true],
    [{ exists: true }, false, true],
    [{ exists: true }, undefined, false],
    [{ exists: false }, undefined, true],
    [{ exists: false }, "x", false],
    [{ exists: false }, false, false],
  ])("%j on %j holds: %s", async (condition, level, holds) => {
    expect(await check({ level }, { claims: [{ claim: "level", ...condition }] })).toEqual(holds ? "pass" : ruleFailed);
  });

  it("hold all or fail", async () => {
    const claims = [
      { claim: "level", equals: "gold" },
      { claim: ["realm_access", "roles"], contains: "staff" },
    ];
    const roles = { realm_access: { roles: ["staff"] } };
    expect(await check({ level: "gold", ...roles }, { claims })).toBe("pass");
    expect(await check({ level: "gold" }, { claims })).toEqual(ruleFailed);
    expect(await check(roles, { claims })).toEqual(ruleFailed);
  });

  it.each(["toString", "constructor", "__proto__", "hasOwnProperty"])(
    "do not find what every object has: %s",
    async (claim) => {
      expect(await check({}, { claims: [{ claim, exists: true }] })).toEqual(ruleFailed);
    },
  );

  it("reach into objects and never into lists or texts", async () => {
    expect(await check({ a: { b: 1 } }, { claims: [{ claim: ["a", "b"], equals: 1 }] })).toBe("pass");
    expect(await check({ "a.b": 1 }, { claims: [{ claim: ["a", "b"], equals: 1 }] })).toEqual(ruleFailed);
    expect(await check({ a: [1] }, { claims: [{ claim: ["a", "0"], equals: 1 }] })).toEqual(ruleFailed);
    expect(await check({ a: "x" }, { claims: [{ claim: ["a", "length"], equals: 1 }] })).toEqual(ruleFailed);
  });
});

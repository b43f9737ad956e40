import { describe, expect, it } from "vitest";
import { decodeOperatorSettings } from "../../../src/config/decode-operator-settings.ts";
import { issuersOf } from "../../../src/model/operator.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, withGuard } from "./problems.ts";

const WITH_LEDGER = { ...ENVIRONMENT, LEDGER: { idFromName: () => {} } };
const STAFF = {
  issuer: "https://staff.example",
  audiences: ["operators"],
  algorithms: ["ES256"],
  jwksUri: "https://staff.example/jwks",
};
const ACCESS = {
  team: "https://team.cloudflareaccess.com",
  audience: "tag",
  roles: [{ email: "Olga@Example.com", role: "viewer" }],
};

function decode(guard: Record<string, unknown>, env: Record<string, unknown> = WITH_LEDGER) {
  return decodeOperatorSettings(settingsFor({ ...configFor(issuer), ...guard }, env), env, (name) => name);
}

function problemsOf(guard: Record<string, unknown>, env?: Record<string, unknown>): string[] {
  const decoded = decode(guard, env);
  return "secrets" in decoded ? [] : decoded.map(({ path, problem }) => `${path} ${problem}`);
}

describe("operators besides those with secrets", () => {
  it("are nobody, unless configured", () => {
    expect(decode({})).toEqual({ secrets: [], issuer: undefined, access: undefined, selfRevocation: false });
  });

  it("are known by an issuer with the settings of any other", () => {
    const decoded = decode({ operatorIssuer: { ...STAFF, scopeClaim: "permissions" } });
    expect(decoded).toMatchObject({
      issuer: {
        ...{ issuer: STAFF.issuer, audiences: ["operators"], scopeClaim: ["permissions"] },
        maxLifetime: 86_400,
      },
    });
  });

  it("are known by Cloudflare Access", () => {
    const decoded = decode({ operatorAccess: ACCESS });
    expect(decoded).toMatchObject({
      access: {
        issuer: { issuer: ACCESS.team, audiences: ["tag"], keys: { uri: `${ACCESS.team}/cdn-cgi/access/certs` } },
        roles: new Map([["olga@example.com", "viewer"]]),
      },
    });
    expect("secrets" in decoded && issuersOf(decoded)).toHaveLength(1);
  });

  it.each([
    ["operatorIssuer", STAFF],
    ["operatorAccess", ACCESS],
    ["selfRevocation", true],
  ])("need a ledger to operate: %s", (setting, value) => {
    expect(problemsOf({ [setting]: value }, ENVIRONMENT)).toEqual([`${setting} has no effect without a ledger`]);
  });

  it.each([
    ["anybody's audience", { ...STAFF, audiences: false }, ["operatorIssuer.audiences is not for operators alone"]],
    ["keys from two places", { ...STAFF, discovery: true }, ["operatorIssuer does not say where its keys come from"]],
    [
      "a key in the clear",
      { ...STAFF, jwksUri: "http://staff.example/" },
      ["operatorIssuer.jwksUri is not a secure URL"],
    ],
    [
      "the audience of the API behind the guard",
      { ...STAFF, issuer: issuer.issuer, audiences: ["operators", "https://api.example"] },
      ["operatorIssuer.audiences is not for operators alone"],
    ],
    ["an audience of their own", { ...STAFF, issuer: issuer.issuer }, []],
  ])("an issuer with %s", (_what, operatorIssuer, problems) => {
    expect(problemsOf({ operatorIssuer })).toEqual(problems);
  });

  it("an issuer that others take with any audience is not for operators", () => {
    const guard = { ...configFor(issuer, { audiences: false }), operatorIssuer: { ...STAFF, issuer: issuer.issuer } };
    expect(problemsOf(guard)).toEqual(["operatorIssuer.audiences is not for operators alone"]);
  });

  it.each([
    ["tokenIdClaim", "ati", "jti"],
    ["tokenIdClaim", false, "jti"],
    ["sessionIdClaim", "session", ["identity", "session"]],
    ["subjectClaim", ["user", "id"], "user"],
  ])("an issuer whose tokens are used behind the guard as well has the same %s: %j, %j", (claim, ours, others) => {
    const operatorIssuer = (value: unknown) => ({ ...STAFF, issuer: issuer.issuer, [claim]: value });
    const guard = configFor(issuer, { [claim]: ours });
    expect(problemsOf({ ...guard, operatorIssuer: operatorIssuer(ours) })).toEqual([]);
    const differs = [`operatorIssuer.${claim} differs from the same issuer's in issuers`];
    expect(problemsOf({ ...guard, operatorIssuer: operatorIssuer(others) })).toEqual(differs);
    expect(problemsOf({ ...guard, operatorIssuer: { ...operatorIssuer(others), issuer: STAFF.issuer } })).toEqual([]);
  });

  it("an issuer with a shared secret is not for operators", () => {
    const { jwksUri: _none, ...rest } = STAFF;
    const operatorIssuer = { ...rest, algorithms: ["HS256"], sharedSecret: "STAFF_SECRET" };
    const env = { ...WITH_LEDGER, STAFF_SECRET: "s".repeat(32) };
    expect(problemsOf({ operatorIssuer }, env)).toEqual(["operatorIssuer.sharedSecret is not for operators"]);
  });

  it.each([
    [["authorization"], []],
    [[{ cookie: "ops" }], ["operatorIssuer.tokenSources is not for operators"]],
    [[{ header: "X-Ops" }], ["operatorIssuer.tokenSources is not for operators"]],
    [["authorization", { header: "X-Ops" }], ["operatorIssuer.tokenSources is not for operators"]],
  ])("an issuer whose tokens would come from %j: their tokens come as Authorization", (tokenSources, problems) => {
    expect(problemsOf({ operatorIssuer: { ...STAFF, tokenSources } })).toEqual(problems);
  });

  it.each([
    ["a path", { ...ACCESS, team: "https://team.cloudflareaccess.com/" }, ["operatorAccess.team is no team's URL"]],
    ["a name", { ...ACCESS, team: "team" }, ["operatorAccess.team is no team's URL"]],
    ["plain http", { ...ACCESS, team: "http://team.example" }, ["operatorAccess.team is no team's URL"]],
    [
      "somebody twice",
      { ...ACCESS, roles: [ACCESS.roles[0], { email: "olga@example.com", role: "admin" }] },
      ["operatorAccess.roles names somebody twice"],
    ],
    [
      "an unknown role",
      { ...ACCESS, roles: [{ email: "a@example.com", role: "owner" }] },
      ["operatorAccess.roles[0].role does not fit"],
    ],
    [
      "a group",
      { ...ACCESS, roles: [{ group: "ops", role: "admin" }] },
      ["operatorAccess.roles[0].email is missing", "operatorAccess.roles[0].group is not a setting"],
    ],
    [
      "nothing",
      {},
      ["operatorAccess.team is missing", "operatorAccess.audience is missing", "operatorAccess.roles is missing"],
    ],
  ])("Access with %s", (_what, operatorAccess, problems) => {
    expect(problemsOf({ operatorAccess })).toEqual(problems);
  });

  it.each([
    [{ operatorIssuer: { ...STAFF, algorithms: ["none"] } }, ["operatorIssuer.algorithms[0] does not fit"]],
    [{ operatorAccess: "team" }, ["operatorAccess does not fit"]],
    [{ selfRevocation: "yes" }, ["selfRevocation does not fit"]],
  ])("what does not fit is found with the rest of the configuration: %j", (guard, problems) => {
    expect(withGuard(guard, WITH_LEDGER)).toEqual(problems);
  });
});

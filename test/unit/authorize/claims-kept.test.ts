import { expect, it } from "vitest";
import { authorize } from "../../../src/authorize/authorize.ts";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { writeIdentity } from "../../../src/gateway/identity.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, configFor, keysFor, revocationsSaying, settingsFor } from "../support.ts";
import { bearer, NOW, verdict } from "./guard.ts";

/* Of a remembered token only the claims that somebody asks for are kept: what is not kept must make no difference. */

const issuer = await TestIssuer.create();
const claims = issuer.claims(
  { role: "admin", org: { id: "7", name: "Seven" }, email: "alice@example.com", groups: ["a", "b"] },
  NOW,
);
const token = await issuer.sign(claims);

const settings = settingsFor({
  ...configFor(issuer, {}, [
    { path: "/role", access: "bearer", claims: [{ claim: "role", equals: "admin" }] },
    { path: "/org", access: "bearer", claims: [{ claim: ["org", "id"], equals: "7" }] },
    { path: "/none", access: "bearer", claims: [{ claim: "suspended", exists: false }] },
    { path: "/no-email", access: "bearer", claims: [{ claim: ["email"], exists: false }] },
    { path: "/odd", access: "bearer", claims: [{ claim: "__proto__", exists: false }] },
    { path: "/*", access: "bearer" },
  ]),
  identityHeaders: { claims: [{ claim: "groups" }] },
});
const keys = await keysFor(settings);

function decide(memory: TokenMemory, path: string, text = token) {
  const request = accessRequest({ path }, bearer(text));
  return authorize(request, settings.rules, keys, revocationsSaying({}), memory, NOW);
}

const PATHS = ["/role", "/org", "/none", "/no-email", "/odd", "/"];

it("of a token's claims those are kept that routes and identity headers ask for", async () => {
  const decision = await decide(new TokenMemory(), "/");
  expect(decision.outcome === "allow" && decision.as === "bearer" && decision.token.claims).toEqual({
    role: "admin",
    org: { id: "7", name: "Seven" },
    email: "alice@example.com",
    groups: ["a", "b"],
  });
});

it("what a token that passed was parsed to is not kept, and that of any other is", async () => {
  const memory = new TokenMemory();
  await decide(memory, "/");
  expect(memory.recall(token)?.passed).toBeDefined();
  expect(memory.recall(token)?.unverifiedClaims).toBeUndefined();

  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  const expired = await issuer.sign({ ...claims, exp: NOW - 100 });
  for (const text of [forged, expired]) {
    await decide(memory, "/", text);
    expect(memory.recall(text)?.passed).toBeUndefined();
    expect(memory.recall(text)?.unverifiedClaims?.["email"]).toBe("alice@example.com");
  }
});

it.each(PATHS)("%s decides alike for a token that is new and one that is known from any other route", async (path) => {
  const fresh = verdict(await decide(new TokenMemory(), path));
  for (const before of PATHS) {
    const memory = new TokenMemory();
    await decide(memory, before);
    expect(verdict(await decide(memory, path))).toBe(fresh);
  }
});

it("rules find what they ask for, and miss what is not there", async () => {
  const memory = new TokenMemory();
  const verdicts = [];
  for (const path of PATHS) verdicts.push(verdict(await decide(memory, path)));
  expect(verdicts).toEqual(["allow", "allow", "allow", "claim_rule_failed", "allow", "allow"]);
});

it("a claim called __proto__ is a claim like any other", async () => {
  const memory = new TokenMemory();
  const odd = await issuer.sign(JSON.parse(JSON.stringify(claims).replace(/^\{/, '{"__proto__":{"x":1},')));
  for (const _ of [1, 2]) expect(verdict(await decide(memory, "/odd", odd))).toBe("claim_rule_failed");
});

it("the origin is told the same of a token that is known", async () => {
  const memory = new TokenMemory();
  const told = [];
  for (const path of ["/role", "/"]) {
    const decision = await decide(memory, path);
    if (decision.outcome !== "allow" || decision.as !== "bearer") throw new Error("refused");
    told.push(writeIdentity(decision.token, settings.forwarding.identityHeaders));
  }
  expect(told[1]).toEqual(told[0]);
  expect(told[0]).toContainEqual(["X-Jotgate-Claim-groups", '["a"%2C"b"]']);
});

import { describe, expect, it } from "vitest";
import type { Operator } from "../../../src/model/operator.ts";
import { includesRole } from "../../../src/model/operator.ts";
import { authenticate } from "../../../src/operator/authenticate.ts";

const SECRETS = { alice: "alice-".repeat(8), bob: `${"b".repeat(43)}=` };
const OPERATORS: readonly Operator[] = await Promise.all(
  Object.entries(SECRETS).map(async ([name, secret]) => ({ name, role: "viewer", secretHash: await hash(secret) })),
);

async function hash(secret: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function nameFor(authorization: string | undefined, operators = OPERATORS): Promise<string | undefined> {
  const headers = authorization === undefined ? {} : { authorization };
  return (await authenticate(new Request("https://guard.example/", { headers }), operators))?.name;
}

describe("an operator is known by the secret", () => {
  it.each([
    ["alice's", `Bearer ${SECRETS.alice}`, "alice"],
    ["bob's, with its padding", `Bearer ${SECRETS.bob}`, "bob"],
    ["the scheme in another case", `bearer ${SECRETS.alice}`, "alice"],
    ["nobody's", `Bearer ${"x".repeat(43)}`, undefined],
    ["none", undefined, undefined],
    ["another scheme", `Basic ${SECRETS.alice}`, undefined],
    ["no scheme", SECRETS.alice, undefined],
    ["a part of a secret", `Bearer ${SECRETS.alice.slice(0, -1)}`, undefined],
    ["more than a secret", `Bearer ${SECRETS.alice}x`, undefined],
    ["two secrets", `Bearer ${SECRETS.alice}, Bearer ${SECRETS.bob}`, undefined],
    ["the hash", `Bearer ${OPERATORS[0]?.secretHash}`, undefined],
    ["something short", "Bearer short", undefined],
    ["something endless", `Bearer ${"x".repeat(10_000)}`, undefined],
  ])("%s", async (_what, authorization, name) => {
    expect(await nameFor(authorization)).toBe(name);
  });

  it("nobody is known where no operator is configured", async () => {
    expect(await nameFor(`Bearer ${SECRETS.alice}`, [])).toBeUndefined();
  });
});

describe("roles include the lesser ones", () => {
  it.each([
    ["viewer", "viewer", true],
    ["viewer", "revoker", false],
    ["viewer", "admin", false],
    ["revoker", "viewer", true],
    ["revoker", "revoker", true],
    ["revoker", "admin", false],
    ["admin", "viewer", true],
    ["admin", "revoker", true],
    ["admin", "admin", true],
  ] as const)("%s includes %s: %s", (has, needed, included) => {
    expect(includesRole(has, needed)).toBe(included);
  });
});

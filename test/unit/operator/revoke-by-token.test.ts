import { describe, expect, it } from "vitest";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { ask, command, FakeDesk, ISSUER } from "./desk.ts";

async function tokenWith(overrides: Record<string, unknown> = {}, issuer = ISSUER): Promise<string> {
  return issuer.sign(issuer.claims({ ids: { token: "t-1" }, ...overrides }));
}

async function revoke(token: unknown, besides: Record<string, unknown> = {}) {
  const desk = new FakeDesk();
  const answer = await ask(desk, "/commands", command({ id: "c", do: "revoke", token, why: "lost", ...besides }));
  return { ...answer, asked: desk.asked };
}

const NAMED = { id: "c", do: "revoke", why: "lost", issuer: ISSUER.issuer, tokenId: "t-1" };

function submitted(command: object) {
  return [["submit", { command, by: "ada", via: "secret", from: null }]];
}

describe("a token to be revoked", () => {
  it("is named by the claims that its issuer's settings say", async () => {
    expect((await revoke(await tokenWith())).asked).toEqual(submitted(NAMED));
  });

  it.each([
    ["long ago", 1_000],
    ["now", Math.floor(Date.now() / 1000)],
    ["late", 1_900_000_000],
    ["in milliseconds", 1_900_000_000_000],
    ["no time", "soon"],
  ])("does not say when its record ends, for anybody may have written its exp: %s", async (_what, exp) => {
    const forged = forge({ alg: "ES256" }, { iss: ISSUER.issuer, ids: { token: "t-1" }, exp });
    expect((await revoke(forged)).asked).toEqual(submitted(NAMED));
    expect((await revoke(await tokenWith({ exp }))).asked).toEqual(submitted(NAMED));
  });

  it("may have an end of its record beside it", async () => {
    const until = 1_900_000_000;
    expect((await revoke(await tokenWith(), { until })).asked).toEqual(submitted({ ...NAMED, until }));
  });

  it.each([
    [{ issuer: ISSUER.issuer }, "stands beside issuer"],
    [{ tokenId: "t-2" }, "stands beside tokenId"],
    [{ expiresAt: 1_900_000_000 }, "stands beside expiresAt"],
    [{ expiresAt: 5, tokenId: "t-1", issuer: ISSUER.issuer }, "stands beside issuer, tokenId, expiresAt"],
  ])("is refused when something else names it as well: %j", async (besides, problem) => {
    const { status, body, asked } = await revoke(await tokenWith(), besides);
    expect({ status, problems: body.problems }).toEqual({
      status: 400,
      problems: [{ path: "token", problem, remedy: expect.any(String) }],
    });
    expect(asked).toMatchObject([["submit", { command: { token: null, ...besides }, refused: "invalid_request" }]]);
  });

  it("does not reach the ledger itself", async () => {
    const token = await tokenWith();
    expect(JSON.stringify((await revoke(token)).asked)).not.toContain(token.slice(0, 20));
  });

  it("may have expired, and may have lost its key", async () => {
    const other = await TestIssuer.create(ISSUER.issuer, "ES256", "another key");
    const token = await tokenWith({ exp: 1_000 }, other);
    expect((await revoke(token)).asked).toEqual(submitted(NAMED));
  });

  it.each([
    ["nothing", "", "is no signed token"],
    ["a number", 7, "is no signed token"],
    ["something else", "abc", "is no signed token"],
    ["an encrypted token", "a.b.c.d.e", "is no signed token"],
    ["a token of nobody", forge({ alg: "ES256" }, { ids: { token: "t-1" } }), "is of no trusted issuer"],
    ["a token of a stranger", forge({ alg: "ES256" }, { iss: "https://other.example" }), "is of no trusted issuer"],
    ["a token without id", forge({ alg: "ES256" }, { iss: ISSUER.issuer, jti: "t-1" }), "has no id"],
  ])("is refused when it names nothing: %s", async (_what, token, problem) => {
    const { status, body, asked } = await revoke(token);
    expect({ status, problems: body.problems, asked }).toEqual({
      status: 400,
      problems: [{ path: "token", problem, remedy: expect.any(String) }],
      asked: [
        [
          "submit",
          {
            command: { id: "c", do: "revoke", token: null, why: "lost" },
            by: "ada",
            via: "secret",
            from: null,
            refused: "invalid_request",
          },
        ],
      ],
    });
  });

  it("goes no further when it stands in another command either", async () => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command({ id: "c", do: "lift", token: await tokenWith() }));
    expect(desk.asked).toEqual([
      ["submit", { command: { id: "c", do: "lift", token: null }, by: "ada", via: "secret", from: null }],
    ]);
  });
});

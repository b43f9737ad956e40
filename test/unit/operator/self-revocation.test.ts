import { describe, expect, it, vi } from "vitest";
import type { ApplicableRecords, RevocationReader, RevocationRecord } from "../../../src/model/revocation.ts";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { revocationsSaying } from "../support.ts";
import { ask, FakeDesk, ISSUER, OPERATORS, type Surroundings, TestApi } from "./desk.ts";

const SURROUNDINGS: Surroundings = { guard: { selfRevocation: true }, operators: [], issuer: {} };
const NOTHING = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };

/** A request for the end of a token, as a sign-out button sends it. */
function ending(token: string, more: Record<string, string> = {}) {
  const headers = { authorization: "none", "content-type": "application/x-www-form-urlencoded", ...more };
  return { method: "POST", headers, body: new URLSearchParams({ token, token_type_hint: "access_token" }).toString() };
}

async function end(token: string, surroundings: Surroundings = {}, more: Record<string, string> = {}) {
  const desk = new FakeDesk();
  const answer = await ask(desk, "/revoke", ending(token, more), { ...SURROUNDINGS, ...surroundings });
  return { ...answer, asked: desk.asked };
}

describe("whoever holds a token may end it", () => {
  it("with the token alone, and it is on record as their own doing", async () => {
    const token = await ISSUER.sign(ISSUER.claims({ jti: "t-1", exp: Math.floor(Date.now() / 1000) + 100 }));
    const { status, body, asked } = await end(token, {}, { "cf-connecting-ip": "203.0.113.7" });
    expect({ status, body }).toEqual({ status: 200, body: undefined });
    const command = { do: "revoke", issuer: ISSUER.issuer, tokenId: "t-1", expiresAt: expect.any(Number) };
    expect(asked).toEqual([["submit", { command, by: "self", via: "self", from: "203.0.113.7" }]]);
  });

  it.each([
    ["malformed", "hello"],
    ["unsigned", forge({ alg: "none" }, ISSUER.claims())],
    ["badly signed", forge({ alg: "ES256", kid: "key-1" }, ISSUER.claims())],
    ["of a stranger", forge({ alg: "ES256", kid: "key-1" }, { ...ISSUER.claims(), iss: "https://other.example" })],
    ["too long", `${"a".repeat(17_000)}.b.c`],
  ])("a token that is %s is answered alike, and costs the ledger nothing", async (_what, token) => {
    expect(await end(token)).toMatchObject({ status: 200, body: undefined, asked: [] });
  });

  it("an expired token is answered alike, and costs the ledger nothing", async () => {
    const token = await ISSUER.sign(ISSUER.claims({ iat: 900, exp: 1_000 }));
    expect(await end(token)).toMatchObject({ status: 200, body: undefined, asked: [] });
  });

  it.each<[string, ApplicableRecords, number]>([
    ["a revoked token costs the ledger nothing", { token: { ...NOTHING, revoked: true } }, 0],
    ["a token of a revoked session is ended for good", { session: { ...NOTHING, revoked: true } }, 1],
    [
      "a token of a user who was cut off is ended for good",
      { subject: { ...NOTHING, issuedBefore: 4e9 } as RevocationRecord },
      1,
    ],
  ])("%s", async (_what, records, calls) => {
    const token = await ISSUER.sign(ISSUER.claims({ sid: "s-1" }));
    const ended = await end(token, { revocations: revocationsSaying(records) });
    expect(ended).toMatchObject({ status: 200, body: undefined });
    expect(ended.asked).toHaveLength(calls);
  });

  it("a token whose issuer gives no ids is ended with its session, and not at all without one", async () => {
    const issuer = { tokenIdClaim: false };
    const withSession = await end(await ISSUER.sign(ISSUER.claims({ sid: "s-1" })), { issuer });
    const command = { do: "revokeSession", issuer: ISSUER.issuer, sessionId: "s-1" };
    expect(withSession.asked).toEqual([["submit", { command, by: "self", via: "self", from: null }]]);
    const without = await end(await ISSUER.sign(ISSUER.claims()), { issuer });
    expect(without).toMatchObject({ status: 400, body: { error: "unsupported_token_type" }, asked: [] });
  });

  it("it does not matter where the issuer lets tokens be presented", async () => {
    const issuer = { tokenSources: [{ cookie: "session" }] };
    expect((await end(await ISSUER.sign(), { issuer })).asked).toHaveLength(1);
  });

  it("pressing the button again costs the ledger nothing for ten seconds", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    const token = await ISSUER.sign();
    for (let turn = 0; turn < 5; turn++) expect((await api.ask("/revoke", ending(token))).status).toBe(200);
    expect(desk.asked).toHaveLength(1);
    api.now += 10_000;
    await api.ask("/revoke", ending(token));
    expect(desk.asked).toHaveLength(2);
  });

  it("a user can end ten tokens at once, and is then told to wait", async () => {
    const api = new TestApi(new FakeDesk(), SURROUNDINGS);
    const statuses = [];
    for (let turn = 0; turn < 11; turn++) statuses.push((await api.ask("/revoke", ending(await ISSUER.sign()))).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    const bob = await ISSUER.sign(ISSUER.claims({ sub: "bob" }));
    expect((await api.ask("/revoke", ending(bob))).status).toBe(200);
  });

  it.each([
    ["an address", "203.0.113.7", "203.0.113.7"],
    ["the network of an address", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1"],
    ["the network of a short address", "2001:db8::1", "2001:db8:0:0:1::"],
    ["addresses that nobody knows", "", ""],
  ])(
    "%s can send a hundred tokens at once, whatever they are, and none is verified beyond them",
    async (_what, a, b) => {
      const api = new TestApi(new FakeDesk(), SURROUNDINGS);
      const from = (address: string) => (address === "" ? {} : { "cf-connecting-ip": address });
      const bad = forge({ alg: "ES256", kid: "key-1" }, ISSUER.claims());
      for (let turn = 0; turn < 100; turn++) {
        expect((await api.ask("/revoke", ending(bad, from(turn % 2 === 0 ? a : b)))).status).toBe(200);
      }
      const refused = await api.ask("/revoke", ending(bad, from(b)));
      expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
      expect(refused.headers.get("retry-after")).toBe("1");
      const others = { "cf-connecting-ip": "2001:db8:1:3::1" };
      expect((await api.ask("/revoke", ending(bad, others))).status).toBe(200);
      api.now += 1_000;
      expect((await api.ask("/revoke", ending(await ISSUER.sign(), from(a)))).status).toBe(200);
    },
  );

  it("costs no verification beyond the rate of an address", async () => {
    const api = new TestApi(new FakeDesk(), SURROUNDINGS);
    const bad = forge({ alg: "ES256", kid: "key-1" }, ISSUER.claims());
    for (let turn = 0; turn < 100; turn++) await api.ask("/revoke", ending(bad));
    const verify = vi.spyOn(crypto.subtle, "verify");
    try {
      await api.ask("/revoke", ending(await ISSUER.sign()));
      expect(verify).not.toHaveBeenCalled();
    } finally {
      verify.mockRestore();
    }
  });

  it("users who sign out, however many, give no operator a rate anew", async () => {
    const api = new TestApi(new FakeDesk(), { ...SURROUNDINGS, operators: [...OPERATORS] });
    await Promise.all(Array.from({ length: 100 }, () => api.ask("/status")));
    for (let user = 0; user < 1_000; user++) {
      const token = await ISSUER.sign(ISSUER.claims({ sub: `user-${user}`, jti: `t-${user}` }));
      await api.ask("/revoke", ending(token, { "cf-connecting-ip": `203.0.${user >> 8}.${user & 255}` }));
    }
    expect((await api.ask("/status")).status).toBe(429);
  });

  it("a user who asks too much costs no look at what is revoked", async () => {
    let looked = 0;
    const none = revocationsSaying({});
    const revocations: RevocationReader = {
      lookUp(...question) {
        looked++;
        return none.lookUp(...question);
      },
    };
    const api = new TestApi(new FakeDesk(), { ...SURROUNDINGS, revocations });
    for (let turn = 0; turn < 10; turn++) await api.ask("/revoke", ending(await ISSUER.sign()));
    const answer = await api.ask("/revoke", ending(await ISSUER.sign()));
    expect({ status: answer.status, looked }).toEqual({ status: 429, looked: 10 });
  });

  it("a token that is revoked already may be sent again and again", async () => {
    const revocations = revocationsSaying({ token: { ...NOTHING, revoked: true } });
    const api = new TestApi(new FakeDesk(), { ...SURROUNDINGS, revocations });
    const token = await ISSUER.sign();
    for (let turn = 0; turn < 20; turn++) expect((await api.ask("/revoke", ending(token))).status).toBe(200);
  });

  it.each([
    [60, {}],
    [61, { expiresAt: expect.any(Number) }],
  ])("the record of a token that ends in %d seconds has %j", async (left, ends) => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    const now = Math.floor(Date.now() / 1000);
    api.now = now * 1_000;
    await api.ask("/revoke", ending(await ISSUER.sign(ISSUER.claims({ jti: "t-1", iat: now - 100, exp: now + left }))));
    const command = { do: "revoke", issuer: ISSUER.issuer, tokenId: "t-1", ...ends };
    expect(desk.asked).toEqual([["submit", { command, by: "self", via: "self", from: null }]]);
  });

  it("while the ledger is out of reach, the token still counts and the answer says so", async () => {
    const desk = new FakeDesk();
    desk.failure = new Error("overloaded");
    const answer = await ask(desk, "/revoke", ending(await ISSUER.sign()), SURROUNDINGS);
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("a page of any site may ask, and none may read the answer", async () => {
    const ended = await end(await ISSUER.sign(), {}, { origin: "https://app.example", "sec-fetch-site": "cross-site" });
    expect(ended.status).toBe(200);
    expect(ended.asked).toHaveLength(1);
    expect([...ended.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("a request for the end of a token", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };

  it.each([
    ["no form", { "content-type": "application/json" }, '{"token":"x"}', 415],
    ["nothing", form, "", 400],
    ["no token", form, "token_type_hint=access_token", 400],
    ["an empty token", form, "token=", 400],
    ["two tokens", form, "token=a&token=b", 400],
    ["too much", form, `token=${"x".repeat(24_571)}`, 413],
    ["as much as there may be", form, `token=${"x".repeat(24_570)}`, 200],
  ])("of %s", async (_what, headers, body, status) => {
    const asking = { method: "POST", headers: { authorization: "none", ...headers }, body };
    expect((await ask(new FakeDesk(), "/revoke", asking, SURROUNDINGS)).status).toBe(status);
  });

  it("does not go in the clear", async () => {
    const token = await ISSUER.sign();
    const asking = { ...ending(token), base: "http://guard.example" };
    expect((await ask(new FakeDesk(), "/revoke", asking, SURROUNDINGS)).status).toBe(403);
  });

  it("is not answered unless that was switched on", async () => {
    const off = { operators: [] };
    expect((await ask(new FakeDesk(), "/revoke", ending(await ISSUER.sign()), off)).status).toBe(404);
    expect((await ask(new FakeDesk(), "/revoke", ending(await ISSUER.sign()))).status).toBe(404);
  });

  it("is all that a guard without operators answers", async () => {
    expect((await ask(new FakeDesk(), "/status", {}, SURROUNDINGS)).status).toBe(404);
  });

  it("of another issuer's key ends nothing", async () => {
    const forger = await TestIssuer.create(ISSUER.issuer);
    expect(await end(await forger.sign())).toMatchObject({ status: 200, asked: [] });
  });
});

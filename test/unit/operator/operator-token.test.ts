import { describe, expect, it } from "vitest";
import type { RevocationReader } from "../../../src/model/revocation.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { revocationsSaying } from "../support.ts";
import { ask, command, FakeDesk, type Surroundings, TestApi } from "./desk.ts";

const STAFF = await TestIssuer.create("https://staff.example");
const RAISE = { id: "c1", do: "raise", issuer: "https://id.example/", subject: "alice", minimumTokenVersion: 3 };
const LIFT = { id: "c2", do: "lift", name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg" };

const OPERATOR_ISSUER = {
  issuer: STAFF.issuer,
  audiences: ["https://guard.example/operators"],
  algorithms: [STAFF.algorithm],
  keys: [STAFF.publicJwk],
};

const SURROUNDINGS: Surroundings = { guard: { operatorIssuer: OPERATOR_ISSUER } };

function claims(overrides: Record<string, unknown> = {}) {
  return STAFF.claims({ aud: "https://guard.example/operators", sub: "olga", scope: "jotgate:view", ...overrides });
}

async function bearer(overrides: Record<string, unknown> = {}, issuer = STAFF) {
  return { headers: { authorization: `Bearer ${await issuer.sign(claims(overrides))}` } };
}

/** Nothing is revoked, and each question is counted. */
function counting(): { revocations: RevocationReader; asked: () => number } {
  const none = revocationsSaying({});
  let asked = 0;
  const revocations: RevocationReader = {
    lookUp(identity, now, demand) {
      asked++;
      return none.lookUp(identity, now, demand);
    },
  };
  return { revocations, asked: () => asked };
}

describe("an operator token", () => {
  it.each([
    ["jotgate:view", "/status", undefined, 200],
    ["jotgate:view", "/commands", RAISE, 403],
    ["openid jotgate:revoke", "/commands", RAISE, 200],
    ["jotgate:revoke", "/commands", LIFT, 403],
    ["jotgate:admin", "/commands", LIFT, 200],
    ["jotgate:view jotgate:admin", "/commands", LIFT, 200],
    [["jotgate:view", "jotgate:revoke"], "/commands", RAISE, 200],
  ])("with scope %j may ask %s: %j, %d", async (scope, path, content, status) => {
    const asking = await bearer({ scope });
    const answer = await ask(new FakeDesk(), path, content ? command(content, asking) : asking, SURROUNDINGS);
    expect(answer.status).toBe(status);
  });

  it("names its subject in the audit", async () => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command(RAISE, await bearer({ scope: "jotgate:revoke" })), SURROUNDINGS);
    expect(desk.asked).toMatchObject([["submit", { by: "olga" }]]);
  });

  it.each([
    ["expired", { exp: 1_000, iat: 900 }],
    ["for another audience", { aud: "https://api.example" }],
    ["of another issuer", { iss: "https://issuer.example" }],
    ["not valid yet", { nbf: 4_000_000_000 }],
    ["without a subject", { sub: undefined }],
    ["without an id", { jti: undefined }],
  ])("that is %s is nobody's", async (_what, overrides) => {
    const answer = await ask(new FakeDesk(), "/status", await bearer(overrides), SURROUNDINGS);
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="_jotgate", error="invalid_token"');
  });

  it("of another key is nobody's", async () => {
    const forger = await TestIssuer.create(STAFF.issuer);
    const answer = await ask(new FakeDesk(), "/status", await bearer({}, forger), SURROUNDINGS);
    expect(answer.status).toBe(401);
  });

  it.each([["openid"], [undefined], ["jotgate"], ["jotgate:Admin"]])("with scope %j may nothing", async (scope) => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/status", await bearer({ scope }), SURROUNDINGS);
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden", needs: "viewer" } });
    const note = { op: "authenticate", by: "olga", via: "token", problem: "forbidden", times: 1, from: null };
    expect(desk.asked).toEqual([["noteTurnedAway", note]]);
  });

  it("is nobody's where no issuer of operators is configured", async () => {
    expect((await ask(new FakeDesk(), "/status", await bearer())).status).toBe(401);
  });

  it("does without operators with secrets, and secrets go on working beside it", async () => {
    const alone = { ...SURROUNDINGS, operators: [] };
    expect((await ask(new FakeDesk(), "/status", await bearer(), alone)).status).toBe(200);
    expect((await ask(new FakeDesk(), "/status", {}, alone)).status).toBe(401);
    expect((await ask(new FakeDesk(), "/status", {}, SURROUNDINGS)).status).toBe(200);
  });

  it("is over when it was revoked, which the ledger itself is asked for", async () => {
    const demands: unknown[] = [];
    const saying = revocationsSaying({
      token: { revoked: true, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined },
    });
    const revocations: RevocationReader = {
      lookUp(identity, now, demand) {
        demands.push(demand.revocation);
        return saying.lookUp(identity, now, demand);
      },
    };
    const answer = await ask(new FakeDesk(), "/status", await bearer(), { ...SURROUNDINGS, revocations });
    expect(answer.status).toBe(401);
    expect(demands).toEqual(["strict"]);
  });

  it("cannot be judged while nothing is known of revocations", async () => {
    const revocations: RevocationReader = {
      lookUp: async () => ({ status: "unavailable", cause: "timeout", lastKnown: {} }),
    };
    const answer = await ask(new FakeDesk(), "/status", await bearer(), { ...SURROUNDINGS, revocations });
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("has a rate of its own", async () => {
    const api = new TestApi(new FakeDesk(), SURROUNDINGS);
    const olga = await bearer();
    await Promise.all(Array.from({ length: 100 }, () => api.ask("/status", olga)));
    expect((await api.ask("/status", olga)).status).toBe(429);
    expect((await api.ask("/status", await bearer({ sub: "otto" }))).status).toBe(200);
  });

  it.each([
    ["without a role", 403, { scope: "openid" }],
    ["that expired", 401, { exp: 1_000, iat: 900 }],
  ])("%s costs the ledger no call", async (_what, status, overrides) => {
    const { revocations, asked } = counting();
    const answer = await ask(new FakeDesk(), "/status", await bearer(overrides), { ...SURROUNDINGS, revocations });
    expect({ status: answer.status, asked: asked() }).toEqual({ status, asked: 0 });
  });

  it("costs the ledger no call more than its rate", async () => {
    const { revocations, asked } = counting();
    const api = new TestApi(new FakeDesk(), { ...SURROUNDINGS, revocations });
    const olga = await bearer();
    for (let turn = 0; turn < 100; turn++) expect((await api.ask("/status", olga)).status).toBe(200);
    const answer = await api.ask("/status", olga);
    expect({ status: answer.status, body: answer.body, asked: asked() }).toMatchObject({
      status: 429,
      body: { code: "too_many_requests" },
      asked: 100,
    });
    expect(answer.headers.get("retry-after")).toBe("1");
    api.now += 20;
    expect((await api.ask("/status", olga)).status).toBe(200);
    expect(asked()).toBe(101);
  });

  it("can be revoked like any other", async () => {
    const desk = new FakeDesk();
    const token = await STAFF.sign(claims({ jti: "op-1" }));
    await ask(desk, "/commands", command({ id: "c", do: "revoke", token }), SURROUNDINGS);
    expect(desk.asked).toMatchObject([["submit", { command: { issuer: STAFF.issuer, tokenId: "op-1" } }]]);
  });
});

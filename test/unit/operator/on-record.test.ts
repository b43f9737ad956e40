import { describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { type Asking, ask, command, FakeDesk, ISSUER, type Surroundings, TestApi } from "./desk.ts";

/* Who was turned away is on record: with a name where one was verified, and never with one that was not. */

const STAFF = await TestIssuer.create("https://staff.example");

const OPERATOR_ISSUER = {
  issuer: STAFF.issuer,
  algorithms: ["ES256"],
  audiences: ["https://guard.example/operators"],
  keys: [STAFF.publicJwk],
};

const SURROUNDINGS: Surroundings = {
  issuer: {},
  guard: {
    selfRevocation: true,
    operatorIssuer: OPERATOR_ISSUER,
  },
};

const RAISE = { do: "raise", issuer: ISSUER.issuer, subject: "alice", minimumTokenVersion: 3 };

async function bearer(overrides: Record<string, unknown> = {}, issuer = STAFF): Promise<Record<string, string>> {
  const claims = { aud: "https://guard.example/operators", sub: "olga", scope: "jotgate:view", ...overrides };
  return { authorization: `Bearer ${await issuer.sign(issuer.claims(claims))}` };
}

function notesOf(desk: FakeDesk): readonly unknown[] {
  return desk.asked.flatMap((asked) =>
    (asked as string[])[0] === "noteTurnedAway" ? (asked as object[]).slice(1) : [],
  );
}

const ADA = { op: "request", by: "ada", via: "secret", times: 1, from: null };
const OLGA = { ...ADA, by: "olga", via: "token" };
const NOBODY = { ...ADA, op: "authenticate", by: null, via: null };
const CROSS_SITE = { "sec-fetch-site": "cross-site" };

describe("who was turned away", () => {
  it.each<[string, () => Promise<Asking>, object]>([
    [
      "somebody without a role",
      async () => ({ headers: await bearer({ scope: "openid" }) }),
      { ...OLGA, op: "authenticate", problem: "forbidden" },
    ],
    [
      "nobody",
      async () => ({ headers: { authorization: `Bearer ${"x".repeat(43)}` } }),
      { ...NOBODY, problem: "unauthorized" },
    ],
    [
      "a forger, without the name that they claim",
      async () => ({ headers: await bearer({}, await TestIssuer.create(STAFF.issuer)) }),
      { ...NOBODY, problem: "unauthorized" },
    ],
    [
      "whose token expired, which proves nothing any more",
      async () => ({ headers: await bearer({ iat: 900, exp: 1_000 }) }),
      { ...NOBODY, problem: "unauthorized" },
    ],
    [
      "an operator by a page of another site",
      async () => ({ headers: CROSS_SITE }),
      { ...ADA, problem: "cross_site_request" },
    ],
    [
      "an operator with a token by a page of another site",
      async () => ({ headers: { ...(await bearer()), ...CROSS_SITE } }),
      { ...OLGA, problem: "cross_site_request" },
    ],
    [
      "nobody by a page of another site",
      async () => ({ headers: { authorization: "none", ...CROSS_SITE } }),
      { ...NOBODY, problem: "cross_site_request" },
    ],
    [
      "a forger by a page of another site",
      async () => ({ headers: { authorization: `Bearer ${"x".repeat(43)}`, ...CROSS_SITE } }),
      { ...NOBODY, problem: "cross_site_request" },
    ],
    [
      "an operator whose body is too large",
      async () => command(" ".repeat(24_577)),
      { ...ADA, problem: "content_too_large" },
    ],
    [
      "an operator whose body is no JSON",
      async () => command(RAISE, { headers: { "content-type": "text/plain" } }),
      { ...ADA, problem: "unsupported_media_type" },
    ],
    ...["", "{bad", "[]", "null", "7"].map((body): [string, () => Promise<Asking>, object] => [
      `an operator whose body is ${body === "" ? "empty" : body}`,
      async () => command(body),
      { ...ADA, problem: "malformed_body" },
    ]),
  ])("%s", async (_who, asking, note) => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", { method: "POST", ...(await asking()) }, SURROUNDINGS);
    expect(desk.asked).toEqual([["noteTurnedAway", note]]);
  });

  it.each([["who has no credentials at all", { authorization: "none" }]])(
    "nobody %s: that is no attempt",
    async (_who, headers) => {
      const desk = new FakeDesk();
      expect((await ask(desk, "/status", { headers }, SURROUNDINGS)).status).toBe(401);
      expect(desk.asked).toEqual([]);
    },
  );

  it("an operator who asks too much, once a minute, with how often", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    await Promise.all(Array.from({ length: 130 }, () => api.ask("/status")));
    expect(notesOf(desk)).toEqual([{ ...ADA, problem: "too_many_requests" }]);
    api.now += 60_000;
    await api.ask("/status", { headers: CROSS_SITE });
    expect(notesOf(desk).slice(1)).toEqual([
      { ...ADA, problem: "too_many_requests", times: 29 },
      { ...ADA, problem: "cross_site_request" },
    ]);
  });

  it("an operator whose list is too much", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    const list = command({ commands: Array(500).fill(RAISE) });
    for (let turn = 0; turn < 11; turn++) await api.ask("/batch", list);
    expect(notesOf(desk)).toEqual([{ ...ADA, problem: "too_many_requests" }]);
  });

  it.each([
    ["of too many commands", { commands: Array(501).fill(RAISE) }],
    ["without commands", { commands: [] }],
    ["that is no list", { commands: RAISE }],
    ["with something beside it", { commands: [RAISE], why: "x" }],
    ["with a dryRun that is none", { commands: [RAISE], dryRun: "yes" }],
  ])("an operator whose list was refused as a whole: one %s", async (_what, content) => {
    const desk = new FakeDesk();
    await ask(desk, "/batch", command(content), SURROUNDINGS);
    expect(desk.asked).toEqual([["noteTurnedAway", { ...ADA, problem: "malformed_body" }]]);
  });

  it("an operator, for each thing in a list that is no command", async () => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/batch", command({ commands: [1, RAISE, null, []] }), SURROUNDINGS);
    const by = { by: "ada", via: "secret", from: null };
    const none = { command: {}, ...by, refused: "malformed_body" };
    expect(desk.asked).toEqual([["submit", none, { command: RAISE, ...by }, none, none]]);
    expect(answer.body.results).toMatchObject([
      { ok: false, problems: [{ path: "command" }] },
      { ok: true },
      { ok: false, problems: [{ path: "command" }] },
      { ok: false, problems: [{ path: "command" }] },
    ]);
  });

  it("whoever sends too many tokens from one address to have them ended", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    const headers = { "cf-connecting-ip": "203.0.113.7" };
    for (let turn = 0; turn < 101; turn++) {
      await api.ask("/revoke", { method: "POST", body: new URLSearchParams({ token: "x" }), headers });
    }
    expect(notesOf(desk)).toEqual([{ ...NOBODY, problem: "too_many_requests", from: "203.0.113.7" }]);
  });

  it("whoever signs out too often, without a name", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk, SURROUNDINGS);
    for (let turn = 0; turn < 11; turn++) {
      const body = new URLSearchParams({ token: await ISSUER.sign(ISSUER.claims({ sub: "alice" })) });
      await api.ask("/revoke", { method: "POST", body, headers: { "cf-connecting-ip": "203.0.113.7" } });
    }
    const note = {
      op: "request",
      by: "self",
      via: "self",
      problem: "too_many_requests",
      times: 1,
      from: "203.0.113.7",
    };
    expect(notesOf(desk)).toEqual([note]);
    expect(JSON.stringify(notesOf(desk))).not.toContain("alice");
  });

  it("with the address that they came from", async () => {
    const desk = new FakeDesk();
    const headers = { ...CROSS_SITE, "cf-connecting-ip": "203.0.113.7" };
    await ask(desk, "/status", { headers }, SURROUNDINGS);
    expect(notesOf(desk)).toEqual([{ ...ADA, problem: "cross_site_request", from: "203.0.113.7" }]);
  });

  it("costs nobody the answer when the ledger cannot be told", async () => {
    const desk = new FakeDesk();
    desk.failure = new Error("overloaded");
    expect((await ask(desk, "/status", { headers: CROSS_SITE }, SURROUNDINGS)).status).toBe(403);
  });
});

describe("a name with one credential and the same name with another", () => {
  it("have rates of their own", async () => {
    const api = new TestApi(new FakeDesk(), SURROUNDINGS);
    await Promise.all(Array.from({ length: 100 }, () => api.ask("/status")));
    expect((await api.ask("/status")).status).toBe(429);
    expect((await api.ask("/status", { headers: await bearer({ sub: "ada" }) })).status).toBe(200);
  });

  it.each(["ada", "self"])("are told apart in what they do: %s", async (sub) => {
    const desk = new FakeDesk();
    const headers = await bearer({ sub, scope: "jotgate:revoke" });
    await ask(desk, "/commands", command(RAISE, { headers }), SURROUNDINGS);
    expect(desk.asked).toEqual([["submit", { command: RAISE, by: sub, via: "token", from: null }]]);
  });
});

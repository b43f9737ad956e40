import { describe, expect, it } from "vitest";
import { ACKNOWLEDGED, ask, command, FakeDesk, SECRETS } from "./desk.ts";

const RAISE = { id: "c1", do: "raise", issuer: "https://id.example/", subject: "alice", minimumTokenVersion: 3 };
const LIFT = { id: "c2", do: "lift", name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg" };
const CUT_OFF_ISSUER = { id: "c3", do: "cutOff", issuer: "https://id.example/" };
const CUT_OFF_USER = { ...CUT_OFF_ISSUER, subject: "alice" };
const CUT_OFF_SESSION = { ...CUT_OFF_ISSUER, sessionId: "s" };

describe("who may ask", () => {
  it.each([
    ["nobody", { authorization: "" }, 401, 'Bearer realm="_jotgate", error="invalid_token"'],
    [
      "somebody unknown",
      { authorization: `Bearer ${"x".repeat(43)}` },
      401,
      'Bearer realm="_jotgate", error="invalid_token"',
    ],
  ])("%s gets a challenge and reaches nothing", async (_who, headers, status, challenge) => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/status", { headers });
    expect(answer).toMatchObject({ status, body: { code: "unauthorized" } });
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
    expect(desk.asked).toEqual([]);
  });

  it("a page in a browser may not, whoever is signed in there", async () => {
    const desk = new FakeDesk();
    const asking = command(RAISE, { headers: { origin: "https://guard.example" } });
    expect(await ask(desk, "/commands", asking)).toMatchObject({ status: 403, body: { code: "cross_site_request" } });
    expect(desk.asked).toEqual([]);
  });

  it.each([
    ["http://guard.example", 403],
    ["https://guard.example", 200],
    ["http://localhost:8787", 200],
    ["http://127.0.0.1:8787", 200],
  ])("secrets are not accepted in the clear: %s gets %d", async (base, status) => {
    expect(await ask(new FakeDesk(), "/status", { base })).toMatchObject({ status });
  });

  it.each([
    ["vera", "raise", RAISE, 403],
    ["rita", "raise", RAISE, 200],
    ["ada", "raise", RAISE, 200],
    ["rita", "a user's cut-off", CUT_OFF_USER, 200],
    ["rita", "a session's cut-off", CUT_OFF_SESSION, 200],
    ["rita", "an issuer's cut-off", CUT_OFF_ISSUER, 403],
    ["ada", "an issuer's cut-off", CUT_OFF_ISSUER, 200],
    ["rita", "lift", LIFT, 403],
    ["ada", "lift", LIFT, 200],
  ] as const)("%s may do %s: %d", async (as, _what, content, status) => {
    const desk = new FakeDesk();
    expect((await ask(desk, "/commands", command(content, { as }))).status).toBe(status);
    expect(desk.asked).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each(["/status", "/records", "/records/jotgate1:token:vrBoFnqdlpSSmL49kKITZg", "/history"])(
    "a viewer may read %s",
    async (path) => {
      expect(await ask(new FakeDesk(), path, { as: "vera" })).toMatchObject({ status: 200 });
    },
  );
});

describe("commands", () => {
  it("go to the ledger in the operator's name, and are acknowledged", async () => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/commands", command(RAISE, { as: "rita" }));
    expect(answer).toMatchObject({ status: 200, body: ACKNOWLEDGED.ok && ACKNOWLEDGED.acknowledgement });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(desk.asked).toEqual([["execute", { ...RAISE, by: "rita" }]]);
  });

  it("get an id when they have none", async () => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command({ ...RAISE, id: undefined }));
    expect(desk.asked).toEqual([["execute", { ...RAISE, id: expect.stringMatching(/^[0-9a-f-]{36}$/), by: "ada" }]]);
  });

  it("cannot be given in another's name", async () => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/commands", command({ ...RAISE, by: "somebody else" }));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "by" }] } });
    expect(desk.asked).toEqual([]);
  });

  it("that are wrong come back with everything that is wrong", async () => {
    const desk = new FakeDesk();
    const problems = [{ path: "subject", problem: "is missing", remedy: "Give text of 1 to 512 bytes." }];
    desk.result = { ok: false, problems };
    expect(await ask(desk, "/commands", command({ do: "raise" }))).toMatchObject({
      status: 400,
      body: { title: "Bad Request", status: 400, code: "invalid_request", problems },
    });
  });

  it.each([
    ["no JSON", "{", 400],
    ["a list", "[]", 400],
    ["nothing", "", 400],
    ["null", "null", 400],
  ])("have to be one JSON object: %s", async (_what, body, status) => {
    expect(await ask(new FakeDesk(), "/commands", command(body))).toMatchObject({ status });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])(
    "have to say that they are JSON: %j is not",
    async (type) => {
      const asking = command(RAISE, { headers: { "content-type": type } });
      expect(await ask(new FakeDesk(), "/commands", asking)).toMatchObject({ status: 415 });
    },
  );

  it.each([
    [24_576, 200],
    [24_577, 413],
  ])("of %d bytes get %d", async (bytes, status) => {
    const shell = JSON.stringify({ ...RAISE, why: "" }).length;
    const content = { ...RAISE, why: "x".repeat(bytes - shell) };
    expect(await ask(new FakeDesk(), "/commands", command(content))).toMatchObject({ status });
  });

  it("of which nobody knows what became are answered 503, to be sent again", async () => {
    const desk = new FakeDesk();
    desk.failure = new Error("Network connection lost.");
    const answer = await ask(desk, "/commands", command(RAISE));
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(JSON.stringify(answer.body)).not.toContain("Network");
  });
});

describe("reading", () => {
  it("the status is the ledger's and this isolate's mirror's", async () => {
    expect(await ask(new FakeDesk(), "/status")).toMatchObject({
      status: 200,
      body: { ledger: { head: 7 }, mirror: { through: 5 } },
    });
  });

  it("the status says so when the ledger is out of reach", async () => {
    const desk = new FakeDesk();
    desk.failure = new Error("overloaded");
    expect(await ask(desk, "/status")).toMatchObject({
      status: 200,
      body: { ledger: { state: "unreachable" }, mirror: { through: 5 } },
    });
  });

  it.each([
    ["/records", { limit: 100 }],
    ["/records?kind=subject&limit=1000", { kind: "subject", limit: 1000 }],
    ["/records?after=jotgate1:subject:x&limit=1", { after: "jotgate1:subject:x", limit: 1 }],
  ])("%s", async (path, query) => {
    const desk = new FakeDesk();
    expect(await ask(desk, path)).toMatchObject({ status: 200 });
    expect(desk.asked).toEqual([["records", query]]);
  });

  it.each([
    ["/history", { limit: 100 }],
    ["/history?before=12&limit=5", { before: 12, limit: 5 }],
  ])("%s", async (path, query) => {
    const desk = new FakeDesk();
    expect(await ask(desk, path)).toMatchObject({ status: 200 });
    expect(desk.asked).toEqual([["history", query]]);
  });

  it.each([
    ["/records?kind=user", "kind"],
    ["/records?limit=0", "limit"],
    ["/records?limit=1001", "limit"],
    ["/records?limit=x", "limit"],
    ["/history?limit=-1", "limit"],
    ["/history?before=x", "before"],
  ])("%s does not fit", async (path, at) => {
    const desk = new FakeDesk();
    expect(await ask(desk, path)).toMatchObject({ status: 400, body: { problems: [{ path: at }] } });
    expect(desk.asked).toEqual([]);
  });

  it.each([
    ["/records/jotgate1:token:vrBoFnqdlpSSmL49kKITZg", 200],
    ["/records/jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", 404],
    ["/nothing", 404],
    ["/commands", 404],
  ])("%s: %d", async (path, status) => {
    expect(await ask(new FakeDesk(), path)).toMatchObject({ status });
  });
});

it("no answer shows a secret", async () => {
  const answers = await Promise.all(["/status", "/records", "/history"].map((path) => ask(new FakeDesk(), path)));
  expect(JSON.stringify(answers)).not.toContain(SECRETS.ada);
});

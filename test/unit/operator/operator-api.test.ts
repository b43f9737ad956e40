import { describe, expect, it } from "vitest";
import { ACKNOWLEDGED, ask, command, FakeDesk, PREVIEWED, SECRETS, TestApi } from "./desk.ts";

const RAISE = { id: "c1", do: "raise", issuer: "https://id.example/", subject: "alice", minimumTokenVersion: 3 };
const LIFT = { id: "c2", do: "lift", name: "jotgate1:token:vrBoFnqdlpSSmL49kKITZg" };
const CUT_OFF = { id: "c3", do: "cutOff", issuer: "https://id.example/" };
const CUT_OFF_ISSUER = { ...CUT_OFF, confirm: "https://id.example/" };
const CUT_OFF_USER = { ...CUT_OFF, subject: "alice" };
const CUT_OFF_SESSION = { ...CUT_OFF, sessionId: "s" };
const NAME = LIFT.name;
const RESTORE = { id: "c4", do: "restore", name: LIFT.name, record: { format: 1, revoked: true } };

const NOBODY = { op: "authenticate", by: null, via: null };

describe("who may ask", () => {
  it.each([
    ["nobody", { authorization: "none" }, 'Bearer realm="_jotgate"', []],
    [
      "somebody unknown",
      { authorization: `Bearer ${"x".repeat(43)}`, "cf-connecting-ip": "203.0.113.7" },
      'Bearer realm="_jotgate", error="invalid_token"',
      [["noteTurnedAway", { ...NOBODY, problem: "unauthorized", times: 1, from: "203.0.113.7" }]],
    ],
  ])("%s gets a challenge and reaches nothing", async (_who, headers, challenge, asked) => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/status", { headers: headers as Record<string, string> });
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
    expect(desk.asked).toEqual(asked);
  });

  it("a page in a browser may not, whoever is signed in there", async () => {
    const desk = new FakeDesk();
    const asking = command(RAISE, { headers: { origin: "https://guard.example" } });
    expect(await ask(desk, "/commands", asking)).toMatchObject({ status: 403, body: { code: "cross_site_request" } });
    const note = { op: "request", by: "ada", via: "secret", problem: "cross_site_request", times: 1, from: null };
    expect(desk.asked).toEqual([["noteTurnedAway", note]]);
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
    ["rita", "restore", RESTORE, 403],
    ["ada", "restore", RESTORE, 200],
  ] as const)("%s may do %s: %d", async (as, _what, content, status) => {
    const desk = new FakeDesk();
    expect((await ask(desk, "/commands", command(content, { as }))).status).toBe(status);
    const { confirm: _confirm, ...given } = { confirm: undefined, ...content };
    const refused = status === 200 ? {} : { refused: "forbidden" };
    expect(desk.asked).toEqual([["submit", { command: given, by: as, via: "secret", from: null, ...refused }]]);
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
    expect(desk.asked).toEqual([["submit", { command: RAISE, by: "rita", via: "secret", from: null }]]);
  });

  it("cannot be given in another's name, and that it was tried is on record", async () => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/commands", command({ ...RAISE, by: "somebody else" }));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "by" }] } });
    expect(desk.asked).toMatchObject([["submit", { by: "ada", refused: "invalid_request" }]]);
  });

  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:DB8::1", "2001:DB8::1"],
    ["somewhere", null],
    ["1".repeat(46), null],
  ])("carry the address that they came from: %j is %j", async (address, from) => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command(RAISE, { headers: { "cf-connecting-ip": address } }));
    expect(desk.asked).toMatchObject([["submit", { from }]]);
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
    [`/records?after=${NAME}&limit=1`, { after: NAME, limit: 1 }],
    ["/records?order=newest&after=12", { order: "newest", after: "12", limit: 100 }],
    ["/records?state=lifted&by=ada&order=oldest", { state: "lifted", by: "ada", order: "oldest", limit: 100 }],
    [
      "/records?untilBefore=1800000000&untilAfter=1.5&changedSince=0",
      { untilBefore: 1_800_000_000, untilAfter: 1.5, changedSince: 0, limit: 100 },
    ],
  ])("%s", async (path, query) => {
    const desk = new FakeDesk();
    expect(await ask(desk, path)).toMatchObject({ status: 200 });
    expect(desk.asked).toEqual([["records", query]]);
  });

  it.each([
    ["kind=subject", "issuer", "Name a subject, or leave issuer out."],
    ["kind=token", "issuer", "Name a token, or leave issuer out."],
    ["kind=subject&tokenId=t", "tokenId", "Leave one of them out."],
    ["kind=issuer&sessionId=s", "sessionId", "Leave one of them out."],
    ["kind=issuer&subject=alice", "subject", "Leave one of them out."],
  ])("records of an issuer with %s are refused, rather than none found", async (query, path, remedy) => {
    const desk = new FakeDesk();
    const answer = await ask(desk, `/records?issuer=${encodeURIComponent(RAISE.issuer)}&${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "invalid_request", problems: [{ path, problem: "does not go with kind", remedy }] },
    });
    expect(desk.asked).toEqual([]);
  });

  it.each([
    ["kind=issuer", { issuer: RAISE.issuer }],
    ["kind=subject&subject=alice", { issuer: RAISE.issuer, subject: "alice" }],
    ["kind=subject&subject=alice&tokenId=t", { issuer: RAISE.issuer, tokenId: "t", subject: "alice" }],
    ["subject=alice&tokenId=t", { issuer: RAISE.issuer, tokenId: "t", subject: "alice" }],
  ])("records of an issuer with %s are looked up", async (query, named) => {
    const desk = new FakeDesk();
    expect((await ask(desk, `/records?issuer=${encodeURIComponent(RAISE.issuer)}&${query}`)).status).toBe(200);
    expect(desk.asked[0]).toEqual(["state", named]);
  });

  it.each([
    ["/history", { limit: 100 }],
    ["/history?before=12&limit=5", { before: 12, limit: 5 }],
    [
      "/history?by=ada&via=token&outcome=refused&op=lift",
      { by: "ada", via: "token", outcome: "refused", op: "lift", limit: 100 },
    ],
    [
      `/history?kind=token&name=${NAME}&since=1&until=2.5`,
      { kind: "token", name: NAME, since: 1, until: 2.5, limit: 100 },
    ],
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
    ["/history?before=-1", "before"],
    ["/history?via=password", "via"],
    ["/history?outcome=done", "outcome"],
    ["/history?name=alice", "name"],
    ["/history?since=yesterday", "since"],
    ["/history?until=253402300800", "until"],
    ["/history?after=5", "after"],
    ["/records?after=x", "after"],
    ["/records?after=jotgate1:subject:x", "after"],
    ["/records?after=5", "after"],
    [`/records?after=${NAME}&order=newest`, "after"],
    ["/records?order=age", "order"],
    ["/records?state=ended", "state"],
    ["/records?by=", "by"],
    ["/records?kind=token&kind=subject", "kind"],
    ["/records?before=5", "before"],
    ["/records?colour=red", "colour"],
    ["/records?constructor=1", "constructor"],
    [`/records/${NAME}?kind=token`, "kind"],
    ["/status?x=", "x"],
    ["/openapi.json?x=1", "x"],
  ])("%s does not fit", async (path, at) => {
    const desk = new FakeDesk();
    expect(await ask(desk, path)).toMatchObject({ status: 400, body: { problems: [{ path: at }] } });
    expect(desk.asked).toEqual([]);
  });

  it.each([
    ["/records/jotgate1:token:vrBoFnqdlpSSmL49kKITZg", 200],
    ["/records/jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", 404],
    ["/nothing", 404],
    ["/records/a/b", 404],
  ])("%s: %d", async (path, status) => {
    expect(await ask(new FakeDesk(), path)).toMatchObject({ status });
  });
});

it("no answer shows a secret", async () => {
  const answers = await Promise.all(["/status", "/records", "/history"].map((path) => ask(new FakeDesk(), path)));
  expect(JSON.stringify(answers)).not.toContain(SECRETS.ada);
});

describe("previews", () => {
  it("are asked of the ledger and put on no record", async () => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/commands", command({ ...RAISE, dryRun: true }, { as: "rita" }));
    expect(answer).toMatchObject({ status: 200, body: PREVIEWED.ok && PREVIEWED.preview });
    expect(desk.asked).toEqual([["preview", { ...RAISE, by: "rita" }]]);
  });

  it("get an id when they have none", async () => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command({ ...RAISE, id: undefined, dryRun: true }));
    expect(desk.asked).toMatchObject([["preview", { id: expect.stringMatching(/^[0-9a-f-]{36}$/) }]]);
  });

  it("take the same role, and no confirmation", async () => {
    const desk = new FakeDesk();
    expect(await ask(desk, "/commands", command({ ...CUT_OFF, dryRun: true }, { as: "rita" }))).toMatchObject({
      status: 403,
      body: { needs: "admin" },
    });
    // Who asks for what they may not is on record, even if they only wanted to look.
    expect(desk.asked).toMatchObject([["submit", { by: "rita", refused: "forbidden" }]]);
    expect((await ask(desk, "/commands", command({ ...CUT_OFF, dryRun: true }))).status).toBe(200);
  });

  it("are what is said: dryRun: false is a command, anything else is wrong", async () => {
    const desk = new FakeDesk();
    await ask(desk, "/commands", command({ ...RAISE, dryRun: false }));
    expect(desk.asked).toMatchObject([["submit", { command: RAISE }]]);
    const wrong = await ask(desk, "/commands", command({ ...RAISE, dryRun: "yes" }));
    expect(wrong).toMatchObject({ status: 400, body: { problems: [{ path: "dryRun" }] } });
  });
});

describe("the cut-off of an issuer", () => {
  it.each([
    ["nothing", undefined],
    ["true", true],
    ["another issuer", "https://id.example"],
  ])("is not carried out when it is confirmed with %s", async (_what, confirm) => {
    const desk = new FakeDesk();
    const answer = await ask(desk, "/commands", command({ ...CUT_OFF, confirm }));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "confirm" }] } });
    expect(desk.asked).toMatchObject([["submit", { refused: "invalid_request" }]]);
  });

  it("is the only command that is confirmed", async () => {
    const answer = await ask(new FakeDesk(), "/commands", command({ ...CUT_OFF_USER, confirm: "https://id.example/" }));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "confirm" }] } });
  });
});

describe("the state of an identity", () => {
  it("is asked of the ledger, by a viewer", async () => {
    const desk = new FakeDesk();
    const identity = { issuer: "https://id.example/", subject: "alice" };
    expect(await ask(desk, "/state", command(identity, { as: "vera" }))).toMatchObject({
      status: 200,
      body: { records: [] },
    });
    expect(desk.asked).toEqual([["state", identity]]);
  });

  it.each([
    ["no JSON", "{", "malformed_body"],
    ["a list", "[]", "malformed_body"],
    ["a token that is none", { token: "x" }, "invalid_request"],
    ["a token and more", { token: "x", issuer: "https://id.example/" }, "invalid_request"],
  ])("has to be asked for rightly: %s", async (_what, content, code) => {
    const desk = new FakeDesk();
    expect(await ask(desk, "/state", command(content))).toMatchObject({ status: 400, body: { code } });
    expect(desk.asked.filter((asked) => (asked as string[])[0] !== "noteTurnedAway")).toEqual([]);
  });
});

describe("a list of commands", () => {
  const WRONG_ROLE = { path: "do", problem: "takes the role admin", remedy: "Ask somebody who has it." };

  it("goes to the ledger at once, and is answered in its order", async () => {
    const desk = new FakeDesk();
    const answer = await ask(
      desk,
      "/batch",
      command({ commands: [RAISE, LIFT, 7, { ...RAISE, by: "x" }] }, { as: "rita" }),
    );
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          ACKNOWLEDGED,
          { ok: false, problems: [WRONG_ROLE] },
          { ok: false, problems: [{ path: "command" }] },
          { ok: false, problems: [{ path: "by" }] },
        ],
      },
    });
    expect(desk.asked).toMatchObject([
      [
        "submit",
        { command: RAISE },
        { command: LIFT, refused: "forbidden" },
        { command: {}, refused: "malformed_body" },
        { refused: "invalid_request" },
      ],
    ]);
  });

  it.each([undefined, false, true])(
    "is a preview as a whole or not at all: with dryRun %s, a command with its own is wrong",
    async (dryRun) => {
      const content = { commands: [{ ...RAISE, dryRun: true }], dryRun };
      const answer = await ask(new FakeDesk(), "/batch", command(content));
      expect(answer.body.results).toMatchObject([{ ok: false, problems: [{ path: "dryRun" }] }]);
    },
  );

  it("with dryRun is previewed, every command of it, and nothing is written", async () => {
    const desk = new FakeDesk();
    const commands = [RAISE, LIFT, 7, CUT_OFF_USER, { ...RAISE, by: "x" }];
    const answer = await ask(desk, "/batch", command({ commands, dryRun: true }, { as: "rita" }));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          PREVIEWED,
          { ok: false, problems: [WRONG_ROLE] },
          { ok: false, problems: [{ path: "command" }] },
          PREVIEWED,
          { ok: false, problems: [{ path: "by" }] },
        ],
      },
    });
    const previewed = [RAISE, CUT_OFF_USER].map((one) => ({ ...one, by: "rita" }));
    expect(desk.asked.filter((asked) => (asked as string[])[0] === "preview")).toEqual([["preview", ...previewed]]);
  });

  it("with dryRun needs no confirmation of a cut-off of an issuer", async () => {
    const answer = await ask(new FakeDesk(), "/batch", command({ commands: [CUT_OFF], dryRun: true }));
    expect(answer.body.results).toEqual([PREVIEWED]);
  });

  it("says true or false with dryRun, and nothing else", async () => {
    const answer = await ask(new FakeDesk(), "/batch", command({ commands: [RAISE], dryRun: "yes" }));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: "dryRun" }] } });
  });

  it.each([
    ["500 commands", { commands: Array(500).fill(RAISE) }, 200],
    ["501 commands", { commands: Array(501).fill(RAISE) }, 400],
    ["no command", { commands: [] }, 400],
    ["no list", { commands: RAISE }, 400],
    ["more than a list", { commands: [RAISE], why: "x" }, 400],
    ["a bare list", [RAISE], 400],
  ])("of %s", async (_what, content, status) => {
    expect(await ask(new FakeDesk(), "/batch", command(content))).toMatchObject({ status });
  });

  it.each([
    [524_288, 200],
    [524_289, 413],
  ])("of %d bytes gets %d", async (bytes, status) => {
    const shell = JSON.stringify({ commands: [{ ...RAISE, why: "" }] }).length;
    const content = { commands: [{ ...RAISE, why: "x".repeat(bytes - shell) }] };
    expect(await ask(new FakeDesk(), "/batch", command(content))).toMatchObject({ status });
  });
});

describe("rates", () => {
  it("an operator gets 100 answers at once, then 50 a second, and is told when to come again", async () => {
    const api = new TestApi(new FakeDesk());
    const statuses = await Promise.all(Array.from({ length: 101 }, () => api.ask("/status")));
    expect(statuses.filter(({ status }) => status === 200)).toHaveLength(100);
    const [refused] = statuses.filter(({ status }) => status === 429);
    expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests", title: "Too Many Requests" } });
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect((await api.ask("/status", { as: "rita" })).status).toBe(200);
    api.now += 1_000;
    const later = await Promise.all(Array.from({ length: 51 }, () => api.ask("/status")));
    expect(later.filter(({ status }) => status === 200)).toHaveLength(50);
  });

  it("fifty commands of a list cost as much as a request", async () => {
    const api = new TestApi(new FakeDesk());
    const list = command({ commands: Array(500).fill(RAISE) });
    const statuses = [];
    for (let turn = 0; turn < 11; turn++) statuses.push((await api.ask("/batch", list)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });

  it("each command of a list that is refused costs what it would have cost alone", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk);
    const wrong = command({ commands: [...Array(99).fill(7), RAISE] });
    expect((await api.ask("/batch", wrong)).status).toBe(200);
    expect((await api.ask("/status")).status).toBe(429);
    desk.result = { ok: false, problems: [] };
    api.now += 2_000;
    expect((await api.ask("/batch", command({ commands: Array(500).fill(RAISE) }))).status).toBe(200);
    api.now += 8_000;
    expect(await api.ask("/status")).toMatchObject({ status: 429 });
    api.now += 1_000;
    expect((await api.ask("/status")).status).toBe(200);
  });

  it("credentials that are nobody's are counted, and told once a minute", async () => {
    const desk = new FakeDesk();
    const api = new TestApi(desk);
    const nobody = { headers: { authorization: `Bearer ${"x".repeat(43)}` } };
    for (let turn = 0; turn < 30; turn++) await api.ask("/status", nobody);
    const note = { ...NOBODY, problem: "unauthorized", from: null };
    expect(desk.asked).toEqual([["noteTurnedAway", { ...note, times: 1 }]]);
    api.now += 60_000;
    await api.ask("/status", nobody);
    expect(desk.asked).toEqual([
      ["noteTurnedAway", { ...note, times: 1 }],
      ["noteTurnedAway", { ...note, times: 30 }],
    ]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TestOperator } from "../support/test-operator.ts";
import { DescribedApi } from "./described-api.ts";
import { ACCESS_AUDIENCE, ada, type Body, ISSUER, OPERATORS_AUDIENCE, rita, setScene, vera } from "./setup.ts";

/* The operator API of the built Worker, over HTTP. Every answer is held against the API's own description. */

const scene = setScene();

const JSON_TYPE = { "content-type": "application/json" };

function newUser(): string {
  return crypto.randomUUID();
}

describe("commands", () => {
  it("a preview shows before and after and leaves both ledger and history alone", async () => {
    const { as } = scene();
    const subject = newUser();
    await as(rita, "/commands", { do: "raise", issuer: ISSUER, subject, minimumTokenVersion: 3 });
    const before = await as(vera, "/history?limit=1");
    const command = { do: "cutOff", issuer: ISSUER, subject, dryRun: true };
    const { status, body } = await as(rita, "/commands", command);
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, changed: true, kind: "subject", before: { minimumTokenVersion: 3 } });
    expect(body.record).toMatchObject({ minimumTokenVersion: 3, issuedBefore: expect.any(Number) });
    expect((await as(vera, "/history?limit=1")).body).toEqual(before.body);
    expect((await as(vera, `/records/${body.name}`)).body.record).toEqual(body.before);
  });

  it("all tokens of an issuer end only when that is confirmed", async () => {
    const { as } = scene();
    const command = { do: "cutOff", issuer: ISSUER, issuedBefore: 1_000 };
    expect(await as(ada, "/commands", command)).toMatchObject({
      status: 400,
      body: { problems: [{ path: "confirm" }] },
    });
    const confirmed = { ...command, confirm: ISSUER };
    expect(await as(rita, "/commands", confirmed)).toMatchObject({ status: 403, body: { needs: "admin" } });
    expect(await as(ada, "/commands", confirmed)).toMatchObject({
      status: 200,
      body: { kind: "issuer", changed: true },
    });
  });

  it("raises of one user at the same time never lower the version", async () => {
    const { as } = scene();
    const subject = newUser();
    const versions = Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1);
    const answers = await Promise.all(
      versions.map((version) =>
        as(rita, "/commands", { do: "raise", issuer: ISSUER, subject, minimumTokenVersion: version }),
      ),
    );
    const inOrder = answers.map(({ body }) => body).sort((a, b) => a.sequence - b.sequence);
    const stored = inOrder.map(({ record }) => record.minimumTokenVersion ?? 0);
    expect(stored).toEqual([...stored].sort((a, b) => a - b));
    expect(stored.at(-1)).toBe(40);
    for (const [index, { body }] of answers.entries()) {
      expect(body.record.minimumTokenVersion).toBeGreaterThanOrEqual(Number(versions[index]));
    }
    const { body } = await as(vera, "/state", { issuer: ISSUER, subject });
    expect(body.records[0]?.record?.minimumTokenVersion).toBe(40);
  });

  it("a list is carried out in its order, each for itself", async () => {
    const { as } = scene();
    const subject = newUser();
    const raise = (version: unknown) => ({ do: "raise", issuer: ISSUER, subject, minimumTokenVersion: version });
    const { body } = await as(rita, "/batch", {
      commands: [raise(1), raise("two"), { do: "lift", name: "x" }, raise(3), 4],
    });
    expect(body.results.map(({ ok }) => ok)).toEqual([true, false, false, true, false]);
    expect(body.results[3]?.acknowledgement).toMatchObject({ changed: true, record: { minimumTokenVersion: 3 } });
  });

  it("a list is previewed as a whole, each command after those before it, and nothing is written", async () => {
    const { as } = scene();
    const subject = newUser();
    const before = (await as(vera, "/history?limit=1")).body;
    const raise = (version: unknown) => ({ do: "raise", issuer: ISSUER, subject, minimumTokenVersion: version });
    const { status, body } = await as(ada, "/batch", {
      commands: [
        raise(3),
        raise("two"),
        raise(2),
        { do: "lift", issuer: ISSUER, subject },
        { do: "cutOff", issuer: ISSUER },
      ],
      dryRun: true,
    });
    expect({ status, results: body.results }).toMatchObject({
      status: 200,
      results: [
        { ok: true, preview: { changed: true, before: null, record: { minimumTokenVersion: 3 } } },
        { ok: false, problems: [{ path: "minimumTokenVersion" }] },
        { ok: true, preview: { changed: false } },
        { ok: true, preview: { changed: true, before: { minimumTokenVersion: 3 }, record: null } },
        { ok: true, preview: { kind: "issuer" } },
      ],
    });
    expect((await as(vera, "/history?limit=1")).body).toEqual(before);
    expect((await as(vera, "/state", { issuer: ISSUER, subject })).body.records[0]?.record).toBeNull();
  });

  it("a record is lifted by the user that it is about, and the answer and the audit say what it was", async () => {
    const { as } = scene();
    const subject = newUser();
    const raised = await as(rita, "/commands", { do: "raise", issuer: ISSUER, subject, minimumTokenVersion: 3 });
    const lifted = await as(ada, "/commands", { do: "lift", issuer: ISSUER, subject, why: "wrong user" });
    const { name, record: before } = raised.body;
    expect(lifted).toMatchObject({ status: 200, body: { changed: true, name, before, record: null } });
    const { body } = await as(vera, `/history?name=${name}`);
    expect(body.entries).toMatchObject([
      { op: "lift", kind: "subject", by: "ada", via: "secret", why: "wrong user", before, after: null },
      { op: "raise", by: "rita", asked: { minimumTokenVersion: 3 }, before: null, after: before },
    ]);
    const whose = `state=lifted&by=rita&issuer=${encodeURIComponent(ISSUER)}&subject=${subject}`;
    expect((await as(vera, `/records?${whose}`)).body.records).toMatchObject([
      { name, state: "lifted", record: before, lift: { by: "ada", why: "wrong user", at: expect.any(Number) } },
    ]);
  });

  it("what is no command at all is in the audit as well", async () => {
    const { as } = scene();
    const since = Math.floor(Date.now() / 1000);
    const { body } = await as(rita, "/batch", { commands: [1, null] });
    expect(body.results.map(({ ok }) => ok)).toEqual([false, false]);
    expect((await as(rita, "/batch", { commands: [] })).body).toMatchObject({ code: "malformed_body" });
    await expect
      .poll(async () => {
        const { entries } = (await as(vera, `/history?by=rita&outcome=refused&since=${since}`)).body;
        return entries.flatMap(({ op, problem }) => (problem === "malformed_body" ? op : [])).sort();
      })
      .toEqual(["request", "unknown"]);
  });

  it("five hundred commands are one list", async () => {
    const { as } = scene();
    const commands = Array.from({ length: 500 }, () => ({
      do: "revoke",
      issuer: ISSUER,
      tokenId: crypto.randomUUID(),
    }));
    const { body } = await as(rita, "/batch", { commands });
    expect(body.results.filter(({ ok }) => ok)).toHaveLength(500);
    expect((await as(rita, "/batch", { commands: [...commands, commands[0]] })).status).toBe(400);
  });

  it.each([
    ["no identifier", { do: "revoke", issuer: ISSUER }, "tokenId"],
    ["an empty identifier", { do: "revoke", issuer: ISSUER, tokenId: "" }, "tokenId"],
    [
      "an identifier that is too long",
      { do: "revokeSession", issuer: ISSUER, sessionId: "x".repeat(513) },
      "sessionId",
    ],
    ["half a character", { do: "cutOff", issuer: ISSUER, subject: "\ud800" }, "subject"],
    ["half a version", { do: "raise", issuer: ISSUER, subject: "a", minimumTokenVersion: 0.5 }, "minimumTokenVersion"],
    ["a stranger's token", { do: "revoke", issuer: "https://x.example", tokenId: "t" }, "issuer"],
    ["a name that is none", { do: "lift", name: "jotgate1:user:x" }, "name"],
    ["an end that is too soon", { do: "revokeSession", issuer: ISSUER, sessionId: "s", until: 5 }, "until"],
    ["another's name", { do: "revoke", issuer: ISSUER, tokenId: "t", by: "vera" }, "by"],
    ["something else", { do: "revoke", issuer: ISSUER, tokenId: "t", colour: "red" }, "colour"],
  ])("%s is refused, and says where", async (_what, command, path) => {
    const { status, body } = await scene().as(ada, "/commands", command);
    expect({ status, paths: body.problems.map(({ path: at }) => at) }).toEqual({
      status: 400,
      paths: [path],
    });
  });

  it.each([
    ["/commands", JSON_TYPE, "{", 400],
    ["/commands", JSON_TYPE, " ".repeat(24_577), 413],
    ["/commands", { "content-type": "text/plain" }, "{}", 415],
    ["/commands", {}, "{}", 415],
    ["/state", JSON_TYPE, "[]", 400],
    ["/state", JSON_TYPE, " ".repeat(24_577), 413],
    ["/state", { "content-type": "application/x-www-form-urlencoded" }, "issuer=x", 415],
    ["/batch", JSON_TYPE, "[]", 400],
    ["/batch", JSON_TYPE, " ".repeat(524_289), 413],
    ["/batch", { "content-type": "application/jsonp" }, "{}", 415],
    ["/revoke", { "content-type": "application/json" }, '{"token":"x"}', 415],
    ["/revoke", { "content-type": "application/x-www-form-urlencoded" }, "x".repeat(24_577), 413],
    ["/revoke", { "content-type": "application/x-www-form-urlencoded" }, "", 400],
  ])("%s with %j and a body that does not fit: %#", async (path, headers, body, status) => {
    const authorization = `Bearer ${ada.secret}`;
    expect((await scene().send(path, { method: "POST", headers: { authorization, ...headers }, body })).status).toBe(
      status,
    );
  });
});

describe("the audit", () => {
  it("has what was done and what was refused, with who, why and from where, and no identity", async () => {
    const { send, as } = scene();
    const subject = newUser();
    const command = { do: "raise", issuer: ISSUER, subject, minimumTokenVersion: 1, why: "a drill" };
    const from = { "cf-connecting-ip": "203.0.113.7", ...JSON_TYPE };
    for (const operator of [rita, vera]) {
      const headers = { ...from, authorization: `Bearer ${operator.secret}` };
      await send("/commands", { method: "POST", headers, body: JSON.stringify(command) });
    }
    const { body } = await as(vera, "/history?limit=2");
    const what = {
      op: "raise",
      why: "a drill",
      from: "203.0.113.7",
      name: expect.stringMatching(/^jotgate1:subject:/),
    };
    expect(body.entries).toMatchObject([
      { ...what, by: "vera", problem: "forbidden", changed: false },
      { ...what, by: "rita", problem: null, changed: true },
    ]);
    expect(JSON.stringify(body)).not.toContain(subject);
    expect(body.next).toBe(body.entries[1]?.number);
  });

  it("counts credentials that are nobody's", async () => {
    const { as } = scene();
    const stranger = new TestOperator("x", "admin");
    for (let turn = 0; turn < 5; turn++) expect((await as(stranger, "/status")).status).toBe(401);
    const { body } = await as(vera, "/history?limit=1000");
    const counted = body.entries.filter(({ op }) => op === "authenticate");
    expect(counted).toMatchObject([{ problem: "unauthorized", by: null, name: null }]);
  });
});

describe("lists", () => {
  it("are of those that are asked for, in the order that is asked for", async () => {
    const { as } = scene();
    const [first, second] = [newUser(), newUser()];
    const start = Math.floor(Date.now() / 1000);
    for (const subject of [first, second]) {
      await as(rita, "/commands", { do: "raise", issuer: ISSUER, subject, minimumTokenVersion: 1, why: subject });
    }
    const [query, who] = [
      `kind=subject&by=rita&changedSince=${start}`,
      (body: Body) => body.records.map(({ record }) => record?.why),
    ];
    const newest = await as(vera, `/records?${query}&order=newest&limit=1`);
    expect(who(newest.body)).toEqual([second]);
    const next = await as(vera, `/records?${query}&order=newest&limit=1&after=${newest.body.next}`);
    expect(who(next.body)).toEqual([first]);
    const named = await as(vera, `/records?issuer=${encodeURIComponent(ISSUER)}&subject=${first}`);
    expect(who(named.body)).toEqual([first]);
    await as(ada, "/commands", { do: "lift", issuer: ISSUER, subject: first });
    expect((await as(vera, `/records?issuer=${encodeURIComponent(ISSUER)}&subject=${first}`)).body.records).toEqual([]);
    const lifted = await as(vera, "/records?state=lifted&order=newest&limit=1");
    expect(lifted.body.records).toMatchObject([{ state: "lifted", record: { minimumTokenVersion: 1 } }]);
    const refused = await as(vera, `/records?issuer=${encodeURIComponent("https://x.example")}`);
    expect(refused).toMatchObject({ status: 400, body: { problems: [{ path: "issuer" }] } });
  });

  it.each([
    "/records?colour=red",
    "/records?after=x",
    "/records?after=5",
    "/history?before=x",
    "/history?via=x",
    "/status?x=1",
  ])("%s is refused", async (path) => {
    expect(await scene().as(vera, path)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it.each([
    ["/records", "POST", "GET, HEAD"],
    ["/history", "DELETE", "GET, HEAD"],
    ["/status", "PUT", "GET, HEAD"],
    ["/commands", "PUT", "POST"],
    ["/batch", "GET", "POST"],
    ["/revoke", "GET", "POST"],
  ])("%s is not there for %s", async (path, method, allow) => {
    const { status, headers } = await scene().send(path, {
      method,
      headers: { authorization: `Bearer ${ada.secret}` },
    });
    expect({ status, allow: headers.get("allow") }).toEqual({ status: 405, allow });
  });
});

describe("who is on record", () => {
  it("is everybody who was turned away, with the name that was verified and how", async () => {
    const { send, as, staff } = scene();
    const jwt = await staff.sign(staff.claims({ aud: OPERATORS_AUDIENCE, sub: "ada" }));
    await send("/status", { headers: { authorization: `Bearer ${jwt}` } });
    await send("/commands", {
      method: "POST",
      headers: { authorization: `Bearer ${ada.secret}`, "sec-fetch-site": "cross-site" },
    });
    await send("/commands", {
      method: "POST",
      headers: { authorization: `Bearer ${vera.secret}` },
      body: " ".repeat(24_577),
    });
    const notes = async () => (await as(vera, "/history?outcome=refused&op=request")).body.entries;
    await expect
      .poll(notes)
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ by: "ada", via: "secret", problem: "cross_site_request" }),
          expect.objectContaining({ by: "vera", via: "secret", problem: "content_too_large" }),
        ]),
      );
    const nameless = async () => (await as(vera, "/history?op=authenticate&by=ada")).body.entries;
    await expect.poll(nameless).toMatchObject([{ by: "ada", via: "token", problem: "forbidden", changed: false }]);
  });
});

describe("the state of an identity", () => {
  it("is all that would concern a token, by the token itself or by its claims", async () => {
    const { as, issuer } = scene();
    const claims = issuer.claims({ sub: newUser(), sid: "s-1" });
    await as(rita, "/commands", { do: "cutOff", issuer: ISSUER, subject: claims["sub"] });
    const byToken = await as(vera, "/state", { token: await issuer.sign(claims) });
    const { jti: tokenId, sid: sessionId, sub: subject } = claims;
    const byClaims = await as(vera, "/state", { issuer: ISSUER, tokenId, sessionId, subject });
    expect(byToken.body).toEqual(byClaims.body);
    expect(byToken.body.records).toMatchObject([
      { kind: "token", record: null },
      { kind: "session", record: null },
      { kind: "subject", record: { issuedBefore: expect.any(Number), by: "rita" } },
      { kind: "issuer" },
    ]);
  });

  it("is nobody's to ask for without credentials", async () => {
    const init = { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ issuer: ISSUER }) };
    expect((await scene().send("/state", init)).status).toBe(401);
  });
});

describe("explanations", () => {
  it.each([
    ["a token that is good", {}, "allow"],
    ["one that expired", { iat: 1_000, exp: 1_100 }, "deny"],
    ["one without a user", { sub: undefined }, "deny"],
    ["no token at all", undefined, "deny"],
  ])("are as the description says: of %s", async (_what, overrides, outcome) => {
    const { as, issuer } = scene();
    const token = overrides && (await issuer.sign(issuer.claims(overrides)));
    const question = { method: "GET", url: "/orders/7", ...(token !== undefined && { token }) };
    const { status, body } = await as(vera, "/explain", question);
    expect({ status, outcome: body.decision.outcome }).toEqual({ status: 200, outcome });
  });
});

describe("operator tokens", () => {
  async function token(overrides: Record<string, unknown>): Promise<{ headers: Record<string, string>; jwt: string }> {
    const { staff } = scene();
    const jwt = await staff.sign(staff.claims({ aud: OPERATORS_AUDIENCE, sub: "oscar", ...overrides }));
    return { jwt, headers: { authorization: `Bearer ${jwt}`, ...JSON_TYPE } };
  }

  it.each([
    ["with the scope of a viewer", { scope: "jotgate:view" }, 200],
    ["without a scope", {}, 403],
    ["expired", { scope: "jotgate:admin", iat: 1_000, exp: 1_100 }, 401],
    ["for another audience", { scope: "jotgate:admin", aud: "https://api.example" }, 401],
  ])("%s: %j gets %d", async (_what, overrides, status) => {
    expect((await scene().send("/status", await token(overrides))).status).toBe(status);
  });

  it("a user's token is no operator's, and an operator's is no user's", async () => {
    const { send, issuer, guard } = scene();
    const users = await issuer.sign(issuer.claims({ scope: "jotgate:admin" }));
    expect((await send("/status", { headers: { authorization: `Bearer ${users}` } })).status).toBe(401);
    expect((await guard.present((await token({ scope: "jotgate:admin" })).jwt)).status).toBe(401);
  });

  it("act in their subject's name with the role of their scopes, until they are revoked", async () => {
    const { send, as } = scene();
    const { jwt, headers } = await token({ scope: "jotgate:revoke" });
    const revoke = JSON.stringify({ do: "revoke", issuer: ISSUER, tokenId: crypto.randomUUID() });
    const { body } = await send("/commands", { method: "POST", headers, body: revoke });
    expect(body).toMatchObject({ changed: true, record: { by: "oscar" } });
    const lift = JSON.stringify({ do: "lift", name: body.name });
    expect((await send("/commands", { method: "POST", headers, body: lift })).status).toBe(403);
    expect((await as(rita, "/commands", { do: "revoke", token: jwt })).body).toMatchObject({ changed: true });
    expect((await send("/commands", { method: "POST", headers, body: revoke })).status).toBe(401);
  });
});

describe("Cloudflare Access", () => {
  it.each([
    ["who has a role", { email: "olga@example.com" }, 200],
    ["who has none", { email: "eve@example.com" }, 403],
    ["of another application", { email: "olga@example.com", aud: ["another"] }, 401],
  ])("a person %s: %j gets %d", async (_what, overrides, status) => {
    const { team, send } = scene();
    const jwt = await team.sign(team.claims({ iss: team.issuer, aud: [ACCESS_AUDIENCE], ...overrides }), {
      typ: "JWT",
    });
    expect((await send("/status", { headers: { "cf-access-jwt-assertion": jwt } })).status).toBe(status);
  });
});

describe("signing out", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };

  it("really ends the token, and is on record as the holder's own doing", async () => {
    const { send, as, issuer, guard } = scene();
    const token = await issuer.sign(issuer.claims({ sub: newUser() }));
    expect((await guard.present(token)).status).toBe(200);
    const body = new URLSearchParams({ token }).toString();
    expect(await send("/revoke", { method: "POST", headers: form, body })).toMatchObject({
      status: 200,
      body: undefined,
    });
    await expect.poll(async () => (await guard.present(token)).status, { timeout: 4_000 }).toBe(401);
    const { body: history } = await as(vera, "/history?limit=1");
    expect(history.entries).toMatchObject([{ op: "revoke", by: "self", problem: null }]);
    expect((await send("/revoke", { method: "POST", headers: form, body })).status).toBe(200);
    expect((await as(vera, "/history?limit=1")).body).toEqual(history);
  });

  it("nobody can end a token that is not signed", async () => {
    const { send, as } = scene();
    const before = (await as(vera, "/history?limit=1")).body;
    expect((await send("/revoke", { method: "POST", headers: form, body: "token=a.b.c" })).status).toBe(200);
    expect((await as(vera, "/history?limit=1")).body).toEqual(before);
  });
});

describe("the description", () => {
  it("is served as it stands in docs/openapi.json", async () => {
    const { status, body } = await scene().as(vera, "/openapi.json");
    expect({ status, body }).toEqual({ status: 200, body: JSON.parse(readFileSync("docs/openapi.json", "utf8")) });
  });

  it.each([
    ["a member that it does not have", 200, "application/json", '{"records":[],"next":null,"more":1}'],
    ["a member less", 200, "application/json", '{"records":[]}'],
    ["a member of another type", 200, "application/json", '{"records":[],"next":7}'],
    ["another media type", 200, "text/html", '{"records":[],"next":null}'],
    ["another status", 201, "application/json", '{"records":[],"next":null}'],
    ["another operation", 200, "application/json", '{"records":[],"next":null}'],
  ])("does not have %s, and the tests notice", (what, status, type, text) => {
    const api = new DescribedApi();
    const check = (path: string) => api.check("GET", path, { status, type, text });
    expect(() => check(what === "another operation" ? "/secrets" : "/records")).toThrow();
    expect(() =>
      api.check("GET", "/records", { status: 200, type: "application/json", text: '{"records":[],"next":null}' }),
    ).not.toThrow();
  });

  it.each(["/", "/nothing", "/records/jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA"])("%s is not there", async (path) => {
    expect((await scene().as(vera, path)).status).toBe(404);
  });
});

describe("rates", () => {
  it("whoever asks too much is told when to come again, and others are not concerned", async () => {
    const { as } = scene();
    const commands = Array.from({ length: 500 }, () => ({ do: "nothing" }));
    const answers = await Promise.all(Array.from({ length: 30 }, () => as(ada, "/batch", { commands })));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: "too_many_requests" });
    expect(refused?.headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await as(vera, "/status")).status).toBe(200);
  });
});

import { describe, expect, it } from "vitest";
import type { LedgerDesk } from "../../../src/model/ledger-desk.ts";
import { allowed, END_OWN_TOKEN, OPERATIONS, type OperationName } from "../../../src/operator/operations.ts";
import { QUERIES } from "../../../src/operator/queries.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { type Asking, ask, FakeDesk, ISSUER, type Surroundings, TestApi } from "./desk.ts";

/* Every way to be refused, for every operation there is: who adds an operation adds it to these tests. */

const STAFF = await TestIssuer.create("https://staff.example");

const OPERATOR_ISSUER = {
  issuer: STAFF.issuer,
  algorithms: ["ES256"],
  audiences: ["https://guard.example/operators"],
  keys: [STAFF.publicJwk],
};

const SURROUNDINGS: Surroundings = {
  guard: {
    selfRevocation: true,
    operatorIssuer: OPERATOR_ISSUER,
  },
};

const NAME = "jotgate1:token:vrBoFnqdlpSSmL49kKITZg";
const RAISE = { do: "raise", issuer: ISSUER.issuer, subject: "alice", minimumTokenVersion: 3 };

/** Something to send that each operation takes. */
const CONTENTS: { readonly [name in OperationName]?: object } = {
  readState: { issuer: ISSUER.issuer },
  explain: { method: "GET", url: "/" },
  giveCommand: RAISE,
  giveCommands: { commands: [RAISE] },
};

const ALL = Object.entries(OPERATIONS) as [OperationName, (typeof OPERATIONS)[OperationName]][];
const POSTS = ALL.filter(([, { method }]) => method === "POST");

/** A good request for an operation. */
function request(name: OperationName, { headers = {}, ...init }: Asking = {}): readonly [path: string, Asking] {
  const { method, path } = OPERATIONS[name];
  const content = CONTENTS[name];
  const type: Record<string, string> = content ? { "content-type": "application/json" } : {};
  const body = content ? { body: JSON.stringify(content) } : {};
  return [path.replace(":name", NAME), { method, ...body, ...init, headers: { ...type, ...(headers as object) } }];
}

async function refused(name: OperationName, asking: Asking, desk = new FakeDesk()) {
  const answer = await ask(desk, ...request(name, asking), SURROUNDINGS);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return { status: answer.status, code: answer.body.code, headers: answer.headers, body: answer.body };
}

async function operatorToken(overrides: Record<string, unknown>): Promise<string> {
  const claims = { aud: "https://guard.example/operators", sub: "olga", scope: "jotgate:admin", ...overrides };
  return `Bearer ${await STAFF.sign(STAFF.claims(claims))}`;
}

/** What the ledger was asked to do, besides putting on record who was turned away. */
function done(desk: FakeDesk): readonly unknown[] {
  return desk.asked.filter((asked) => !["noteTurnedAway"].includes((asked as string[])[0] ?? ""));
}

describe.each(ALL)("%s", (name, operation) => {
  it("is done for an operator with the role, by secret and by token", async () => {
    expect((await ask(new FakeDesk(), ...request(name), SURROUNDINGS)).status).toBe(200);
    const headers = { authorization: await operatorToken({}) };
    expect((await ask(new FakeDesk(), ...request(name, { headers }), SURROUNDINGS)).status).toBe(200);
  });

  it.each([
    ["no credentials", "none"],
    ["another secret", `Bearer ${"x".repeat(43)}`],
    ["another scheme", "Basic YTpi"],
  ])("is not done without an operator's credentials: %s", async (_what, authorization) => {
    const desk = new FakeDesk();
    expect(await refused(name, { headers: { authorization } }, desk)).toMatchObject({
      status: 401,
      code: "unauthorized",
    });
    expect(done(desk)).toEqual([]);
  });

  it.each([
    ["expired", { iat: 1_000, exp: 1_100 }, 401, "unauthorized"],
    ["for another audience", { aud: "https://api.example" }, 401, "unauthorized"],
    ["without a scope", { scope: "" }, 403, "forbidden"],
  ])("is not done for an operator's token that is %s", async (_what, overrides, status, code) => {
    const desk = new FakeDesk();
    const headers = { authorization: await operatorToken(overrides) };
    expect(await refused(name, { headers }, desk)).toMatchObject({ status, code });
    expect(done(desk)).toEqual([]);
  });

  it.each([{ origin: "https://guard.example" }, { "sec-fetch-site": "same-site" }, { "sec-fetch-site": "cross-site" }])(
    "is not done for a page of another site: %j",
    async (headers) => {
      const desk = new FakeDesk();
      expect(await refused(name, { headers }, desk)).toMatchObject({ status: 403, code: "cross_site_request" });
      expect(done(desk)).toEqual([]);
    },
  );

  it("is not done in the clear", async () => {
    const desk = new FakeDesk();
    expect(await refused(name, { base: "http://guard.example" }, desk)).toMatchObject({ code: "https_required" });
    expect(done(desk)).toEqual([]);
  });

  it("takes no other parameter in its query, and none twice", async () => {
    const desk = new FakeDesk();
    const [path, asking] = request(name);
    const query = `?colour=red&limit=x${"&kind=token&kind=token"}`;
    const answer = await ask(desk, `${path}${query}`, asking, SURROUNDINGS);
    const known = QUERIES[name] ?? {};
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    const said = answer.body.problems.map(({ path: at, problem }: Record<string, string>) => `${at} ${problem}`);
    const unknown = "does not belong to this request";
    expect(said).toEqual([
      `colour ${unknown}`,
      `limit ${"limit" in known ? "does not fit" : unknown}`,
      `kind ${"kind" in known ? "is there twice" : unknown}`,
    ]);
    expect(done(desk)).toEqual([]);
  });

  it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter((method) => method !== operation.method))(
    "is not there for %s, and the answer says what is",
    async (method) => {
      const desk = new FakeDesk();
      const [path] = request(name);
      const answer = await ask(desk, path, { method }, SURROUNDINGS);
      expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed", title: "Method Not Allowed" } });
      expect(answer.headers.get("allow")).toBe(allowed(operation));
      expect(done(desk)).toEqual([]);
    },
  );

  it("says that it is not known what happened when the ledger does not answer, and nothing of why", async () => {
    const desk = new FakeDesk();
    desk.failure = new Error("Network connection lost.");
    const answer = await ask(desk, ...request(name), SURROUNDINGS);
    const asksLedger = !["readStatus", "readDescription", "explain"].includes(name);
    expect(answer).toMatchObject(asksLedger ? { status: 503, body: { code: "unavailable" } } : { status: 200 });
    expect(JSON.stringify(answer.body)).not.toContain("Network");
  });

  it("answers a defect with a problem document, and leaves what it was to the log", async () => {
    // Before it can be called at all.
    const broken = new Proxy({} as LedgerDesk, {
      get() {
        throw new RangeError("a secret detail");
      },
    });
    const api = new TestApi(broken, { ...SURROUNDINGS, isBroken: true });
    const answer = await api.ask(...request(name));
    if (name === "readDescription") expect(answer.status).toBe(200);
    else {
      expect(answer).toMatchObject({
        status: 500,
        body: { type: "about:blank", title: "Internal Server Error", status: 500, code: "internal_error" },
      });
      expect(JSON.stringify(answer.body)).not.toContain("secret");
      expect(api.defects).toMatchObject([{ message: "a secret detail" }]);
    }
  });
});

it.each(ALL.filter(([, { method }]) => method === "GET"))("%s can be asked for its head alone", async (name) => {
  const [path] = request(name);
  const answer = await ask(new FakeDesk(), path, { method: "HEAD" }, SURROUNDINGS);
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: undefined });
});

describe.each(POSTS)("%s", (name, { path }) => {
  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""])(
    "takes JSON that says so, and no %j",
    async (type) => {
      const desk = new FakeDesk();
      const answer = await refused(name, { headers: { "content-type": type } }, desk);
      expect(answer).toMatchObject({ status: 415, code: "unsupported_media_type" });
      expect(done(desk)).toEqual([]);
    },
  );

  it.each(["", "{", "[]", "null", '"x"', "7"])("takes one JSON object, and no %j", async (body) => {
    const desk = new FakeDesk();
    expect(await refused(name, { body }, desk)).toMatchObject({
      ...{ status: 400, code: "malformed_body" },
      body: { problems: [{ path: "body", problem: "does not fit" }] },
    });
    expect(done(desk)).toEqual([]);
  });

  it("takes so many bytes, and not one more", async () => {
    const most = path === "/batch" ? 524_288 : 24_576;
    const padded = (bytes: number) => {
      const content = JSON.stringify(CONTENTS[name]);
      return { body: `${content}${" ".repeat(bytes - content.length)}` };
    };
    expect((await ask(new FakeDesk(), ...request(name, padded(most)), SURROUNDINGS)).status).toBe(200);
    const desk = new FakeDesk();
    expect(await refused(name, padded(most + 1), desk)).toMatchObject({ status: 413, code: "content_too_large" });
    expect(done(desk)).toEqual([]);
  });
});

describe("commands", () => {
  const LIFT = { do: "lift", name: NAME };
  const RESTORE = { do: "restore", name: NAME, record: { format: 1, revoked: true } };
  const END_ISSUER = { do: "cutOff", issuer: ISSUER.issuer, confirm: ISSUER.issuer };
  const REVOKERS = [
    { do: "revoke", issuer: ISSUER.issuer, tokenId: "t" },
    { do: "revokeSession", issuer: ISSUER.issuer, sessionId: "s" },
    RAISE,
    { do: "cutOff", issuer: ISSUER.issuer, subject: "alice" },
    { do: "cutOff", issuer: ISSUER.issuer, sessionId: "s" },
  ];
  const ADMINS = [LIFT, { do: "lift", issuer: ISSUER.issuer, subject: "alice" }, RESTORE, END_ISSUER];

  it.each([
    ...[...REVOKERS, ...ADMINS].map((content) => ["vera", content] as const),
    ...ADMINS.map((content) => ["rita", content] as const),
  ])("%s may not %j: alone, in a list, or as a preview, and that it was tried is on record", async (as, content) => {
    const needs = (ADMINS as object[]).includes(content) ? "admin" : "revoker";
    const post = (path: string, sent: object, desk: LedgerDesk) => {
      const headers = { "content-type": "application/json" };
      return ask(desk, path, { as, method: "POST", headers, body: JSON.stringify(sent) }, SURROUNDINGS);
    };
    const { confirm: _confirm, ...command } = { confirm: undefined, ...content };
    const record = [["submit", { command, by: as, via: "secret", from: null, refused: "forbidden" }]];
    for (const dryRun of [{}, { dryRun: false }, { dryRun: true }]) {
      const alone = new FakeDesk();
      const answer = await post("/commands", { ...content, ...dryRun }, alone);
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden", needs } });
      expect(alone.asked).toEqual(record);
      const inList = new FakeDesk();
      const { body } = await post("/batch", { commands: [content], ...dryRun }, inList);
      expect(body.results).toMatchObject([
        { ok: false, problems: [{ path: "do", problem: `takes the role ${needs}` }] },
      ]);
      expect(inList.asked).toEqual(record);
    }
  });
});

describe("signing out", () => {
  it.each(["GET", "PUT", "DELETE"])("is not there for %s", async (method) => {
    const answer = await ask(new FakeDesk(), END_OWN_TOKEN.path, { method }, SURROUNDINGS);
    expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(answer.headers.get("allow")).toBe("POST");
  });
});

import { describe, expect, it } from "vitest";
import type { Explanation } from "../../../src/explain/explanation.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { RevocationLookup, RevocationReader, RevocationRecord } from "../../../src/model/revocation.ts";
import { explain, type LiveGuard } from "../../../src/operator/explain.ts";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { configFor, keysFor, settingsFor } from "../support.ts";

const NOW = 1_800_000_000;
const issuer = await TestIssuer.create();
const ROUTES = [
  { path: "/health", access: "public" },
  { path: "/api/*", access: "bearer", scopes: ["read"] },
  { path: "/cookie/*", access: "bearer" },
];
const settings = settingsFor(
  configFor(issuer, { tokenSources: ["authorization", { cookie: "session" }, { header: "X-Token" }] }, ROUTES),
);
const keys = await keysFor(settings);
const NOTHING: RevocationRecord = {
  revoked: false,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

const stateOf = (lookup: RevocationLookup): RevocationReader => ({ lookUp: async () => lookup });
const FRESH = stateOf({ status: "known", records: {}, source: "mirror", asOf: NOW - 1 });

function guardWith(overrides: Partial<LiveGuard> = {}): LiveGuard {
  const deciding = { rules: settings.rules, identityHeaders: settings.forwarding.identityHeaders };
  return { host: "guard.example", deciding, keys, revocations: FRESH, now: NOW, ...overrides };
}

async function explained(given: Record<string, unknown>, overrides: Partial<LiveGuard> = {}): Promise<Explanation> {
  const response = await explain({ method: "GET", url: "/api/1", ...given }, guardWith(overrides));
  expect(response.status).toBe(200);
  return response.json();
}

const token = (claims: Record<string, unknown> = {}) =>
  issuer.sign(issuer.claims({ scope: "read", sid: "s-1", ...claims }, NOW));

/** The facts of a step, as `what: found`. */
const factsOf = ({ steps }: Explanation, step: string) =>
  steps.find((one) => one.step === step)?.facts.map(({ what, found }) => `${what}: ${found}`) ?? [];

it("the routes that a refused path was held against say why none of them counted", async () => {
  const routes = [
    { path: "/a", methods: ["POST"], access: "bearer" },
    { path: "/a/b", access: "bearer" },
    { path: "/:any/B", methods: ["POST"], access: "public" },
    { path: "/:any/B", access: "public" },
  ];
  const { rules, forwarding } = settingsFor(configFor(issuer, {}, routes));
  const deciding = { rules, identityHeaders: forwarding.identityHeaders };
  const { decision, steps } = await explained({ url: "/a/B" }, { deciding });
  expect(decision.reason).toBe("path_ambiguous");
  const wanted = steps[0]?.facts.map((fact) => fact.wanted);
  expect(wanted).toEqual(["other path", "looks alike", "other method", "comes after"]);
});

describe("a request that is explained", () => {
  it("is decided with the guard's own rules, keys and records", async () => {
    const explanation = await explained({ token: await token() });
    expect(explanation).toMatchObject({
      request: { method: "GET", scheme: "https", host: "guard.example", path: "/api/1" },
      now: NOW,
      decision: { outcome: "allow", as: "bearer", reason: null },
      route: { index: 1, path: "/api/*" },
      revocation: "live",
      client: null,
    });
    expect(explanation.steps.map(({ verdict }) => verdict)).not.toContain("unchecked");
    expect(factsOf(explanation, "key")).toEqual(["keys: there", 'kid: "key-1"']);
    expect(factsOf(explanation, "revocation").at(-1)).toBe("mirror: as of 1799999999 (2027-01-15T07:59:59Z)");
    expect(factsOf(explanation, "identity")).toContain('X-Jotgate-Subject: "alice"');
  });

  it("shows the record that ends the token", async () => {
    const revocations = stateOf({
      status: "known",
      records: { session: { ...NOTHING, revoked: true } },
      source: "ledger",
      asOf: NOW,
    });
    const explanation = await explained({ token: await token() }, { revocations });
    expect(explanation.decision).toEqual({ outcome: "deny", reason: "token_revoked", by: "session" });
    expect(explanation.client).toMatchObject({ status: 401 });
    expect(factsOf(explanation, "revocation")).toContain('session "s-1": revoked');
    expect(explanation.steps.at(-1)).toMatchObject({ step: "revocation", verdict: "refused" });
  });

  it.each([
    ["cannot be had", { status: "unavailable", cause: "stale", lastKnown: {} }, "revocation_unavailable", "(stale)"],
    ["cannot be read", { status: "record_invalid", kind: "subject" }, "revocation_record_invalid", "cannot be read"],
  ] as const)("says that the state %s", async (_what, lookup, reason, said) => {
    const explanation = await explained({ token: await token() }, { revocations: stateOf(lookup) });
    expect(explanation.decision).toMatchObject({ outcome: "indeterminate", reason });
    expect(factsOf(explanation, "revocation").at(-1)).toContain(said);
  });

  it.each([
    ["cannot be had", "unavailable", "keys_unavailable", "keys: cannot be had"],
    ["lack the one it needs", "not_found", "key_not_found", 'kid: "key-1"'],
  ] as const)("says that keys %s", async (_what, status, reason, fact) => {
    const none: KeySource = { findKey: async () => ({ status }) };
    const explanation = await explained({ token: await token() }, { keys: none });
    expect(explanation.decision.reason).toBe(reason);
    expect(factsOf(explanation, "key")).toContain(fact);
  });

  it("shows no claim before the signature held", async () => {
    const signed = await token({ email: "somebody@example.com" });
    const explanation = await explained({ token: `${signed.slice(0, signed.lastIndexOf("."))}.${"A".repeat(86)}` });
    expect(explanation.decision.reason).toBe("signature_invalid");
    expect(JSON.stringify(explanation)).not.toMatch(/alice|@example/);
  });

  it("never has its token in the answer", async () => {
    const text = await token();
    expect(JSON.stringify(await explained({ token: text }))).not.toContain(text.slice(0, 40));
  });

  it.each([
    ["a path", "/api/1?x=1", { scheme: "https", host: "guard.example", path: "/api/1" }],
    ["a whole URL", "http://localhost:8787/api/1", { scheme: "http", host: "localhost:8787", path: "/api/1" }],
  ])("may be given as %s", async (_what, url, request) => {
    expect((await explained({ url, token: await token() })).request).toMatchObject(request);
  });

  it.each([
    ["in a cookie", "cookie:session", "allow"],
    ["in a header", "header:X-Token", "allow"],
    ["where nobody looks", "header:X-Elsewhere", "deny"],
  ])("has its token %s", async (_what, tokenIn, outcome) => {
    expect((await explained({ token: await token(), tokenIn })).decision.outcome).toBe(outcome);
  });

  it("has the headers that it is given, in any spelling", async () => {
    const { decision } = await explained({ headers: { AUTHORIZATION: `Bearer ${await token()}` } });
    expect(decision.outcome).toBe("allow");
  });

  it("is about the token that was judged, wherever it stood and whatever else was given", async () => {
    const text = await token();
    const headers = { authorization: `Bearer ${text}` };
    const expected = factsOf(await explained({ token: text }), "permission");
    expect(expected).toContain('scopes: "read"');

    const alone = await explained({ headers });
    expect(factsOf(alone, "permission")).toEqual(expected);
    expect(factsOf(alone, "token")).toContain("token: among the headers");
    expect(factsOf(alone, "header")).toContain("source: among the headers");

    const madeUp = forge({ alg: "none" }, { scope: "made-up" });
    const beside = await explained({ headers, token: madeUp, tokenIn: "header:X-Elsewhere" });
    expect(beside.decision.outcome).toBe("allow");
    expect(factsOf(beside, "permission")).toEqual(expected);
    expect(JSON.stringify(beside.steps)).not.toContain("made-up");
  });

  it.each([{ toString: 1 }, [issuer.issuer], null, 5])("may be about a token whose iss is %j", async (iss) => {
    const { decision, steps } = await explained({ token: forge({ alg: "ES256" }, { iss }) });
    expect(decision.reason).toMatch(/^claim_(?:invalid|missing)$/);
    expect(steps.at(-1)).toMatchObject({ step: "issuer", verdict: "refused" });
  });

  it("may have no token", async () => {
    expect((await explained({ url: "/health" })).decision).toEqual({ outcome: "allow", as: "public", reason: null });
    expect((await explained({})).decision.reason).toBe("token_missing");
  });

  it("is the same to every guard: a forgery is not remembered as genuine, nor the other way round", async () => {
    const signed = await token();
    const outcomes = [];
    for (const text of [signed, `${signed.slice(0, -3)}AAA`, signed])
      outcomes.push((await explained({ token: text })).decision.outcome);
    expect(outcomes).toEqual(["allow", "deny", "allow"]);
  });
});

it.each([
  ["nothing", { method: undefined, url: undefined }, ["method", "url"]],
  ["a method that is none", { method: "GET /" }, ["url"]],
  ["a URL that is none", { url: "api" }, ["url"]],
  ["another scheme", { url: "ftp://guard.example/" }, ["url"]],
  ["headers in a list", { headers: ["a"] }, ["headers"]],
  ["a header that is no text", { headers: { a: 1 } }, ["headers"]],
  ["an empty token", { token: "" }, ["token"]],
  ["a place that is none", { tokenIn: "query" }, ["tokenIn"]],
  ["a member too many", { now: 5 }, ["now"]],
  ["several", { method: 5, token: 5, other: 5 }, ["method", "token", "other"]],
])("a question with %s is refused with everything that is wrong with it", async (_what, given, paths) => {
  const response = await explain({ method: "GET", url: "/api/1", ...given }, guardWith());
  expect(response.status).toBe(400);
  const { problems } = (await response.json()) as { problems: { path: string; remedy: string }[] };
  expect(problems.map(({ path }) => path)).toEqual(paths);
  for (const { remedy } of problems) expect(remedy).toMatch(/^\S.*\S$/);
});

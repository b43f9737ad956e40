import { afterEach, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor } from "../support.ts";
import { Guard, NOTHING_REVOKED } from "./guard.ts";

afterEach(() => vi.restoreAllMocks());

const issuer = await TestIssuer.create();
const CONFIG = configFor(issuer, {}, [
  { path: "/orders/:id", access: "bearer", scopes: ["orders:read"] },
  { path: "/open/*", access: "public" },
  { path: "/maybe", access: "optional" },
]);

const ALWAYS = { event: "decision", durationMs: expect.any(Number), requestId: expect.any(String), rayId: null };
const TOKEN = { issuer: "https://issuer.example", keyId: "key-1" };

describe("with decisionLog = refused", () => {
  const guard = () => new Guard({ ...CONFIG, decisionLog: "refused" });

  it("nothing is written of requests that reached the origin", async () => {
    const quiet = guard();
    const token = await issuer.sign(issuer.claims({ scope: "orders:read" }));
    expect((await quiet.sendToken(token, "/orders/7")).status).toBe(200);
    expect((await quiet.send("/open/x")).status).toBe(200);
    expect(quiet.records).toEqual([]);
  });

  it("one record is written of every other", async () => {
    const quiet = guard();
    await quiet.send("/orders/7");
    await quiet.send("/elsewhere");
    expect(quiet.records).toMatchObject([{ reason: "token_missing" }, { reason: "no_matching_route" }]);
  });

  it("one record is written of an allowed request that the origin did not answer", async () => {
    const quiet = guard();
    quiet.answer = () => Promise.reject(new Error("unreachable"));
    expect((await quiet.send("/open/x")).status).toBe(502);
    expect(quiet.records).toMatchObject([{ outcome: "error", reason: "origin_unreachable" }]);
  });
});

describe("one record is written", () => {
  it("of a bearer who passed", async () => {
    const guard = new Guard(CONFIG);
    const response = await guard.sendToken(await issuer.sign(issuer.claims({ scope: "orders:read" })), "/orders/7");
    expect(response.status).toBe(200);
    expect(guard.records).toEqual([
      {
        ...ALWAYS,
        ...TOKEN,
        outcome: "allow",
        reason: null,
        status: 200,
        method: "GET",
        route: "/orders/:id",
        caller: "bearer",
        revocation: { source: "kv", asOf: expect.any(Number) },
        requestId: response.headers.get("x-jotgate-request-id"),
      },
    ]);
  });

  it.each([
    ["public", "/open/x", "/open/*"],
    ["optional", "/maybe", "/maybe"],
  ])("of a request that needed no token: %s", async (caller, path, route) => {
    const guard = new Guard(CONFIG);
    await guard.send(path, { method: "POST" });
    expect(guard.records).toEqual([
      { ...ALWAYS, outcome: "allow", reason: null, status: 200, method: "POST", route, caller },
    ]);
  });

  it("of a request that no route matches", async () => {
    const guard = new Guard(CONFIG);
    await guard.send("/elsewhere");
    expect(guard.records).toEqual([
      { ...ALWAYS, outcome: "deny", reason: "no_matching_route", status: 404, method: "GET", route: null },
    ]);
  });

  it("of a token that lacks a claim, with the name of the claim", async () => {
    const guard = new Guard(CONFIG);
    await guard.sendToken(await issuer.sign(issuer.claims({ jti: undefined })), "/orders/7");
    expect(guard.records).toEqual([
      {
        ...ALWAYS,
        ...TOKEN,
        outcome: "deny",
        reason: "claim_missing",
        claim: "jti",
        status: 401,
        method: "GET",
        route: "/orders/:id",
      },
    ]);
  });

  it("of a bearer without the scope", async () => {
    const guard = new Guard(CONFIG);
    await guard.sendToken(await issuer.sign(), "/orders/7");
    expect(guard.records).toMatchObject([
      { ...ALWAYS, ...TOKEN, outcome: "deny", reason: "insufficient_scope", status: 403 },
    ]);
  });

  it("of a revoked token, with the kind of record", async () => {
    const revoked = JSON.stringify({ format: 1, revoked: true });
    const get = async (names: string[]) => new Map(names.map((name) => [name, /:token:/.test(name) ? revoked : null]));
    const guard = new Guard(CONFIG, { REVOCATIONS: { ...NOTHING_REVOKED, get } });
    await guard.sendToken(await issuer.sign(), "/orders/7");
    expect(guard.records).toMatchObject([
      { ...ALWAYS, ...TOKEN, outcome: "deny", reason: "token_revoked", by: "token", status: 401 },
    ]);
  });

  it("of state that could not be had and a route that goes on without", async () => {
    const routes = [{ path: "/*", access: "bearer", onUnknownRevocation: "allow" }];
    const guard = new Guard(configFor(issuer, {}, routes), {
      REVOCATIONS: { ...NOTHING_REVOKED, get: () => Promise.reject(new Error("down")) },
    });
    await guard.sendToken(await issuer.sign());
    expect(guard.records).toMatchObject([{ outcome: "allow", status: 200, revocation: { unchecked: "error" } }]);
  });

  it("of an origin that could not be reached", async () => {
    const guard = new Guard(CONFIG);
    guard.answer = () => Promise.reject(new Error("refused"));
    expect((await guard.send("/open/x")).status).toBe(502);
    expect(guard.records).toEqual([
      {
        ...ALWAYS,
        outcome: "error",
        reason: "origin_unreachable",
        status: 502,
        method: "GET",
        route: "/open/*",
        caller: "public",
      },
    ]);
  });

  it("of a body that breaks off: the client's doing, not a failure of the origin", async () => {
    const guard = new Guard(CONFIG);
    guard.answer = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const answer = guard.send("/open/x", { method: "POST", body: readable });
    await writable.abort(new Error("the client went away"));
    expect((await answer).status).toBe(400);
    expect(guard.records).toEqual([
      {
        ...ALWAYS,
        outcome: "deny",
        reason: "request_incomplete",
        status: 400,
        method: "POST",
        route: "/open/*",
        caller: "public",
      },
    ]);
  });

  it("of an identity that fits in no header: a refusal, not a failure of the origin", async () => {
    const guard = new Guard(CONFIG);
    const scope = `orders:read ${"s ".repeat(3_000)}`;
    const response = await guard.sendToken(await issuer.sign(issuer.claims({ scope })), "/orders/7");
    expect(response.status).toBe(403);
    expect(guard.records).toMatchObject([
      { ...ALWAYS, ...TOKEN, outcome: "deny", reason: "identity_not_forwardable", status: 403 },
    ]);
    expect(guard.forwarded).toEqual([]);
  });

  it("with the ray id that Cloudflare gave", async () => {
    const guard = new Guard(CONFIG);
    await guard.send("/open/x", { headers: { "cf-ray": "8f1a2b3c4d5e6f70-FRA" } });
    expect(guard.records).toMatchObject([{ rayId: "8f1a2b3c4d5e6f70-FRA" }]);
  });

  it("with the time it took, the origin's included", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    try {
      const guard = new Guard(CONFIG);
      guard.answer = () => {
        vi.setSystemTime(1_800_000_000_250);
        return new Response("hello");
      };
      await guard.send("/open/x");
      expect(guard.records).toMatchObject([{ durationMs: 250 }]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("no record tells who asked for what", () => {
  const SECRETS = {
    sub: "subject-in-token",
    jti: "id-of-token",
    sid: "session-in-token",
    scope: "orders:read scope-in-token",
    client_id: "client-in-token",
    email: "mail@claim.example",
  };

  const cases: [string, (token: string) => [path: string, token: string], number][] = [
    ["allowed", (token) => ["/orders/in-path?q=in-query", token], 200],
    ["refused for its signature", (token) => ["/orders/in-path?q=in-query", `${token.slice(0, -8)}AAAAAAAA`], 401],
    ["refused for its form", (token) => ["/orders/in-path?q=in-query", `${token}.x`], 401],
    ["of no route", (token) => ["/in-path?q=in-query", token], 404],
    ["with an ambiguous path", (token) => ["/orders//in-path?q=in-query", token], 400],
  ];

  it.each(cases)("for a request that is %s", async (_, change, status) => {
    const guard = new Guard(CONFIG);
    const [path, token] = change(await issuer.sign(issuer.claims(SECRETS)));
    const headers = {
      authorization: `Bearer ${token}`,
      cookie: "c=in-cookie",
      "user-agent": "in-agent",
      referer: "in-referer",
    };
    expect((await guard.send(path, { headers })).status).toBe(status);
    expect(guard.lines).toHaveLength(1);
    const log = guard.lines.join();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const told = [...Object.values(SECRETS), header, payload, signature.slice(0, 40), "scope-in-token"];
    for (const text of [...told, "in-path", "in-query", "in-cookie", "in-agent", "in-referer"]) {
      expect(log).not.toContain(text);
    }
  });

  it.each([
    ["expired", { exp: 1_000, iat: 900 }],
    ["for somebody else", { aud: "https://audience-in-token.example" }],
    ["without the scope", { scope: "scope-in-token" }],
    ["with a claim of the wrong type", { sub: { name: "subject-in-token" } }],
    ["of an unknown issuer", { iss: "https://issuer-in-token.example" }],
  ])("for a token that is %s", async (_, claims) => {
    const guard = new Guard(CONFIG);
    const token = await issuer.sign(issuer.claims({ ...SECRETS, ...claims }));
    const response = await guard.sendToken(token, "/orders/in-path?q=in-query");
    expect(response.status).toBeGreaterThanOrEqual(401);
    expect(guard.lines).toHaveLength(1);
    for (const text of [token, "-in-token", "id-of-token", "mail@", "in-path", "in-query"]) {
      expect(guard.lines.join()).not.toContain(text);
    }
  });
});

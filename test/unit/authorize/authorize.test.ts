import { beforeAll, describe, expect, it } from "vitest";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, revocationsSaying } from "../support.ts";
import { bearer, Guard, NO_KEY_LOOKUP, NO_REVOCATION_LOOKUP, NOW, verdict } from "./guard.ts";

const RECORD = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.create();
});

const sign = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  issuer.sign(issuer.claims(claims, NOW), header);

describe("an allowed bearer", () => {
  it("comes with route, path, token and evidence", async () => {
    const guard = await Guard.create(issuer);
    const decision = await guard.decide(accessRequest({ path: "/%61" }, bearer(await sign())));
    expect(decision).toMatchObject({
      outcome: "allow",
      as: "bearer",
      route: { path: { text: "/*" } },
      path: { text: "/a" },
      token: { subject: "alice" },
      revocation: { checked: true, source: "kv", asOf: NOW },
    });
  });

  it("is decided anew for each route: the token of one is not the permission of another", async () => {
    const guard = await Guard.create(issuer, {
      routes: [
        { path: "/a", access: "bearer", scopes: ["a"] },
        { path: "/b", access: "bearer", scopes: ["b"] },
      ],
    });
    const headers = bearer(await sign({ scope: "a" }));
    expect(verdict(await guard.decide(accessRequest({ path: "/a" }, headers)))).toBe("allow");
    expect(verdict(await guard.decide(accessRequest({ path: "/b" }, headers)))).toBe("insufficient_scope");
    expect(verdict(await guard.decide(accessRequest({ path: "/a" }, headers)))).toBe("allow");
  });
});

describe("callers without a token", () => {
  const routes = [
    { path: "/public", access: "public" },
    { path: "/optional", access: "optional" },
    { path: "/bearer", access: "bearer", passPreflight: true },
  ];
  const guard = () => Guard.create(issuer, { routes, keys: NO_KEY_LOOKUP, revocations: NO_REVOCATION_LOOKUP });

  it.each([
    ["/public", {}, { outcome: "allow", as: "anonymous", because: "public" }],
    ["/public", { authorization: "Bearer a, Bearer b" }, { outcome: "allow", because: "public" }],
    ["/optional", {}, { outcome: "allow", as: "anonymous", because: "optional" }],
    ["/optional", { authorization: "Basic YTpi" }, { outcome: "allow", because: "optional" }],
    ["/optional", { authorization: "Bearer" }, { outcome: "deny", refusal: { reason: "credentials_malformed" } }],
    ["/optional", { authorization: "Bearer a, Bearer b" }, { outcome: "deny" }],
    ["/optional", { authorization: "Bearer a.b.c" }, { outcome: "deny", refusal: { reason: "token_malformed" } }],
    ["/bearer", {}, { outcome: "deny", refusal: { reason: "token_missing" } }],
  ] as [string, Record<string, string>, object][])("%s with %j", async (path, headers, expected) => {
    expect(await (await guard()).decide(accessRequest({ path }, headers))).toMatchObject(expected);
  });

  it("may ask for what is to come by a preflight that the rule lets pass", async () => {
    const headers = { origin: "https://app.example", "access-control-request-method": "PUT" };
    const decision = await (await guard()).decide(accessRequest({ path: "/bearer", method: "OPTIONS" }, headers));
    expect(decision).toMatchObject({ outcome: "allow", as: "anonymous", because: "preflight" });
  });

  it.each(["/public", "/optional", "/bearer"])("must not come over plain http either: %s", async (path) => {
    const headers = { origin: "https://app.example", "access-control-request-method": "PUT" };
    for (const method of ["GET", "OPTIONS"]) {
      const request = accessRequest({ path, method, scheme: "http" }, headers);
      expect(verdict(await (await guard()).decide(request))).toBe("https_required");
    }
  });
});

describe("an optional route", () => {
  const routes = [{ path: "/*", access: "optional" }];
  it("checks a token that is there in full", async () => {
    expect(await (await Guard.create(issuer, { routes })).decideToken(await sign())).toMatchObject({ as: "bearer" });
    const guard = await Guard.create(issuer, {
      routes,
      revocations: revocationsSaying({ token: { ...RECORD, revoked: true } }),
    });
    expect(verdict(await guard.decideToken(await sign()))).toBe("token_revoked");
    expect(verdict(await guard.decideToken(await sign({ aud: "x" })))).toBe("audience_mismatch");
  });
});

describe("no key is looked up", () => {
  it.each([
    ["for a token that is too large", () => "a".repeat(16_385), "token_too_large"],
    ["for a malformed token", () => "a.b.c", "token_malformed"],
    ["for an encrypted token", () => "e30.e30.e30.e30.e30", "token_malformed"],
    ["for a critical extension", () => sign({}, { crit: ["b64"], b64: true }), "token_malformed"],
    ["for an untrusted issuer", () => sign({ iss: "https://evil.example" }), "issuer_not_trusted"],
    ["without an issuer", () => sign({ iss: undefined }), "claim_missing"],
    ["for another type", () => sign({}, { typ: "dpop+jwt" }), "token_type_not_accepted"],
    [
      "for an algorithm that is not on the list",
      () => forge({ alg: "ES384" }, issuer.claims()),
      "algorithm_not_allowed",
    ],
    ["for no algorithm at all", () => forge({ alg: "none" }, issuer.claims()), "algorithm_not_allowed"],
  ])("%s", async (_what, make, expected) => {
    const guard = await Guard.create(issuer, { keys: NO_KEY_LOOKUP, revocations: NO_REVOCATION_LOOKUP });
    expect(verdict(await guard.decideToken(await make()))).toBe(expected);
  });

  it("but for a token that could be good, once", async () => {
    const guard = await Guard.create(issuer, { keys: NO_KEY_LOOKUP });
    await expect(guard.decideToken(await sign())).rejects.toThrow("a key was looked up");
  });
});

describe("no revocation state is looked up", () => {
  it.each([
    ["for a forged token", () => forge({ alg: "ES256", kid: "key-1" }, issuer.claims({}, NOW)), "signature_invalid"],
    ["for an unknown key", () => sign({}, { kid: "key-2" }), "key_not_found"],
    ["for an expired token", () => sign({ exp: NOW - 60, iat: NOW - 90 }), "token_expired"],
    ["for another audience", () => sign({ aud: "x" }), "audience_mismatch"],
    ["for a token without id", () => sign({ jti: undefined }), "claim_missing"],
    ["for a subject that is none", () => sign({ sub: "" }), "claim_invalid"],
  ])("%s", async (_what, make, expected) => {
    const guard = await Guard.create(issuer, { revocations: NO_REVOCATION_LOOKUP });
    expect(verdict(await guard.decideToken(await make()))).toBe(expected);
  });

  it("but for a verified token, once", async () => {
    const guard = await Guard.create(issuer, { revocations: NO_REVOCATION_LOOKUP });
    await expect(guard.decideToken(await sign())).rejects.toThrow("revocation state was looked up");
  });
});

describe("permission is judged last", () => {
  const routes = [{ path: "/*", access: "bearer", scopes: ["admin"] }];

  it("a revoked token hears that it is bad, not what it lacks", async () => {
    const revocations = revocationsSaying({ token: { ...RECORD, revoked: true } });
    const guard = await Guard.create(issuer, { routes, revocations });
    expect(verdict(await guard.decideToken(await sign()))).toBe("token_revoked");
  });

  it("while the state is unknown nobody hears what is lacking", async () => {
    const revocations = { lookUp: async () => ({ status: "unavailable", cause: "error", lastKnown: {} }) as const };
    const guard = await Guard.create(issuer, { routes, revocations });
    expect(verdict(await guard.decideToken(await sign()))).toBe("revocation_unavailable");
  });

  it("an unknown state that the route allows still needs the scope", async () => {
    const revocations = { lookUp: async () => ({ status: "unavailable", cause: "error", lastKnown: {} }) as const };
    const allowing = [{ path: "/*", access: "bearer", scopes: ["admin"], onUnknownRevocation: "allow" }];
    const guard = await Guard.create(issuer, { routes: allowing, revocations });
    expect(verdict(await guard.decideToken(await sign()))).toBe("insufficient_scope");
    expect(await guard.decideToken(await sign({ scope: "admin" }))).toMatchObject({
      outcome: "allow",
      revocation: { checked: false, because: "error" },
    });
  });
});

describe("what a refusal remembers for the record", () => {
  it.each([
    ["nothing of an untrusted issuer", () => sign({ iss: "https://evil.example" }), undefined],
    ["the issuer of a token under an unknown key", () => sign({}, { kid: "key-2" }), { keyId: undefined }],
    [
      "the key that a forged token was checked with",
      () => forge({ alg: "ES256" }, issuer.claims()),
      { keyId: "key-1" },
    ],
    ["the key of a token for somebody else", () => sign({ aud: "x" }), { keyId: "key-1" }],
  ])("%s", async (_what, make, expected) => {
    const decision = await (await Guard.create(issuer)).decideToken(await make());
    const about = expected && { issuer: "https://issuer.example", ...expected };
    expect(decision.outcome === "deny" && decision.about).toEqual(about);
  });
});

describe("duplicate JSON members", () => {
  it("mean the same to every step: the last", async () => {
    const guard = await Guard.create(issuer, { keys: NO_KEY_LOOKUP });
    const twice = (first: string, last: string) => `{"iss":"${first}","iss":"${last}"}`;
    const token = (payload: string) => forge({ alg: "ES256" }, payload);
    expect(verdict(await guard.decideToken(token(twice(issuer.issuer, "x"))))).toBe("issuer_not_trusted");
    await expect(guard.decideToken(token(twice("x", issuer.issuer)))).rejects.toThrow("a key was looked up");
    const twoAlgs = forge('{"alg":"ES256","alg":"none"}', issuer.claims());
    expect(verdict(await guard.decideToken(twoAlgs))).toBe("algorithm_not_allowed");
  });
});

import { describe, expect, it } from "vitest";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, problemsOf, withIssuer } from "./problems.ts";

describe("an issuer", () => {
  it.each([
    [{ issuer: undefined }, "issuers[0].issuer is missing"],
    [{ issuer: "" }, "issuers[0].issuer does not fit"],
    [{ issuer: ["a"] }, "issuers[0].issuer does not fit"],
    [{ audiences: undefined }, "issuers[0].audiences is missing"],
    [{ audiences: true }, "issuers[0].audiences does not fit"],
    [{ audiences: "https://api.example" }, "issuers[0].audiences does not fit"],
    [{ audiences: [] }, "issuers[0].audiences does not fit"],
    [{ audiences: ["a", ""] }, "issuers[0].audiences[1] does not fit"],
    [{ algorithms: undefined }, "issuers[0].algorithms is missing"],
    [{ algorithms: [] }, "issuers[0].algorithms does not fit"],
    [{ algorithms: "ES256" }, "issuers[0].algorithms does not fit"],
    [{ algorithms: ["none"] }, "issuers[0].algorithms[0] does not fit"],
    [{ algorithms: ["es256"] }, "issuers[0].algorithms[0] does not fit"],
    [{ algorithms: ["ES256", "ES256K"] }, "issuers[0].algorithms[1] does not fit"],
    [{ algorithms: ["ES256", "ES256"] }, "issuers[0].algorithms has ES256 twice"],
    [{ algorithms: ["ES256", "HS256"] }, "issuers[0].algorithms has HS256"],
    [{ acceptedTypes: [] }, "issuers[0].acceptedTypes does not fit"],
    [{ acceptedTypes: ["at+jwt", "logout+jwt"] }, "issuers[0].acceptedTypes has logout+jwt"],
    [{ acceptedTypes: ["DPoP+JWT"] }, "issuers[0].acceptedTypes has dpop+jwt"],
    [{ acceptedTypes: ["application/secevent+jwt"] }, "issuers[0].acceptedTypes has secevent+jwt"],
    [{ requiredClaims: "sub" }, "issuers[0].requiredClaims does not fit"],
    [{ clients: [] }, "issuers[0].clients does not fit"],
    [{ maxLifetime: 0 }, "issuers[0].maxLifetime does not fit"],
    [{ maxLifetime: 31_536_001 }, "issuers[0].maxLifetime does not fit"],
    [{ maxAge: 0 }, "issuers[0].maxAge does not fit"],
    [{ maxAge: "600" }, "issuers[0].maxAge does not fit"],
    [{ clockTolerance: -1 }, "issuers[0].clockTolerance does not fit"],
    [{ clockTolerance: 301 }, "issuers[0].clockTolerance does not fit"],
    [{ tokenIdClaim: true }, "issuers[0].tokenIdClaim does not fit"],
    [{ tokenIdClaim: "" }, "issuers[0].tokenIdClaim does not fit"],
    [{ subjectClaim: false }, "issuers[0].subjectClaim does not fit"],
    [{ subjectClaim: [] }, "issuers[0].subjectClaim does not fit"],
    [{ sessionIdClaim: ["a", 1] }, "issuers[0].sessionIdClaim does not fit"],
    [{ tokenSources: [] }, "issuers[0].tokenSources does not fit"],
    [{ tokenSources: ["query"] }, "issuers[0].tokenSources[0] does not fit"],
    [{ tokenSources: [{ header: "Authorization" }] }, "issuers[0].tokenSources[0].header does not fit"],
    [{ tokenSources: [{ header: "Cookie" }] }, "issuers[0].tokenSources[0].header does not fit"],
    [{ tokenSources: [{ header: "X_Token" }] }, "issuers[0].tokenSources[0].header does not fit"],
    [{ tokenSources: [{ cookie: "a b" }] }, "issuers[0].tokenSources[0].cookie does not fit"],
    [{ tokenSources: [{ cookie: "a;b" }] }, "issuers[0].tokenSources[0].cookie does not fit"],
    [{ tokenSources: [{ header: "X-A", cookie: "a" }] }, "issuers[0].tokenSources[0] does not fit"],
    [{ tokenSources: ["authorization", "authorization"] }, "issuers[0].tokenSources names a source twice"],
    [{ tokenSources: [{ header: "X-A" }, { header: "x-a" }] }, "issuers[0].tokenSources names a source twice"],
    [{ audience: "x" }, "issuers[0].audience is not a setting"],
  ])("%j: %s", (settings, problem) => {
    expect(withIssuer(settings)).toContain(problem);
  });

  it.each([
    { maxLifetime: 1 },
    { maxLifetime: 31_536_000 },
    { maxAge: 1 },
    { clockTolerance: 0 },
    { clockTolerance: 300 },
    { audiences: false },
    { tokenIdClaim: false },
    { tokenSources: [{ cookie: "__Host-session" }, { header: "X-Token" }] },
    { tokenSources: [{ header: "X-Token" }, { cookie: "X-Token" }] },
  ])("may have %j", (settings) => {
    expect(withIssuer(settings)).toEqual([]);
  });

  it("is configured once", () => {
    const config = configFor(issuer);
    const twice = [...config.issuers, { ...config.issuers[0] }];
    expect(problemsOf({ ...config, issuers: twice })).toEqual(["issuers[1].issuer appears twice"]);
  });

  it("may differ from another by a slash: they are two", () => {
    const config = configFor(issuer);
    const two = [...config.issuers, { ...config.issuers[0], issuer: `${issuer.issuer}/` }];
    expect(problemsOf({ ...config, issuers: two })).toEqual([]);
  });
});

describe("where an issuer's keys come from", () => {
  const none = "issuers[0] does not say where its keys come from";
  const insecure = "issuers[0].jwksUri is not a secure URL";

  it.each([
    [{}, none],
    [{ keys: [{}], jwksUri: "https://a.example/jwks" }, none],
    [{ discovery: true, jwksUri: "https://a.example/jwks" }, none],
    [{ keys: [{}], sharedSecret: "HMAC" }, none],
    [{ keys: [] }, "issuers[0].keys does not fit"],
    [{ keys: ["x"] }, "issuers[0].keys[0] does not fit"],
    [{ discovery: false }, "issuers[0].discovery does not fit"],
    [{ jwksUri: "" }, "issuers[0].jwksUri does not fit"],
    [{ jwksUri: "jwks" }, insecure],
    [{ jwksUri: "http://a.example/jwks" }, insecure],
    [{ jwksUri: "ftp://a.example/jwks" }, insecure],
    [{ jwksUri: "data:application/json,{}" }, insecure],
    [{ jwksUri: "https://user@a.example/jwks" }, insecure],
    [{ jwksUri: "https://:pass@a.example/jwks" }, insecure],
    [{ jwksUri: "https://a.example/jwks#x" }, insecure],
    [{ jwksUri: "http://localhost.a.example/jwks" }, insecure],
    [{ discovery: true, issuer: "accounts.example.com" }, "issuers[0].issuer is no URL to discover keys from"],
    [{ discovery: true, issuer: "http://a.example" }, "issuers[0].issuer is no URL to discover keys from"],
    [{ discovery: true, issuer: "https://a.example?x" }, "issuers[0].issuer is no URL to discover keys from"],
  ])("%j: %s", (settings, problem) => {
    expect(withIssuer({ keys: undefined, ...settings })).toContain(problem);
  });

  it.each([
    { jwksUri: "https://a.example/jwks?tenant=1" },
    { jwksUri: "http://localhost:9000/jwks" },
    { jwksUri: "http://127.0.0.1:9000/jwks" },
    { discovery: true, issuer: "https://a.example/tenant/" },
    { discovery: true, issuer: "http://localhost:9000" },
  ])("may be %j", (settings) => {
    expect(withIssuer({ keys: undefined, ...settings })).toEqual([]);
  });
});

describe("a shared secret", () => {
  const hmac = (value: unknown, algorithms: string[] = ["HS256"], name = "HMAC") =>
    withIssuer({ keys: undefined, sharedSecret: name, algorithms }, { ...ENVIRONMENT, HMAC: value });
  const jwk = (bytes: number, more: Record<string, unknown> = {}) =>
    JSON.stringify({ kty: "oct", k: btoa("k".repeat(bytes)).replaceAll("=", ""), ...more });
  const tooShort = "issuers[0].sharedSecret is too short or no key";

  it.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ])("for %s has at least %d bytes", (algorithm, least) => {
    expect(hmac("s".repeat(least), [algorithm])).toEqual([]);
    expect(hmac("s".repeat(least - 1), [algorithm])).toEqual([tooShort]);
    expect(hmac("é".repeat(least / 2), [algorithm])).toEqual([]);
    expect(hmac(jwk(least), [algorithm])).toEqual([]);
    expect(hmac(jwk(least - 1), [algorithm])).toEqual([tooShort]);
    expect(hmac(jwk(least, { alg: algorithm, use: "sig" }), [algorithm])).toEqual([]);
  });

  it.each([
    ["absent", undefined, "issuers[0].sharedSecret names no secret"],
    ["no text", 5, "issuers[0].sharedSecret names no secret"],
    ["empty", "", tooShort],
    ["cut-off JSON", `{"kty":"oct","k":"${"A".repeat(60)}"`, tooShort],
    ["a public key", JSON.stringify({ kty: "EC", k: "A".repeat(60) }), tooShort],
    ["a JWK without k", JSON.stringify({ kty: "oct" }), tooShort],
    ["a JWK whose k is no base64url", JSON.stringify({ kty: "oct", k: "?".repeat(60) }), tooShort],
    ["a JWK for another HMAC", jwk(64, { alg: "HS512" }), tooShort],
    ["a JWK for encryption by its alg", jwk(64, { alg: "A256KW" }), tooShort],
    ["a JWK for encryption by its use", jwk(64, { use: "enc" }), tooShort],
  ])("must not be %s", (_what, value, problem) => {
    expect(hmac(value)).toEqual([problem]);
  });

  it("as a JWK gives the bytes of k", () => {
    const config = configFor(issuer, { keys: undefined, sharedSecret: "HMAC", algorithms: ["HS256"] });
    const settings = settingsFor(config, { ...ENVIRONMENT, HMAC: ` ${jwk(33)}` });
    const [trusted] = settings.rules.issuers.values();
    expect(trusted?.keys).toEqual({ kind: "secret", secret: new TextEncoder().encode("k".repeat(33)) });
  });

  it.each([[["HS256", "HS512"]], [["ES256"]], [["HS256", "ES256"]]])("does not go with %j", (algorithms) => {
    expect(hmac("s".repeat(64), algorithms)).toEqual(["issuers[0].algorithms does not fit a shared secret"]);
  });

  it.each(["REVOCATION_KEY", "ASSERTION_KEY"])("is not Jotgate's own %s, which no issuer may know", (name) => {
    expect(hmac("s".repeat(64), ["HS256"], name)).toEqual(["issuers[0].sharedSecret names a secret of Jotgate's own"]);
  });

  it.each(["toString", "__proto__", "constructor"])("is not what every object has: %s", (name) => {
    expect(hmac("s".repeat(64), ["HS256"], name)).toEqual(["issuers[0].sharedSecret names no secret"]);
  });
});

it("reports a shared secret that two issuers have: each could sign the other's tokens", () => {
  const config = configFor(issuer, { keys: undefined, sharedSecret: "HMAC", algorithms: ["HS256"] });
  const issuers = config.issuers.map(({ keys: _, ...one }) => one);
  const env = { ...ENVIRONMENT, HMAC: "s".repeat(32) };
  expect(problemsOf({ ...config, issuers }, env)).toEqual([]);
  const both = issuers.flatMap((one) => [one, { ...one, issuer: "https://other.example" }]);
  expect(problemsOf({ ...config, issuers: both }, env)).toEqual(["issuers[1].sharedSecret is another issuer's, too"]);
});

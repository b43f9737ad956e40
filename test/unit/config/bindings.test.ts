import { describe, expect, it } from "vitest";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { issuer, withGuard } from "./problems.ts";

describe("the origin", () => {
  const notBare = "origin is no bare origin";
  const plain = "origin is reached over plain http";

  it.each([
    ["https://app.example", []],
    ["https://app.example/", []],
    ["https://app.example:8443", []],
    ["https://[2001:db8::1]:8443", []],
    ["http://localhost:3000", []],
    ["http://127.0.0.1:3000", []],
    ["http://[::1]:3000", []],
    ["http://app.example", [plain]],
    ["http://localhost.app.example", [plain]],
    ["http://10.0.0.1", [plain]],
    ["app.example", [notBare]],
    ["localhost:3000", [notBare]],
    ["//app.example", [notBare]],
    ["https://", [notBare]],
    ["https://app.example/base", [notBare]],
    ["https://app.example/?x", [notBare]],
    ["https://app.example#", [notBare]],
    ["https://user:pass@app.example", [notBare]],
    ["https://@app.example", [notBare]],
    ["ftp://app.example", [notBare]],
    ["ws://localhost", [notBare]],
    ["javascript:alert(1)", [notBare]],
  ])("%s: %j", (origin, problems) => {
    expect(withGuard({ origin })).toEqual(problems);
  });

  it("keeps scheme, host and port", () => {
    const settings = settingsFor({ ...configFor(issuer), origin: "HTTPS://App.Example:443/" });
    expect(settings.forwarding.origin).toEqual({ kind: "url", url: "https://app.example" });
  });

  it.each([
    ["a service", { fetch: () => {} }, []],
    ["nothing", undefined, ["origin names no service binding"]],
    ["a text", "https://app.example", ["origin names no service binding"]],
    ["a KV namespace", { get: () => {} }, ["origin names no service binding"]],
    ["null", null, ["origin names no service binding"]],
  ])("may be a binding that is a service: %s", (_what, binding, problems) => {
    expect(withGuard({ origin: { binding: "APP" } }, { ...ENVIRONMENT, APP: binding })).toEqual(problems);
  });

  it.each(["__proto__", "constructor"])("is not bound by what every object has: %s", (binding) => {
    expect(withGuard({ origin: { binding } })).toEqual(["origin names no service binding"]);
  });
});

describe("bindings and secrets", () => {
  it.each([
    ["no namespace", { REVOCATIONS: undefined }, "REVOCATIONS is not bound"],
    ["a namespace that is a text", { REVOCATIONS: "x" }, "REVOCATIONS is not bound"],
    ["a namespace that is null", { REVOCATIONS: null }, "REVOCATIONS is not bound"],
    ["something else than a namespace", { REVOCATIONS: { fetch: () => {} } }, "REVOCATIONS is not bound"],
    ["no revocation key", { REVOCATION_KEY: undefined }, "REVOCATION_KEY is missing"],
    ["an empty one", { REVOCATION_KEY: "" }, "REVOCATION_KEY is too short or has blanks around it"],
    ["one of 31 characters", { REVOCATION_KEY: "k".repeat(31) }, "REVOCATION_KEY is too short or has blanks around it"],
    [
      "one with a line feed",
      { REVOCATION_KEY: `${"k".repeat(40)}\n` },
      "REVOCATION_KEY is too short or has blanks around it",
    ],
    ["one that is no text", { REVOCATION_KEY: 5 }, "REVOCATION_KEY is too short or has blanks around it"],
  ])("%s", (_what, env, problem) => {
    expect(withGuard({}, { ...ENVIRONMENT, ...env })).toEqual([problem]);
  });

  it("a revocation key of 32 characters is long enough", () => {
    expect(withGuard({}, { ...ENVIRONMENT, REVOCATION_KEY: "k".repeat(32) })).toEqual([]);
  });

  it.each([
    [undefined, ["ASSERTION_KEY is missing"]],
    ["", ["ASSERTION_KEY is missing"]],
    [5, ["ASSERTION_KEY is missing"]],
    ["{}", []],
  ])("assertions need their key: %j gives %j", (key, problems) => {
    const originAssertion = { issuer: "https://guard.example", audience: "https://app.example" };
    expect(withGuard({ originAssertion }, { ...ENVIRONMENT, ASSERTION_KEY: key })).toEqual(problems);
  });

  it("without assertions nobody asks for their key", () => {
    expect(withGuard({}, { ...ENVIRONMENT, ASSERTION_KEY: 5 })).toEqual([]);
  });

  it("problems never show a secret", () => {
    const key = "shorts3cret";
    expect(withGuard({}, { ...ENVIRONMENT, REVOCATION_KEY: key }).join()).not.toContain(key);
  });
});

describe("identity headers", () => {
  it.each([
    [{ subject: "X-Id", issuer: "X-Id" }, "identityHeaders uses x-id twice"],
    [{ subject: "X-Id", client: "x-ID" }, "identityHeaders uses x-id twice"],
    [{ subject: "X-Jotgate-Issuer" }, "identityHeaders uses x-jotgate-issuer twice"],
    [{ claims: [{ claim: "a" }, { claim: ["b", "a"] }] }, "identityHeaders uses x-jotgate-claim-a twice"],
    [{ claims: [{ claim: "a", header: "X-Jotgate-Subject" }] }, "identityHeaders uses x-jotgate-subject twice"],
    [{ claims: [{ claim: "https://x.example/y" }] }, "identityHeaders.claims[0] makes no header name of its claim"],
    [{ claims: [{ claim: ["a", "b_c"] }] }, "identityHeaders.claims[0] makes no header name of its claim"],
    [{ subject: "X_User" }, "identityHeaders.subject does not fit"],
    [{ subject: "X-User:" }, "identityHeaders.subject does not fit"],
    [{ issuer: true }, "identityHeaders.issuer does not fit"],
    [{ subject: "X-User\r\nX-Admin" }, "identityHeaders.subject does not fit"],
    [{ subject: "" }, "identityHeaders.subject does not fit"],
    [{ subject: "Authorization" }, "identityHeaders.subject does not fit"],
    [{ subject: "cookie" }, "identityHeaders.subject does not fit"],
    [{ issuer: "Host" }, "identityHeaders.issuer does not fit"],
    [{ scope: "X-Forwarded-For" }, "identityHeaders.scope does not fit"],
    [{ client: "Connection" }, "identityHeaders.client does not fit"],
    [{ client: "X-Jotgate-Request-Id" }, "identityHeaders.client does not fit"],
    [{ claims: [{ claim: "a", header: "Content-Length" }] }, "identityHeaders.claims[0].header does not fit"],
    [{ claims: [{}] }, "identityHeaders.claims[0].claim is missing"],
    [{ claims: "email" }, "identityHeaders.claims does not fit"],
    [{ claims: ["email"] }, "identityHeaders.claims[0] does not fit"],
  ])("%j: %s", (identityHeaders, problem) => {
    expect(new Set(withGuard({ identityHeaders }))).toEqual(new Set([problem]));
  });
});

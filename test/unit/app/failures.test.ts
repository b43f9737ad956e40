import { afterEach, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor } from "../support.ts";
import { Guard, NOTHING_REVOKED } from "./guard.ts";

afterEach(() => vi.restoreAllMocks());

const issuer = await TestIssuer.create();

describe("with a wrong configuration", () => {
  const wrong = { ...configFor(issuer, { audiences: undefined }, [{ path: "nowhere", access: "public" }]), orgin: "x" };

  it.each(["/", "/a", "/_jotgate/health", "/_jotgate/jwks.json"])(
    "%s is answered 503 and not forwarded",
    async (path) => {
      const guard = new Guard(wrong);
      const response = await guard.send(path);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(response.headers.has("www-authenticate")).toBe(false);
      expect(await response.json()).toMatchObject({ code: "unavailable" });
      expect(guard.forwarded).toEqual([]);
    },
  );

  it("one record has every problem, however many requests come at once or later", async () => {
    const guard = new Guard(wrong);
    await Promise.all(Array.from({ length: 10 }, () => guard.send("/")));
    await guard.send("/later");
    expect(guard.records).toEqual([
      {
        event: "configuration_invalid",
        problems: ["orgin", "issuers[0].audiences", "routes[0].path"].map((path) => ({
          path,
          problem: expect.any(String),
          remedy: expect.any(String),
        })),
      },
    ]);
  });

  it("a key that cannot be used is a problem like any other, reported once", async () => {
    const guard = new Guard(configFor(issuer, { keys: [issuer.publicJwk, { ...issuer.publicJwk, use: "enc" }] }));
    const responses = await Promise.all(Array.from({ length: 10 }, () => guard.send("/")));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([503]));
    expect(guard.records).toMatchObject([{ problems: [{ path: "issuers[0].keys[1]" }] }]);
  });

  it.each([undefined, "", "no key", "{}", '{"kty":"EC","alg":"ES256","kid":"k","d":"AAAA"}'])(
    "an assertion key of %j is a problem like any other",
    async (key) => {
      const config = { ...configFor(issuer), originAssertion: { issuer: "https://guard.example", audience: "origin" } };
      const guard = new Guard(config, { ASSERTION_KEY: key });
      expect((await guard.send("/")).status).toBe(503);
      expect(guard.records).toMatchObject([{ problems: [{ path: "ASSERTION_KEY" }] }]);
    },
  );

  it.each([
    ["that is missing", ["HS256"], {}],
    ["that is empty", ["HS256"], { HMAC: "" }],
    ["that is an empty key", ["HS256"], { HMAC: '{"kty":"oct","k":""}' }],
    ["for an algorithm without secrets", ["ES256"], { HMAC: "a shared secret of 32 characters" }],
  ])("a shared secret %s is a problem like any other", async (_what, algorithms, env) => {
    const guard = new Guard(configFor(issuer, { keys: undefined, sharedSecret: "HMAC", algorithms }), env);
    expect((await guard.send("/")).status).toBe(503);
    expect(guard.records).toMatchObject([{ event: "configuration_invalid", problems: [{}] }]);
  });

  it("no secret shows in the record", async () => {
    const secret = "a secret that is short";
    const guard = new Guard(configFor(issuer, { algorithms: ["HS256"], keys: undefined, sharedSecret: "SHARED" }), {
      REVOCATION_KEY: secret,
      SHARED: secret,
    });
    expect((await guard.send("/")).status).toBe(503);
    expect(guard.lines.join()).not.toContain(secret);
  });
});

describe("a defect", () => {
  /** Makes deriving record names fail in a place where nothing is expected to. */
  function breakInside(message: string): void {
    vi.spyOn(crypto.subtle, "sign").mockImplementation(() => {
      throw new RangeError(message);
    });
  }

  it("is answered by an empty 500; nothing is forwarded", async () => {
    const guard = new Guard(configFor(issuer));
    const token = await issuer.sign();
    breakInside("unexpected");
    const response = await guard.sendToken(token);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(guard.forwarded).toEqual([]);
  });

  it("is recorded by its kind, the request and where it came from, never by its message", async () => {
    const guard = new Guard(configFor(issuer));
    const token = await issuer.sign();
    breakInside(`bad value ${token}\n    at secret-line\nand more`);
    const response = await guard.sendToken(token);
    expect(guard.records).toEqual([
      {
        event: "internal_error",
        error: "RangeError",
        requestId: response.headers.get("x-jotgate-request-id"),
        frames: expect.arrayContaining([expect.stringMatching(/^\s+at .*namesFor/)]),
      },
    ]);
    for (const told of [token, "secret-line", "bad value", "and more"]) expect(guard.lines.join()).not.toContain(told);
  });

  it.each(["text", undefined, null, 5, { message: "secret" }])(
    "may be anything that was thrown: %j",
    async (thrown) => {
      const guard = new Guard(configFor(issuer));
      const token = await issuer.sign();
      vi.spyOn(crypto.subtle, "sign").mockRejectedValue(thrown);
      expect((await guard.sendToken(token)).status).toBe(500);
      expect(guard.records).toMatchObject([{ event: "internal_error", error: typeof thrown, frames: [] }]);
      expect(guard.lines.join()).not.toContain("secret");
    },
  );

  it("while the configuration is read spoils one request only", async () => {
    let broken = true;
    const revocations = {
      ...NOTHING_REVOKED,
      get getWithMetadata() {
        if (broken) throw new Error("not now");
        return NOTHING_REVOKED.getWithMetadata;
      },
    };
    const guard = new Guard(configFor(issuer, {}, [{ path: "/*", access: "public" }]), { REVOCATIONS: revocations });
    expect((await guard.send("/")).status).toBe(500);
    expect(guard.forwarded).toEqual([]);
    broken = false;
    expect((await guard.send("/")).status).toBe(200);
  });
});

describe("a revocation store that throws inside is no defect", () => {
  it("but state that cannot be had: 503, and nothing is forwarded", async () => {
    const revocations = {
      ...NOTHING_REVOKED,
      get: () => {
        throw new Error("down");
      },
    };
    const guard = new Guard(configFor(issuer), { REVOCATIONS: revocations });
    const response = await guard.sendToken(await issuer.sign());
    expect(response.status).toBe(503);
    expect(guard.records).toMatchObject([{ outcome: "indeterminate", reason: "revocation_unavailable", status: 503 }]);
    expect(guard.forwarded).toEqual([]);
  });
});

import { exportJWK, generateKeyPair } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor } from "../support.ts";
import { Guard } from "./guard.ts";

afterEach(() => vi.restoreAllMocks());

const issuer = await TestIssuer.create();
/** Everything else is public, so that whatever is not Jotgate's own would be forwarded. */
const OPEN = configFor(issuer, {}, [{ path: "/*", access: "public" }]);

describe("what is under /_jotgate", () => {
  it.each([
    "/_jotgate",
    "/_jotgate/",
    "/_jotgate/x",
    "/%5Fjotgate/x",
    "/%5fjotgate",
    "/_jotg%61te/x",
    "/%5F%6A%6F%74%67%61%74%65/x",
    "/_JOTGATE/x",
    "/_Jotgate/health/x",
    "/_jotgate./x",
    "/_jotgate%20/x",
    "/a/../_jotgate/x",
    "/a/%2e%2e/_jotgate/x",
    "/_jotgate/jwks.json",
  ])("is not found and never forwarded: %s", async (path) => {
    const guard = new Guard(OPEN);
    const response = await guard.send(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found" });
    expect(guard.forwarded).toEqual([]);
  });

  it.each([
    "/_jotgate/keys/https%3A%2F%2Fissuer.example",
    "//_jotgate/x",
    "/_jotgate//x",
    "/_jotgate%2Fx",
    "/_jotgate;a=b/x",
    "/_jotgate%5Cx",
    "/%255Fjotgate/x",
  ])("is refused and never forwarded in a spelling that can be read in several ways: %s", async (path) => {
    const guard = new Guard(OPEN);
    expect((await guard.send(path)).status).toBe(400);
    expect(guard.forwarded).toEqual([]);
  });

  it.each(["/_jotgate2/x", "/jotgate", "/a/_jotgate", "/__jotgate"])("does not include %s", async (path) => {
    const guard = new Guard(OPEN);
    expect((await guard.send(path)).status).toBe(200);
    expect(guard.forwarded).toHaveLength(1);
  });
});

describe("health", () => {
  it("is answered without a token, and not stored", async () => {
    const guard = new Guard(configFor(issuer));
    const response = await guard.send("/_jotgate/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(guard.forwarded).toEqual([]);
  });

  it("has no body for HEAD", async () => {
    const response = await new Guard(OPEN).send("/_jotgate/health", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.body).toBeNull();
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("is not found for %s", async (method) => {
    expect((await new Guard(OPEN).send("/_jotgate/health", { method })).status).toBe(404);
  });
});

describe("the key that verifies assertions", () => {
  async function withAssertions(): Promise<[Guard, Record<string, unknown>]> {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "assertion-1" };
    const config = { ...OPEN, originAssertion: { issuer: "https://guard.example", audience: "origin" } };
    return [new Guard(config, { ASSERTION_KEY: JSON.stringify(jwk) }), jwk];
  }

  it("is published where assertions are switched on, without its private part", async () => {
    const [guard, { d: _d, ...publicJwk }] = await withAssertions();
    const response = await guard.send("/_jotgate/jwks.json");
    expect(await response.json()).toEqual({ keys: [{ ...publicJwk, use: "sig" }] });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  });

  it("goes with the assertion that the origin gets", async () => {
    const [guard] = await withAssertions();
    await guard.send("/a");
    expect(guard.forwarded[0]?.headers.get("x-jotgate-assertion")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

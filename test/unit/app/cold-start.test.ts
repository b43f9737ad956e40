import { afterEach, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor } from "../support.ts";
import { Guard, NOTHING_REVOKED } from "./guard.ts";

afterEach(() => vi.restoreAllMocks());

/** A guard whose issuer publishes its keys, in an isolate that has seen no request. */
async function coldGuard(env: object = {}): Promise<[Guard, TestIssuer, string]> {
  const issuer = await TestIssuer.create(`https://${crypto.randomUUID()}.example`);
  const jwksUri = `${issuer.issuer}/jwks`;
  const guard = new Guard(configFor(issuer, { keys: undefined, jwksUri }), env);
  guard.answer = ({ url }) => (url === jwksUri ? Response.json({ keys: [issuer.publicJwk] }) : new Response("hello"));
  return [guard, issuer, jwksUri];
}

it("50 requests at once in a cold isolate cause one fetch of the key set", async () => {
  const [guard, issuer, jwksUri] = await coldGuard();
  const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.sign()));
  const responses = await Promise.all(tokens.map((token) => guard.sendToken(token)));
  expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(guard.forwarded.filter(({ url }) => url === jwksUri)).toHaveLength(1);
  expect(guard.forwarded).toHaveLength(51);
});

it("1,000 tokens with distinct unknown kids cause at most one more fetch and no look at the revocation store", async () => {
  const get = vi.fn(async () => new Map());
  const [guard, issuer, jwksUri] = await coldGuard({ REVOCATIONS: { ...NOTHING_REVOKED, get } });
  const tokens = await Promise.all(
    Array.from({ length: 1_000 }, () => issuer.sign(undefined, { kid: crypto.randomUUID() })),
  );
  const responses = await Promise.all(tokens.map((token) => guard.sendToken(token)));
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([401]));
  expect(new Set(guard.forwarded.map(({ url }) => url))).toEqual(new Set([jwksUri]));
  expect(guard.forwarded.length).toBeLessThanOrEqual(2);
  expect(get).not.toHaveBeenCalled();
});

it("unsigned tokens, and those of issuers that are not trusted, cause no fetch at all", async () => {
  const [guard, issuer] = await coldGuard();
  const other = await TestIssuer.create("https://other.example");
  for (const token of [await other.sign(), await issuer.sign(undefined, { typ: "logout+jwt" }), "not.a.token", "x"]) {
    expect((await guard.sendToken(token)).status).toBe(401);
  }
  expect(guard.forwarded).toEqual([]);
});

it("a key endpoint that fails means 503 and no challenge, so that clients keep their tokens", async () => {
  const [guard, issuer] = await coldGuard();
  guard.answer = () => new Response(null, { status: 500 });
  const response = await guard.sendToken(await issuer.sign());
  expect(response.status).toBe(503);
  expect(response.headers.has("www-authenticate")).toBe(false);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(guard.records).toMatchObject([{ outcome: "indeterminate", reason: "keys_unavailable", status: 503 }]);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forge, TestIssuer } from "../support/test-issuer.ts";
import { Guard } from "./support/guard.ts";
import { KeyEndpoint, serve, serveAfter } from "./support/key-endpoint.ts";
import { Origin } from "./support/origin.ts";
import { EVERYTHING_GUARDED, trust } from "./support/trust.ts";

/** Counted at a real key endpoint. Every issuer has a path of its own there, and so has each test an issuer. */
describe("key-set fetches", () => {
  let origin: Origin;
  let endpoint: KeyEndpoint;
  let guard: Guard;
  let issuers: readonly TestIssuer[];
  let next = 0;
  let issuer: TestIssuer;
  let path: string;

  beforeAll(async () => {
    origin = await Origin.start();
    issuers = await Promise.all([0, 1, 2, 3, 4].map((n) => TestIssuer.create(`https://issuer-${n}.example`)));
    endpoint = await KeyEndpoint.start(issuers.map(({ publicJwk }, n) => ({ ...publicJwk, kid: `key-of-${n}` })));
    guard = await Guard.start(
      {
        ORIGIN: origin.url,
        ISSUERS: issuers.map((each, n) => trust(each, { jwksUri: `${endpoint.url}/issuer-${n}` })),
        ROUTES: EVERYTHING_GUARDED,
      },
      { workers: [{ configPath: "workers/caller.toml" }] },
    );
  });

  afterAll(async () => {
    await guard.stop();
    await endpoint.stop();
    await origin.stop();
  });

  beforeEach(() => {
    const chosen = issuers[next];
    if (chosen === undefined) throw new Error("there are more tests than issuers");
    issuer = chosen;
    path = `/issuer-${next}`;
    next += 1;
  });

  const goodToken = () => issuer.sign(issuer.claims(), { kid: `key-of-${next - 1}` });
  const tokenWithUnknownKey = () => forge({ alg: "ES256", typ: "at+jwt", kid: crypto.randomUUID() }, issuer.claims());

  function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
  }

  async function statusesOf(count: number, token: () => string | Promise<string>): Promise<number[]> {
    return times(count, async () => {
      const response = await guard.present(await token());
      await response.arrayBuffer();
      return response.status;
    });
  }

  it("are one for 50 requests that find a cold isolate at once", async () => {
    endpoint.behave(path, serveAfter(200));
    expect(new Set(await statusesOf(50, goodToken))).toEqual(new Set([200]));
    expect(endpoint.fetchesOf(path)).toBe(1);
  });

  it("are at most one more for 1,000 tokens with unknown key ids, on an isolate that knows the issuer's keys", async () => {
    expect(await statusesOf(1, goodToken)).toEqual([200]);
    // The next isolate has the keys from the cache and has asked nobody yet, so that it may ask once.
    await guard.restartIsolate();
    expect(await statusesOf(1, goodToken)).toEqual([200]);
    expect(endpoint.fetchesOf(path)).toBe(1);
    for (let batch = 0; batch < 10; batch += 1) {
      expect(new Set(await statusesOf(100, tokenWithUnknownKey))).toEqual(new Set([401]));
    }
    expect(endpoint.fetchesOf(path)).toBe(2);
    expect(await statusesOf(1, goodToken)).toEqual([200]);
  });

  it("are one for unknown key ids on a cold isolate, and those of other issuers none", async () => {
    endpoint.behave(path, serveAfter(100));
    expect(new Set(await statusesOf(100, tokenWithUnknownKey))).toEqual(new Set([401]));
    expect(endpoint.fetchesOf(path)).toBe(1);
    expect(await statusesOf(1, goodToken)).toEqual([200]);
    expect(endpoint.fetchesOf(path)).toBe(1);
  });

  it("fail once for many requests while the endpoint is down", async () => {
    endpoint.behave(path, (response) => response.writeHead(500).end());
    expect(new Set(await statusesOf(50, goodToken))).toEqual(new Set([503]));
    expect(endpoint.fetchesOf(path)).toBe(1);
  });

  it("serve everybody else when the request that caused one is aborted", async () => {
    const token = await goodToken();
    const asked = new Promise<void>((resolve) => {
      endpoint.behave(path, (response, jwks) => {
        resolve();
        serveAfter(1_000)(response, jwks);
      });
    });
    const headers = { authorization: `Bearer ${token}` };
    const impatient = guard.fetch("/", { headers: { ...headers, "x-patience": "300" } }, "caller");
    await asked;
    const withIt = times(20, (n) => guard.fetch("/", { headers }, n % 2 === 0 ? "caller" : undefined));
    expect((await impatient).status).toBe(499);
    const afterIt = times(20, () => guard.fetch("/", { headers }));
    const answers = [...(await withIt), ...(await afterIt)];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));

    endpoint.behave(path, serve);
    expect(new Set(await statusesOf(10, () => token))).toEqual(new Set([200]));
    expect(endpoint.fetchesOf(path)).toBe(1);
  });
});

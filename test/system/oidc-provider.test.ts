import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Arrival, valuesOf } from "./support/arrival.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE } from "./support/expect-refusal.ts";
import { Guard } from "./support/guard.ts";
import { makeKey, OpenIdProvider, RESOURCE } from "./support/openid-provider.ts";
import { Origin } from "./support/origin.ts";

/** The tests tell one story: each begins where the one before has ended. */
describe("tokens of a real OpenID provider, found by discovery", () => {
  let origin: Origin;
  let provider: OpenIdProvider;
  let guard: Guard;
  let firstToken: string;
  let secondToken: string;

  const startGuard = () =>
    Guard.start({
      ORIGIN: origin.url,
      ISSUERS: [
        {
          issuer: provider.issuer,
          audiences: [RESOURCE],
          algorithms: ["ES256"],
          acceptedTypes: ["at+jwt"],
          discovery: true,
        },
      ],
      ROUTES: [{ path: "/*", access: "bearer", scopes: ["orders:read"] }],
    });

  beforeAll(async () => {
    origin = await Origin.start();
    provider = await OpenIdProvider.start([await makeKey("first")]);
    guard = await startGuard();
  });

  afterAll(async () => {
    await guard.stop();
    await provider.stop();
    await origin.stop();
  });

  /** Key-set fetches that these requests cause. */
  async function fetchesOf(requests: () => Promise<void>): Promise<number> {
    const before = provider.jwksFetches;
    await requests();
    return provider.jwksFetches - before;
  }

  async function expectAccepted(token: string): Promise<void> {
    expect((await guard.present(token)).status).toBe(200);
  }

  it("are accepted as at+jwt access tokens, by one discovery and one key-set fetch", async () => {
    firstToken = await provider.issueToken();
    expect(decodeProtectedHeader(firstToken)).toMatchObject({ typ: "at+jwt", kid: "first", alg: "ES256" });
    const response = await guard.present(firstToken, "/orders");
    expect(response.status).toBe(200);
    const arrival = (await response.json()) as Arrival;
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual([decodeJwt(firstToken).sub]);
    expect(valuesOf(arrival, "x-jotgate-issuer")).toEqual([provider.issuer]);
    expect(valuesOf(arrival, "x-jotgate-scope")).toEqual(["orders:read"]);
    expect(valuesOf(arrival, "x-jotgate-client")).toEqual(["backend"]);
    await expectAccepted(await provider.issueToken());
    expect({ jwks: provider.jwksFetches, discovery: provider.discoveryFetches }).toEqual({ jwks: 1, discovery: 1 });
  });

  it("can be revoked by their jti", async () => {
    const token = await provider.issueToken();
    await guard.records.revokeToken(provider.issuer, decodeJwt(token).jti);
    await expectRefusal(await guard.present(token), INVALID_TOKEN);
  });

  it("stay good while the provider is down, also for an isolate that starts then", async () => {
    await provider.stop();
    await expectAccepted(firstToken);
    await guard.restartIsolate();
    await expectAccepted(firstToken);
  });

  it("are accepted under a new key after exactly one more key-set fetch, beside those of the old key", async () => {
    await provider.restart([await makeKey("second"), await makeKey("unused")]);
    secondToken = await provider.issueToken();
    expect(decodeProtectedHeader(secondToken).kid).toBe("second");
    await guard.restartIsolate();
    const fetches = await fetchesOf(async () => {
      await expectAccepted(firstToken);
      await expectAccepted(secondToken);
      await expectAccepted(await provider.issueToken());
    });
    expect(fetches).toBe(1);
  });

  it("are refused under a key that the provider withdrew, from the fetch that shows it", async () => {
    const fetches = await fetchesOf(async () => {
      await expectRefusal(await guard.present(firstToken), INVALID_TOKEN);
    });
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "deny", reason: "key_not_found" });
    expect(fetches).toBe(0);
    await expectAccepted(secondToken);
  });

  it("are neither accepted nor refused by a guard that starts during an outage, until the provider is back", async () => {
    const keys = [await makeKey("third")];
    await provider.restart(keys);
    const token = await provider.issueToken();
    await provider.stop();
    await guard.stop();
    guard = await startGuard();
    await expectRefusal(await guard.present(token), UNAVAILABLE);
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "indeterminate", reason: "keys_unavailable" });

    await provider.restart(keys);
    await vi.waitFor(() => expectAccepted(token), { timeout: 5_000, interval: 200 });
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { A, B, type Isolate, KeyEndpoint, restore, T } from "./remote-fixture.ts";

const issuer = await TestIssuer.create();

afterEach(restore);

async function flood(isolate: Isolate, now: number, requests = 1_000): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(Array.from({ length: requests }, () => isolate.find(crypto.randomUUID(), now))));
}

describe("1,000 requests with distinct unknown kids", () => {
  it("cause no fetch within 30 seconds of the last that they caused, and one from then on", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    expect(await flood(isolate, T + 10)).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(2);
    expect(await flood(isolate, T + 39.999)).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(2);
    expect(await flood(isolate, T + 40)).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(3);
  });

  it("cause no fetch while the set is less than a second old", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    expect(await flood(isolate, T + 0.999)).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(1);
    await flood(isolate, T + 1);
    expect(endpoint.fetches).toBe(2);
  });

  it("cause one fetch per cool-down, however long they go on", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    for (let second = 1; second <= 120; second++) await flood(isolate, T + second, 10);
    expect(endpoint.fetches).toBe(1 + 4);
  });

  it("cause one fetch in an isolate that has no keys yet", async () => {
    const endpoint = new KeyEndpoint(issuer);
    expect(await flood(endpoint.isolate(), T)).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(1);
  });

  it("cause no fetch that counts against the cool-down's begin after a failed one", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.fail();
    expect(await flood(isolate, T + 30)).toEqual(new Set(["unavailable"]));
    expect(await flood(isolate, T + 59.999)).toEqual(new Set(["unavailable"]));
    expect(endpoint.fetches).toBe(2);
    await flood(isolate, T + 60);
    expect(endpoint.fetches).toBe(3);
  });

  it("do not keep known keys from being found", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    const flooding = flood(isolate, T + 30);
    expect(await isolate.find("a", T + 30)).toBe("found");
    await flooding;
  });
});

describe("a new key", () => {
  it("is found at its first use, even right after the first fetch", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(A, B);
    expect(await isolate.find("b", T + 1)).toBe("found");
    expect(endpoint.fetches).toBe(2);
  });

  it("is found once the cool-down is over, when unknown kids caused a fetch shortly before", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    await flood(isolate, T + 1);
    endpoint.publish(A, B);
    expect(await isolate.find("b", T + 30.999)).toBe("not_found");
    expect(await isolate.find("b", T + 31)).toBe("found");
    expect(endpoint.fetches).toBe(3);
  });

  it("is found by a request that comes while unknown kids cause a fetch", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(A, B);
    const release = endpoint.hold();
    const flooding = flood(isolate, T + 30, 100);
    const legitimate = isolate.find("b", T + 30.5);
    release();
    expect(await legitimate).toBe("found");
    expect(await flooding).toEqual(new Set(["not_found"]));
    expect(endpoint.fetches).toBe(2);
  });

  it("is found by a request that comes during a refresh in the background", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(A, B);
    const release = endpoint.hold();
    expect(await isolate.find("a", T + 480)).toBe("found");
    const legitimate = isolate.find("b", T + 481);
    release();
    expect(await legitimate).toBe("found");
    expect(endpoint.fetches).toBe(2);
  });

  it("is found even when a refresh that was under way took the data centre's older copy", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const [isolate, other] = [endpoint.isolate(), endpoint.isolate()];
    await isolate.find("a", T);
    await other.find("a", T + 490);
    await other.settle();
    endpoint.publish(A, B);
    // The first starts a refresh in the background, which the second joins; it ends with what the other isolate has stored.
    const [known, fresh] = await Promise.all([isolate.find("a", T + 500), isolate.find("b", T + 501)]);
    expect([known, fresh]).toEqual(["found", "found"]);
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { KeyCache } from "../../../src/keys/key-cache.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { A, B, KeyEndpoint, restore, T } from "./remote-fixture.ts";

const issuer = await TestIssuer.create();
const HOST = "guard.example";

afterEach(restore);

/** Puts an entry where isolates on {@link HOST} look for this issuer's keys. */
async function store(endpoint: KeyEndpoint, entry: { jwks: unknown; fetchedAt: number }): Promise<void> {
  const work: Promise<unknown>[] = [];
  new KeyCache(HOST, endpoint.issuer, `${endpoint.issuer}/jwks`).write(entry, {
    waitUntil: (promise) => void work.push(promise),
  });
  await Promise.all(work);
}

describe("a cold isolate", () => {
  it("takes what another one has stored, without fetching", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const warm = endpoint.isolate(HOST);
    await warm.find("a", T);
    await warm.settle();
    expect(await endpoint.isolate(HOST).find("a", T + 100)).toBe("found");
    expect(endpoint.fetches).toBe(1);
  });

  it.each([
    [479.999, 0],
    [480, 1],
  ])("takes an entry %d seconds old with %d fetches", async (age, fetches) => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T - age });
    expect(await endpoint.isolate(HOST).find("a", T)).toBe("found");
    expect(endpoint.fetches).toBe(fetches);
  });

  it("reckons the age of keys from when they were fetched, not from when it took them over", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A, B] }, fetchedAt: T - 479 });
    const isolate = endpoint.isolate(HOST);
    expect(await isolate.find("b", T)).toBe("found");
    expect(await isolate.find("b", T + 121)).toBe("not_found");
  });

  it("asks the issuer for a kid that the stored set does not have", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T - 10 });
    endpoint.publish(A, B);
    expect(await endpoint.isolate(HOST).find("b", T)).toBe("found");
    expect(endpoint.fetches).toBe(1);
  });

  it("shares nothing with a Worker on another host name", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T });
    await endpoint.isolate("other.example").find("a", T);
    expect(endpoint.fetches).toBe(1);
  });
});

describe("an entry that is no longer fresh", () => {
  it("gives way to what the issuer says now", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A, B] }, fetchedAt: T - 480 });
    expect(await endpoint.isolate(HOST).find("b", T)).toBe("not_found");
  });

  it.each([
    [480, "found"],
    [86_399.999, "found"],
    [86_400, "unavailable"],
  ])("of %d seconds makes a key %s when the network fails", async (age, status) => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T - age });
    endpoint.fail();
    expect(await endpoint.isolate(HOST).find("a", T)).toBe(status);
    expect(endpoint.fetches).toBe(1);
  });

  it("never takes the place of newer keys in memory", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.publish(B);
    const isolate = endpoint.isolate(HOST);
    await isolate.find("b", T);
    await isolate.settle();
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T - 10 });
    endpoint.fail();
    expect(await isolate.find("b", T + 600)).toBe("found");
    expect(await isolate.find("a", T + 600)).toBe("unavailable");
  });
});

describe("an entry is ignored", () => {
  it("when it comes from further in the future than clocks differ, 60 seconds", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T + 60.001 });
    await endpoint.isolate(HOST).find("a", T);
    expect(endpoint.fetches).toBe(1);
  });

  it("but not when it comes from a clock that is 60 seconds ahead", async () => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks: { keys: [A] }, fetchedAt: T + 60 });
    expect(await endpoint.isolate(HOST).find("a", T)).toBe("found");
    expect(endpoint.fetches).toBe(0);
  });

  it.each([
    ["is no set", 5],
    ["has no usable key", { keys: [{ kty: "oct" }] }],
    ["has more than 100 keys", { keys: Array(101).fill(A) }],
  ])("when what it holds %s", async (_, jwks) => {
    const endpoint = new KeyEndpoint(issuer);
    await store(endpoint, { jwks, fetchedAt: T });
    expect(await endpoint.isolate(HOST).find("a", T)).toBe("found");
    expect(endpoint.fetches).toBe(1);
  });
});

it.each(["match", "put"] as const)("a cache whose %s fails costs a fetch and nothing else", async (method) => {
  vi.spyOn(caches, "open").mockResolvedValue({
    match: async () => undefined,
    put: async () => {},
    [method]: () => Promise.reject(new Error("no cache here")),
  } as unknown as Cache);
  const endpoint = new KeyEndpoint(issuer);
  const isolate = endpoint.isolate(HOST);
  expect(await isolate.find("a", T)).toBe("found");
  await isolate.settle();
  expect(endpoint.fetches).toBe(1);
});

it("what is stored after a refresh is the whole set as the issuer published it", async () => {
  const endpoint = new KeyEndpoint(issuer);
  endpoint.answer = () => Response.json({ keys: [A, { kty: "unknown" }], note: "用户" });
  const isolate = endpoint.isolate(HOST);
  await isolate.find("a", T);
  await isolate.settle();
  const entry = await new KeyCache(HOST, endpoint.issuer, `${endpoint.issuer}/jwks`).read();
  expect(entry).toEqual({ jwks: { keys: [A, { kty: "unknown" }], note: "用户" }, fetchedAt: T });
});

it("a copy that another machine dated ahead does not outrank what is fetched now", async () => {
  const endpoint = new KeyEndpoint(issuer);
  const ahead = endpoint.isolate();
  await ahead.find("a", T + 50);
  await ahead.settle();
  const isolate = endpoint.isolate();
  expect(await isolate.find("a", T)).toBe("found");
  endpoint.publish(B);
  expect(await isolate.find("b", T + 10)).toBe("found");
  expect(await isolate.find("a", T + 11)).toBe("not_found");
});

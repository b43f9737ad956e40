import { afterEach, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { holds } from "./holds.ts";
import { A, B, hasSettled, KeyEndpoint, restore, T } from "./remote-fixture.ts";

const issuer = await TestIssuer.create();

afterEach(restore);

describe("an isolate without keys", () => {
  it("fetches the set and finds the key", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const lookup = await endpoint.isolate().lookUp("a", T);
    expect(lookup).toMatchObject({ status: "found", key: { keyId: "a", algorithm: "ES256" } });
    expect(endpoint.urls).toEqual([`${endpoint.issuer}/jwks`]);
  });

  it("does not find a key that is not in the set it fetched", async () => {
    const endpoint = new KeyEndpoint(issuer);
    expect(await endpoint.isolate().find("b", T)).toBe("not_found");
    expect(endpoint.fetches).toBe(1);
  });

  it("fetches once for 50 requests at the same time", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    const found = await Promise.all(Array.from({ length: 50 }, () => isolate.find("a", T)));
    expect(new Set(found)).toEqual(new Set(["found"]));
    expect(endpoint.fetches).toBe(1);
  });

  it("finds the only key for a token without kid", async () => {
    expect(await new KeyEndpoint(issuer).isolate().find(undefined, T)).toBe("found");
  });
});

describe("keys in memory", () => {
  it("answer without fetching before they are 480 seconds old", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    for (const age of [0, 1, 300, 479.999]) expect(await isolate.find("a", T + age)).toBe("found");
    await isolate.settle();
    expect(endpoint.fetches).toBe(1);
  });

  it.each([480, 599.999])("%d seconds old answer at once, while newer ones come in the background", async (age) => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(A, B);
    const release = endpoint.hold();
    expect(await isolate.find("a", T + age)).toBe("found");
    release();
    await isolate.settle();
    expect(endpoint.fetches).toBe(2);
    expect(await isolate.find("b", T + age)).toBe("found");
    expect(endpoint.fetches).toBe(2);
  });

  it("start one refresh however many requests come meanwhile", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    const release = endpoint.hold();
    for (let request = 0; request < 20; request++) expect(await isolate.find("a", T + 480 + request)).toBe("found");
    release();
    await isolate.settle();
    expect(endpoint.fetches).toBe(2);
  });

  it("600 seconds old wait for newer ones", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    const release = endpoint.hold();
    const pending = isolate.find("a", T + 600);
    expect(await hasSettled(pending)).toBe(false);
    release();
    expect(await pending).toBe("found");
    expect(endpoint.fetches).toBe(2);
  });

  it("are fresh again after a refresh", async () => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    await isolate.find("a", T + 600);
    await isolate.find("a", T + 600 + 479);
    await isolate.settle();
    expect(endpoint.fetches).toBe(2);
  });
});

describe("a withdrawn key", () => {
  it("works until the next refresh and not after it", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.publish(A, B);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(B);
    expect(await isolate.find("a", T + 479)).toBe("found");
    expect(await isolate.find("a", T + 600)).toBe("not_found");
    expect(await isolate.find("b", T + 600)).toBe("found");
  });

  it("is gone as well when its id has new material", async () => {
    const [before, after] = await Promise.all([
      TestIssuer.create(undefined, undefined, "a"),
      TestIssuer.create(undefined, undefined, "a"),
    ]);
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    endpoint.publish(before.publicJwk);
    await isolate.find("a", T);
    endpoint.publish(after.publicJwk);
    const lookup = await isolate.lookUp("a", T + 600);
    if (lookup.status !== "found") throw new Error("the key was not found");
    expect(await holds(lookup.key, await after.sign())).toBe(true);
    expect(await holds(lookup.key, await before.sign())).toBe(false);
  });
});

describe("discovery", () => {
  function discoverable() {
    const endpoint = new KeyEndpoint(issuer, { discovery: true });
    endpoint.answer = (url) =>
      url.endsWith("/.well-known/openid-configuration")
        ? Response.json({ issuer: endpoint.issuer, jwks_uri: "https://keys.example/first" })
        : Response.json({ keys: [A] });
    return endpoint;
  }

  it("leads from the issuer to its keys", async () => {
    const endpoint = discoverable();
    expect(await endpoint.isolate().find("a", T)).toBe("found");
    expect(endpoint.urls).toEqual([
      `${endpoint.issuer}/.well-known/openid-configuration`,
      "https://keys.example/first",
    ]);
  });

  it("is remembered for a key set fetched soon after, and done anew after 600 seconds", async () => {
    const endpoint = discoverable();
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    await isolate.find("unknown", T + 30);
    expect(endpoint.fetches).toBe(3);
    await isolate.find("a", T + 30 + 600);
    expect(endpoint.fetches).toBe(5);
  });

  it("is done anew after a failure, so that an endpoint that moved is found", async () => {
    const endpoint = discoverable();
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    const previous = endpoint.answer;
    endpoint.answer = () => new Response(null, { status: 410 });
    expect(await isolate.find("b", T + 30)).toBe("unavailable");
    endpoint.answer = (url) =>
      url.endsWith("openid-configuration")
        ? Response.json({ issuer: endpoint.issuer, jwks_uri: "https://keys.example/second" })
        : url.endsWith("second")
          ? Response.json({ keys: [A, B] })
          : previous(url);
    expect(await isolate.find("b", T + 60)).toBe("found");
  });

  it("that fails leaves the issuer without keys", async () => {
    const endpoint = new KeyEndpoint(issuer, { discovery: true });
    endpoint.answer = () => Response.json({ issuer: "https://evil.example", jwks_uri: "https://evil.example/jwks" });
    expect(await endpoint.isolate().find("a", T)).toBe("unavailable");
  });
});

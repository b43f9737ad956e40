import { afterEach, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { gate } from "./network.ts";
import { A, B, hasSettled, KeyEndpoint, restore, T } from "./remote-fixture.ts";

const issuer = await TestIssuer.create();

afterEach(restore);

/** An isolate that has the key `a` since {@link T}, and an endpoint that fails from then on. */
async function duringOutage() {
  const endpoint = new KeyEndpoint(issuer);
  const isolate = endpoint.isolate();
  await isolate.find("a", T);
  endpoint.fail();
  return { endpoint, isolate };
}

describe("while the key endpoint fails", () => {
  it("known keys go on serving up to the stale limit of 86,400 seconds and not beyond", async () => {
    const { isolate } = await duringOutage();
    for (const age of [600, 3_600, 43_200, 86_399.999]) {
      expect(await isolate.find("a", T + age)).toBe("found");
      await isolate.settle();
    }
    expect(await isolate.find("a", T + 86_400)).toBe("unavailable");
    expect(await isolate.find("a", T + 100_000)).toBe("unavailable");
  });

  it("only the first request past freshness waits for the endpoint", async () => {
    const { endpoint, isolate } = await duringOutage();
    const release = endpoint.hold();
    const first = isolate.find("a", T + 600);
    expect(await hasSettled(first)).toBe(false);
    release();
    expect(await first).toBe("found");
    endpoint.hold();
    expect(await isolate.find("a", T + 700)).toBe("found");
  });

  it("an unknown kid is unavailable, not unknown: its key may be a new one", async () => {
    const { isolate } = await duringOutage();
    expect(await isolate.find("b", T + 0.999)).toBe("not_found");
    expect(await isolate.find("b", T + 1)).toBe("unavailable");
    expect(await isolate.find("b", T + 2)).toBe("unavailable");
  });

  it("an issuer without any keys is unavailable", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.fail();
    expect(await endpoint.isolate().find("a", T)).toBe("unavailable");
  });

  it("attempts without keys are 1, 2, 4, 8, 16, 30, 30 seconds apart", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.fail();
    const isolate = endpoint.isolate();
    const attempts: number[] = [];
    for (let second = 0; second <= 91; second += 0.5) {
      const before = endpoint.fetches;
      expect(await isolate.find("a", T + second)).toBe("unavailable");
      if (endpoint.fetches > before) attempts.push(second);
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  it("attempts in the background, with known keys, are as far apart", async () => {
    const { endpoint, isolate } = await duringOutage();
    const attempts: number[] = [];
    for (let second = 480; second <= 571; second += 0.5) {
      const before = endpoint.fetches;
      expect(await isolate.find("a", T + second)).toBe("found");
      await isolate.settle();
      if (endpoint.fetches > before) attempts.push(second - 480);
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  it("1,000 requests at the same time cause one attempt", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.fail();
    const isolate = endpoint.isolate();
    await Promise.all(Array.from({ length: 1_000 }, () => isolate.find("a", T)));
    expect(endpoint.fetches).toBe(1);
  });
});

describe("when the key endpoint is back", () => {
  it("an isolate without keys finds them at its next attempt", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.fail();
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(A);
    expect(await isolate.find("a", T + 0.999)).toBe("unavailable");
    expect(await isolate.find("a", T + 1)).toBe("found");
  });

  it("pauses start at one second again with the next failure", async () => {
    const { endpoint, isolate } = await duringOutage();
    for (const second of [600, 601, 603]) await isolate.find("a", T + second).then(() => isolate.settle());
    expect(endpoint.fetches).toBe(4);
    endpoint.publish(A);
    await isolate.find("a", T + 607);
    await isolate.settle();
    expect(endpoint.fetches).toBe(5);
    expect(await isolate.find("b", T + 608)).toBe("not_found");
    endpoint.fail();
    await isolate.find("a", T + 607 + 600);
    await isolate.find("a", T + 607 + 601);
    await isolate.settle();
    expect(endpoint.fetches).toBe(7);
  });
});

describe("an answer that is no JWK Set never replaces one that is", () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ["an error", () => new Response("oops", { status: 500 })],
    ["a page", () => new Response("<html></html>")],
    ["half a document", () => new Response('{"keys":[')],
    ["a redirect", () => Response.redirect("https://elsewhere.example/jwks", 302)],
    ["a list", () => Response.json([A])],
    ["null", () => Response.json(null)],
    ["no keys", () => Response.json({})],
    ["keys that are an object", () => Response.json({ keys: { a: A } })],
    ["101 keys", () => Response.json({ keys: Array(101).fill(B) })],
    ["more than 64 KiB", () => Response.json({ keys: [A], padding: "x".repeat(65_536) })],
    ["a network that fails", () => Promise.reject(new TypeError("refused"))],
  ])("%s", async (_, answer) => {
    const { endpoint, isolate } = await duringOutage();
    endpoint.answer = answer;
    expect(await isolate.find("a", T + 600)).toBe("found");
    expect(endpoint.fetches).toBe(2);
    expect(await isolate.find("b", T + 630)).toBe("unavailable");
  });

  it("while 100 keys are accepted, whatever most of them are", async () => {
    const endpoint = new KeyEndpoint(issuer);
    endpoint.publish(A, ...Array(99).fill({ kty: "unknown" }));
    expect(await endpoint.isolate().find("a", T)).toBe("found");
  });
});

it.each([
  ["does not answer", () => new Promise<Response>(() => {})],
  ["sends a body without end", () => new Response(new ReadableStream({ start: () => {} }))],
])("an endpoint that %s is given up after 3 seconds", async (_, answer) => {
  const endpoint = new KeyEndpoint(issuer);
  const asked = gate();
  endpoint.answer = () => {
    asked.open();
    return answer();
  };
  const pending = endpoint.isolate().find("a", T);
  await asked.opened;
  await vi.advanceTimersByTimeAsync(2_999);
  expect(await hasSettled(pending)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await pending).toBe("unavailable");
});

describe("an issuer that withdraws all keys that this guard could use is believed at the next refresh", () => {
  it.each<[string, unknown[]]>([
    ["with an empty set", []],
    [
      "with only keys that cannot verify",
      [
        { ...A, use: "enc" },
        { kty: "oct", k: "AAAA" },
      ],
    ],
    [
      "with only keys of another algorithm",
      [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", kid: "a" }],
    ],
  ])("%s: nobody can tell a good token then", async (_, keys) => {
    const endpoint = new KeyEndpoint(issuer);
    const isolate = endpoint.isolate();
    await isolate.find("a", T);
    endpoint.publish(...keys);
    expect(await isolate.find("a", T + 600)).toBe("unavailable");
    endpoint.publish(A);
    expect(await isolate.find("a", T + 1_200)).toBe("found");
  });
});

it("an endpoint that answers an outdated set is believed, until it answers a newer one", async () => {
  const endpoint = new KeyEndpoint(issuer);
  const isolate = endpoint.isolate();
  endpoint.publish(A, B);
  await isolate.find("a", T);
  endpoint.publish(A);
  expect(await isolate.find("b", T + 600)).toBe("not_found");
  endpoint.publish(A, B);
  expect(await isolate.find("b", T + 1_200)).toBe("found");
});

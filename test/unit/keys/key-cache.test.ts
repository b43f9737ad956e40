import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KeyCache } from "../../../src/keys/key-cache.ts";

const HOST = "guard.example";
const URI = "https://issuer.example/jwks";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** An issuer that no other test has written for. */
function anIssuer(): string {
  return `https://${crypto.randomUUID()}.example/a?b=c#d`;
}

async function write(cache: KeyCache, entry: { jwks: unknown; fetchedAt: number }): Promise<void> {
  const work: Promise<unknown>[] = [];
  cache.write(entry, { waitUntil: (promise) => void work.push(promise) });
  expect(work).toHaveLength(1);
  await Promise.all(work);
}

describe("the data centre's cache", () => {
  // The deadline never fires: what the cache has must not depend on how busy the machine is.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

  it("gives back what was written, in the background, by another isolate", async () => {
    const issuer = anIssuer();
    const entry = { jwks: { keys: [{ kid: "用户" }] }, fetchedAt: 1_800_000_000.5 };
    await write(new KeyCache(HOST, issuer, URI), entry);
    expect(await new KeyCache(HOST, issuer, URI).read()).toEqual(entry);
  });

  it("has nothing for an issuer that nobody wrote for", async () => {
    expect(await new KeyCache(HOST, anIssuer(), URI).read()).toBeUndefined();
  });

  it("keeps issuers, hosts and sources of keys apart", async () => {
    const issuer = anIssuer();
    await write(new KeyCache(HOST, issuer, URI), { jwks: {}, fetchedAt: 1 });
    expect(await new KeyCache(HOST, `${issuer}/`, URI).read()).toBeUndefined();
    expect(await new KeyCache("other.example", issuer, URI).read()).toBeUndefined();
    expect(await new KeyCache(HOST, issuer, "https://issuer.example/other").read()).toBeUndefined();
  });

  it("is not the cache in which answers to visitors lie", async () => {
    const issuer = anIssuer();
    await write(new KeyCache(HOST, issuer, URI), { jwks: {}, fetchedAt: 1 });
    const url = `https://${HOST}/_jotgate/keys/${encodeURIComponent(issuer)}?from=${encodeURIComponent(URI)}`;
    expect(await (await caches.open("jotgate-keys")).match(url)).toBeDefined();
    expect(await caches.default.match(url)).toBeUndefined();
  });
});

describe("an empty answer stands for", () => {
  function answering(match: () => Promise<Response | undefined>): void {
    vi.spyOn(caches, "open").mockResolvedValue({ match } as unknown as Cache);
  }

  it.each([
    ["no JSON", "<html>"],
    ["nothing", ""],
    ["null", "null"],
    ["a number", "5"],
    ["a list", "[]"],
    ["an entry without a set", '{"fetchedAt":5}'],
    ["an entry without a time", '{"jwks":{}}'],
    ["a time that is a string", '{"jwks":{},"fetchedAt":"5"}'],
    ["a time that is null", '{"jwks":{},"fetchedAt":null}'],
  ])("rubbish in the cache: %s", async (_, text) => {
    answering(async () => new Response(text));
    expect(await new KeyCache(HOST, anIssuer(), URI).read()).toBeUndefined();
  });

  it("a cache that fails", async () => {
    answering(() => Promise.reject(new Error("no cache here")));
    expect(await new KeyCache(HOST, anIssuer(), URI).read()).toBeUndefined();
  });

  it("a cache that throws when it is opened", async () => {
    vi.spyOn(caches, "open").mockImplementation(() => {
      throw new Error("no cache here");
    });
    expect(await new KeyCache(HOST, anIssuer(), URI).read()).toBeUndefined();
  });

  it("a cache that takes longer than 300 ms, be it to answer or to send a body", async () => {
    vi.useFakeTimers();
    for (const match of [
      () => new Promise<never>(() => {}),
      async () => new Response(new ReadableStream({ start: () => {} })),
    ]) {
      answering(match);
      let read: unknown = "pending";
      void new KeyCache(HOST, anIssuer(), URI).read().then((entry) => {
        read = entry;
      });
      await vi.advanceTimersByTimeAsync(299);
      expect(read).toBe("pending");
      await vi.advanceTimersByTimeAsync(1);
      expect(read).toBeUndefined();
    }
  });
});

it.each([
  ["rejects", () => Promise.reject(new Error("full"))],
  [
    "throws",
    () => {
      throw new Error("full");
    },
  ],
])("writing harms nobody when the cache %s", async (_, put) => {
  vi.spyOn(caches, "open").mockResolvedValue({ put } as unknown as Cache);
  await write(new KeyCache(HOST, anIssuer(), URI), { jwks: {}, fetchedAt: 1 });
});

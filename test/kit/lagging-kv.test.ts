import { describe, expect, it } from "vitest";
import type { LaggingKvSettings } from "../../src/test-kit/lagging-kv.ts";
import { createLaggingKv, createManualClock } from "../../src/test-kit/test-kit.ts";

const LAG = 5_000;

/** `expiration` in seconds from now. */
interface Ending {
  readonly expiration?: number;
  readonly expirationTtl?: number;
  readonly metadata?: unknown;
}

function setUp(settings: LaggingKvSettings = {}) {
  const clock = createManualClock();
  const kv = createLaggingKv({ clock, lag: LAG, ...settings });
  return { clock, kv, here: kv.at("here"), there: kv.at("there"), now: () => clock.now() / 1000 };
}

describe("a write", () => {
  it("is read at once where it was made", async () => {
    const { here } = setUp();
    await here.put("name", "value");
    expect(await here.get("name")).toBe("value");
  });

  it("is read at once where it was made even when its absence had been read there", async () => {
    const { here } = setUp();
    expect(await here.get("name")).toBeNull();
    await here.put("name", "value");
    expect(await here.get("name")).toBe("value");
  });

  it("is read elsewhere when the lag is over and not before", async () => {
    const { clock, here, kv } = setUp();
    kv.at("there");
    kv.at("far away");
    await here.put("name", "value");
    await clock.advance(LAG - 1);
    expect(await kv.at("there").get("name")).toBeNull();
    await clock.advance(1);
    expect(await kv.at("far away").get("name")).toBe("value");
  });

  it("is read late where it was made, too, when nothing else is promised", async () => {
    const { clock, here } = setUp({ readsOwnWrites: false });
    await here.put("name", "value");
    expect(await here.get("name")).toBeNull();
    await clock.advance(60_000);
    expect(await here.get("name")).toBe("value");
  });

  it("has a lag of its own for each location", async () => {
    const { clock, kv, here } = setUp({ lag: (reader, writer) => (reader === "near" && writer === "here" ? 10 : 20) });
    const [near, far] = [kv.at("near"), kv.at("far")];
    await here.put("name", "value");
    await clock.advance(10);
    expect([await near.get("name"), await far.get("name")]).toEqual(["value", null]);
  });

  it("is never seen in the wrong order", async () => {
    const lags = [5_000, 10];
    const { clock, there, here } = setUp({ lag: () => lags.shift() ?? 0 });
    await here.put("name", "first");
    await clock.advance(1_000);
    await here.put("name", "second");
    await clock.advance(10_000);
    expect(await there.get("name")).toBe("second");
  });

  it("under a name within a second of the last one is refused with 429, wherever it comes from, and changes nothing", async () => {
    const { clock, kv, here, there } = setUp();
    await here.put("name", "first");
    await clock.advance(999);
    await expect(there.put("name", "second")).rejects.toThrow("429 Too Many Requests");
    await expect(there.delete("name")).rejects.toThrow("429 Too Many Requests");
    await here.put("another name", "value");
    expect(kv.stored("name").value).toBe("first");
    await clock.advance(1);
    await there.put("name", "third");
    expect(kv.stored("name").value).toBe("third");
    expect(kv.writes).toBe(3);
  });

  it.each<[string, string, Ending, string]>([
    ["an expiration 59 s ahead", "name", { expiration: 59 }, "400"],
    ["an expirationTtl of 59 s", "name", { expirationTtl: 59 }, "400"],
    ["a key of 513 bytes", `${"é".repeat(256)}e`, {}, "414"],
    ["metadata of 1,025 bytes", "name", { metadata: "m".repeat(1_023) }, "413"],
  ])("with %s is refused", async (_what, name, { expiration, ...options }, status) => {
    const { here, now } = setUp();
    const ending = expiration === undefined ? {} : { expiration: now() + expiration };
    await expect(here.put(name, "value", { ...ending, ...options })).rejects.toThrow(status);
  });

  it.each<[string, string, Ending]>([
    ["an expiration 60 s ahead", "name", { expiration: 60 }],
    ["an expirationTtl of 60 s", "name", { expirationTtl: 60 }],
    ["a key of 512 bytes", "é".repeat(256), {}],
    ["metadata of 1,024 bytes", "name", { metadata: "m".repeat(1_022) }],
  ])("with %s is taken", async (_what, name, { expiration, ...options }) => {
    const { here, now } = setUp();
    const ending = expiration === undefined ? {} : { expiration: now() + expiration };
    await here.put(name, "value", { ...ending, ...options });
    expect(await here.get(name)).toBe("value");
  });
});

describe("what was read", () => {
  it.each([
    ["no value", null],
    ["a value", "old"],
  ])("as %s stays so where it was read for the default of 60 s and not longer", async (_what, old) => {
    const { clock, here, there } = setUp({ lag: 0 });
    if (old !== null) await here.put("name", old);
    await clock.advance(1_000);
    expect(await there.get("name")).toBe(old);
    await here.put("name", "new");
    await clock.advance(59_999);
    expect(await there.get("name")).toBe(old);
    await clock.advance(1);
    expect(await there.get("name")).toBe("new");
  });

  it("stays so for the 30 s of a reader that asks for it", async () => {
    const { clock, here, there } = setUp({ lag: 0 });
    expect(await there.get("name", { cacheTtl: 30 })).toBeNull();
    await here.put("name", "value");
    await clock.advance(29_999);
    expect(await there.get("name", { cacheTtl: 30 })).toBeNull();
    await clock.advance(1);
    expect(await there.get("name", { cacheTtl: 60 })).toBeNull();
    expect(await there.get("name", { cacheTtl: 30 })).toBe("value");
  });

  it.each([29, 0, -1, Number.NaN])("for a cacheTtl of %d is refused with 400", async (cacheTtl) => {
    await expect(setUp().here.get("name", { cacheTtl })).rejects.toThrow("400 Invalid cache_ttl");
  });

  it("is one location's alone", async () => {
    const { here, there, kv } = setUp({ lag: 0 });
    const third = kv.at("third");
    expect(await there.get("name")).toBeNull();
    await here.put("name", "value");
    expect([await there.get("name"), await third.get("name")]).toEqual([null, "value"]);
  });

  it("may come before lag and cache add up: both have to be over", async () => {
    const { clock, here, there } = setUp();
    await here.put("name", "value");
    await clock.advance(LAG - 1);
    expect(await there.get("name", { cacheTtl: 30 })).toBeNull();
    await clock.advance(29_999);
    expect(await there.get("name", { cacheTtl: 30 })).toBeNull();
    await clock.advance(1);
    expect(await there.get("name", { cacheTtl: 30 })).toBe("value");
  });

  it("ends with the record, also in a copy", async () => {
    const { clock, here, now } = setUp();
    await here.put("name", "value", { expiration: now() + 60 });
    expect(await here.get("name", { cacheTtl: 3_600 })).toBe("value");
    await clock.advance(59_999);
    expect(await here.get("name", { cacheTtl: 3_600 })).toBe("value");
    await clock.advance(1);
    expect(await here.get("name", { cacheTtl: 3_600 })).toBeNull();
  });

  it("stays deleted and undeleted by the same rules", async () => {
    const { clock, here, there } = setUp();
    await here.put("name", "value");
    await clock.advance(LAG);
    expect(await there.get("name")).toBe("value");
    await here.delete("name");
    expect(await here.get("name")).toBeNull();
    await clock.advance(59_999);
    expect(await there.get("name")).toBe("value");
    await clock.advance(1);
    expect(await there.get("name")).toBeNull();
  });
});

describe("a reader may have", () => {
  it("values as text, JSON, bytes and streams", async () => {
    const { here } = setUp();
    await here.put("name", '{"a":"ä"}');
    expect(await here.get("name")).toBe('{"a":"ä"}');
    expect(await here.get("name", "json")).toEqual({ a: "ä" });
    expect(await here.get("name", { type: "json" })).toEqual({ a: "ä" });
    expect(new TextDecoder().decode((await here.get("name", "arrayBuffer")) ?? undefined)).toBe('{"a":"ä"}');
    expect(await new Response(await here.get("name", "stream")).text()).toBe('{"a":"ä"}');
  });

  it("bytes that were put, when they are UTF-8", async () => {
    const { here } = setUp();
    await here.put("bytes", new TextEncoder().encode("ä"));
    await here.put("stream", new Response("ö").body as ReadableStream);
    expect([await here.get("bytes"), await here.get("stream")]).toEqual(["ä", "ö"]);
    await expect(here.put("other", new Uint8Array([0xff]))).rejects.toThrow(TypeError);
  });

  it("many at once, each or null, in the order of the question", async () => {
    const { here, kv } = setUp();
    await here.put("b", '{"n":1}', { metadata: { m: 1 } });
    expect([...(await here.get(["a", "b"]))]).toEqual([
      ["a", null],
      ["b", '{"n":1}'],
    ]);
    expect((await here.get(["a", "b"], "json")).get("b")).toEqual({ n: 1 });
    expect((await here.getWithMetadata(["a", "b"], "json")).get("b")).toMatchObject({
      value: { n: 1 },
      metadata: { m: 1 },
    });
    expect(kv.storedNames()).toEqual(["b"]);
  });

  it("100 at once and no more, nor none, nor bytes", async () => {
    const { here } = setUp();
    const names = Array.from({ length: 101 }, (_, number) => String(number));
    expect((await here.get(names.slice(1))).size).toBe(100);
    await expect(here.get(names)).rejects.toThrow("400");
    await expect(here.get([])).rejects.toThrow("400");
    await expect(here.get(["a"], "arrayBuffer" as "text")).rejects.toThrow("400");
  });

  it("metadata, a copy of what was put", async () => {
    const { here } = setUp();
    const metadata = { m: [1] };
    await here.put("name", "value", { metadata });
    metadata.m.push(2);
    expect(await here.getWithMetadata("name")).toMatchObject({ value: "value", metadata: { m: [1] } });
    expect(await here.getWithMetadata("none")).toMatchObject({ value: null, metadata: null });
  });
});

describe("a list", () => {
  it("has what its location can see, in order of name, page by page", async () => {
    const { here } = setUp({ pageSize: 2 });
    for (const name of ["p:c", "p:a", "q:x", "p:b"]) await here.put(name, name, { metadata: { name } });
    const first = await here.list({ prefix: "p:" });
    expect(first).toMatchObject({
      list_complete: false,
      keys: [{ name: "p:a", metadata: { name: "p:a" } }, { name: "p:b" }],
    });
    const cursor = first.list_complete ? null : first.cursor;
    expect(await here.list({ prefix: "p:", cursor })).toMatchObject({ list_complete: true, keys: [{ name: "p:c" }] });
    expect((await here.list({ limit: 1 })).keys).toHaveLength(1);
    expect((await here.list({ prefix: "r" })).keys).toEqual([]);
  });

  it("elsewhere lags behind, and has deleted keys for as long", async () => {
    const { clock, here, there } = setUp();
    const names = async () => (await there.list()).keys.map(({ name }) => name);
    await here.put("name", "value");
    await clock.advance(LAG - 1);
    expect(await names()).toEqual([]);
    await clock.advance(1);
    expect(await names()).toEqual(["name"]);
    await here.delete("name");
    await clock.advance(LAG - 1);
    expect(await names()).toEqual(["name"]);
    await clock.advance(1);
    expect(await names()).toEqual([]);
  });

  it("says when keys end, and has none that did", async () => {
    const { clock, here, now } = setUp();
    const expiration = now() + 60;
    await here.put("name", "value", { expiration });
    expect((await here.list()).keys).toEqual([{ name: "name", expiration }]);
    await clock.advance(60_000);
    expect((await here.list()).keys).toEqual([]);
  });
});

describe("an operation", () => {
  it("takes its time, half of it until it is carried out", async () => {
    const { clock, kv, here } = setUp({ latency: 100 });
    const writing = here.put("name", "value");
    await clock.advance(49);
    expect(kv.stored("name").value).toBeNull();
    await clock.advance(1);
    expect(kv.stored("name").value).toBe("value");
    let isDone = false;
    void writing.then(() => {
      isDone = true;
    });
    await clock.advance(49);
    expect(isDone).toBe(false);
    await clock.advance(1);
    expect(isDone).toBe(true);
  });

  it.each([
    ["failed", null],
    ["done but failed", "value"],
  ] as const)("that %s is refused, and the store has %j", async (fate, stored) => {
    const { kv, here } = setUp({ fate: (operation) => (operation === "put" ? fate : "answered") });
    await expect(here.put("name", "value")).rejects.toThrow("KV failed");
    expect(kv.stored("name").value).toBe(stored);
  });

  it("that nobody answers does nothing", async () => {
    const { clock, kv, here } = setUp({ fate: () => "unanswered" });
    const outcomes: unknown[] = [];
    for (const work of [here.get("name"), here.put("name", "value"), here.list()]) {
      void work.finally(() => outcomes.push(work));
    }
    await clock.advance(3_600_000);
    expect(outcomes).toEqual([]);
    expect(kv.stored("name").value).toBeNull();
  });
});

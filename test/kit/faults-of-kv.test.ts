import { describe, expect, it } from "vitest";
import { createBreakableKv, createFaults, createLaggingKv, createManualClock } from "../../src/test-kit/test-kit.ts";

async function setUp() {
  const clock = createManualClock();
  const store = createLaggingKv({ clock });
  const faults = createFaults(clock);
  const kv = createBreakableKv(store.at("here"), faults);
  await kv.put("a", "value of a", { metadata: { m: 1 } });
  await kv.put("b", "value of b");
  return { clock, store, faults, kv };
}

describe("a namespace with faults in front of it", () => {
  it("does what it does as long as there are none", async () => {
    const { kv, faults, clock } = await setUp();
    expect(await kv.get("a")).toBe("value of a");
    expect((await kv.get(["a", "c"])).get("c")).toBeNull();
    expect((await kv.list()).keys).toHaveLength(2);
    await clock.advance(1_000);
    await kv.delete("b");
    expect(await kv.getWithMetadata("a")).toMatchObject({ metadata: { m: 1 } });
    expect(faults).toMatchObject({ asked: 7, spoiled: 0 });
  });

  it("answers later", async () => {
    const { kv, faults, clock } = await setUp();
    faults.begin({ does: "delay", milliseconds: 500 });
    const answers: unknown[] = [];
    void kv.get("a").then((value) => answers.push(value));
    await clock.advance(499);
    expect(answers).toEqual([]);
    await clock.advance(1);
    expect(answers).toEqual(["value of a"]);
  });

  it("fails without doing anything, or with an error of one's own", async () => {
    const { kv, faults, store, clock } = await setUp();
    await clock.advance(1_000);
    faults.begin({ does: "fail" });
    await expect(kv.put("a", "new")).rejects.toThrow("KV PUT failed: 503");
    expect(store.stored("a").value).toBe("value of a");
    faults.begin({ does: "fail", error: new RangeError("of one's own") });
    await expect(kv.list()).rejects.toThrow(RangeError);
  });

  it("loses answers to what it does", async () => {
    const { kv, faults, store, clock } = await setUp();
    await clock.advance(1_000);
    faults.begin({ does: "lose answer" });
    await expect(kv.put("a", "new")).rejects.toThrow("503");
    expect(store.stored("a").value).toBe("new");
  });

  it("never answers", async () => {
    const { kv, faults, clock } = await setUp();
    faults.begin({ does: "hang" });
    let ended = false;
    void kv.get("a").finally(() => {
      ended = true;
    });
    await clock.advance(3_600_000);
    expect(ended).toBe(false);
  });

  it("is throttled", async () => {
    const { kv, faults } = await setUp();
    faults.begin({ does: "throttle" });
    await expect(kv.get(["a"])).rejects.toThrow("KV GET failed: 429 Too Many Requests");
    await expect(kv.delete("a")).rejects.toThrow("KV DELETE failed: 429");
  });

  it("gives half of a value, of many values, of a list", async () => {
    const { kv, faults } = await setUp();
    faults.begin({ does: "truncate" });
    expect(await kv.get("a")).toBe("value");
    expect(await kv.getWithMetadata("a")).toMatchObject({ value: "value", metadata: { m: 1 } });
    expect([...(await kv.get(["a", "b"])).keys()]).toEqual(["a"]);
    expect((await kv.list()).keys).toEqual([{ name: "a", metadata: { m: 1 } }]);
    expect(await kv.get("none")).toBeNull();
  });

  it("gives more than there is", async () => {
    const { kv, faults } = await setUp();
    faults.begin({ does: "bloat", bytes: 3 });
    expect(await kv.get("a")).toBe("value of a   ");
    expect((await kv.get(["b"])).get("b")).toBe("value of b   ");
    expect(await kv.getWithMetadata("a")).toMatchObject({ value: "value of a   " });
  });

  it("repeats what it answered to the same question", async () => {
    const { kv, faults, store, clock } = await setUp();
    faults.begin({ does: "repeat" });
    expect(await kv.get("a")).toBe("value of a");
    await clock.advance(1_000);
    await store.at("here").put("a", "new");
    await clock.advance(60_000);
    expect(await kv.get("a")).toBe("value of a");
    expect(await kv.get(["a"])).toEqual(new Map([["a", "new"]]));
    faults.end();
    expect(await kv.get("a")).toBe("new");
  });

  it("answers what a test makes up, with the truth at hand", async () => {
    const { kv, faults } = await setUp();
    faults.begin({ does: "answer", with: async (ask) => `not ${await ask()}` });
    expect(await kv.get("a")).toBe("not value of a");
  });

  it("does so to the questions that are concerned, and counts them", async () => {
    const { kv, faults } = await setUp();
    const before = faults.asked;
    faults.begin({ does: "fail" }, (question) => question.startsWith("get ") && question.includes("a"));
    await expect(kv.get("a")).rejects.toThrow();
    await expect(kv.get(["a", "b"])).rejects.toThrow();
    expect(await kv.get("b")).toBe("value of b");
    expect([faults.asked - before, faults.spoiled]).toEqual([3, 2]);
  });
});

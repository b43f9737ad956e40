import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RevocationLookup } from "../../../src/model/revocation.ts";
import { ALICE, CUT_OFF, FakeStore, nameOf, namer, REVOKED, readerOf, SAYS_CUT_OFF, SAYS_REVOKED, T } from "./store.ts";

const DOWN = { status: "unavailable", cause: "error", lastKnown: {} };

describe("a store that", () => {
  it.each<[string, (names: readonly string[]) => unknown]>([
    ["rejects", () => Promise.reject(new Error("KV GET failed: 500"))],
    ["rejects with no error", () => Promise.reject(undefined)],
    [
      "throws",
      () => {
        throw new Error("not in this request");
      },
    ],
    ["answers undefined", () => undefined],
    ["answers null", () => null],
    ["answers an object", () => ({})],
    ["answers a string", () => REVOKED],
    ["answers a list", (names) => names.map(() => null)],
    ["answers an empty map", () => new Map()],
    ["leaves out a name", (names) => new Map(names.slice(1).map((name) => [name, null]))],
    ["answers other names", (names) => new Map(names.map((name) => [`${name}x`, null]))],
    ["answers numbers", (names) => new Map(names.map((name) => [name, 0]))],
    ["answers undefined values", (names) => new Map(names.map((name) => [name, undefined]))],
    ["answers parsed values", (names) => new Map(names.map((name) => [name, { format: 1, revoked: true }]))],
  ])("%s is unavailable, and asked again by the next request", async (_, answer) => {
    const store = new FakeStore();
    const reader = readerOf(store);
    const honest = store.answer;
    store.answer = answer;
    expect(await reader.lookUp(ALICE, T)).toEqual(DOWN);
    store.answer = honest;
    expect(await reader.lookUp(ALICE, T)).toMatchObject({ status: "known", asOf: T });
    expect(store.reads).toHaveLength(2);
  });

  it("throws before it gives a promise is unavailable", async () => {
    const reader = readerOf({
      get: () => {
        throw new Error("no such method");
      },
    });
    expect(await reader.lookUp(ALICE, T)).toEqual(DOWN);
  });

  it("answers more than it was asked for is believed for what was asked", async () => {
    const store = new FakeStore();
    store.answer = (names) => new Map([...names.map((name) => [name, null] as const), ["jotgate1:token:x", REVOKED]]);
    expect(await readerOf(store).lookUp(ALICE, T)).toHaveProperty("records", {});
  });
});

describe("a store that hangs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A look-up of a store that answers when told to, and what has come of it so far. */
  async function hanging() {
    const store = new FakeStore();
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>()];
    store.answer = () => {
      asked.resolve();
      return answer.promise;
    };
    const reader = readerOf(store);
    let lookup: RevocationLookup | undefined;
    const done = Promise.resolve(reader.lookUp(ALICE, T)).then((result) => {
      lookup = result;
    });
    await asked.promise;
    return { store, reader, answer, done, lookup: () => lookup };
  }

  it("is unavailable after 2 seconds and not before", async () => {
    const { done, lookup } = await hanging();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(lookup()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(lookup()).toEqual({ ...DOWN, cause: "timeout" });
  });

  it("may answer just before that", async () => {
    const { store, answer, done, lookup } = await hanging();
    await vi.advanceTimersByTimeAsync(1_999);
    answer.resolve(new Map((store.reads[0] ?? []).map((name) => [name, null])));
    await done;
    expect(lookup()).toMatchObject({ status: "known" });
  });

  it.each<[string, (answer: PromiseWithResolvers<unknown>) => void]>([
    ["answers", (answer) => answer.resolve(new Map())],
    ["fails", (answer) => answer.reject(new Error("late"))],
  ])("changes nothing when it %s later", async (_, end) => {
    const { store, reader, answer, done } = await hanging();
    await vi.advanceTimersByTimeAsync(2_000);
    await done;
    end(answer);
    await vi.advanceTimersByTimeAsync(1);
    store.answer = () => Promise.reject(new Error("down"));
    expect(await reader.lookUp(ALICE, T + 3)).toEqual(DOWN);
  });
});

describe("what was read before, while the store fails,", () => {
  async function afterReading(records: Record<string, string>) {
    const store = new FakeStore();
    const reader = readerOf(store);
    for (const [name, value] of Object.entries(records)) store.records.set(name, value);
    await reader.lookUp(ALICE, T);
    store.answer = () => Promise.reject(new Error("down"));
    return reader;
  }

  it("is known for its 5 seconds", async () => {
    const reader = await afterReading({ [await nameOf("token", ALICE)]: REVOKED });
    expect(await reader.lookUp(ALICE, T + 4.999)).toMatchObject({ status: "known", records: { token: SAYS_REVOKED } });
  });

  it.each([5, 60, 86_400])("is the last known after %d", async (age) => {
    const reader = await afterReading({
      [await nameOf("token", ALICE)]: REVOKED,
      [await namer.name("issuer", ALICE.issuer)]: CUT_OFF,
    });
    expect(await reader.lookUp(ALICE, T + age)).toEqual({
      ...DOWN,
      lastKnown: { token: SAYS_REVOKED, issuer: SAYS_CUT_OFF },
    });
  });

  it("never clears a token", async () => {
    const reader = await afterReading({});
    expect(await reader.lookUp(ALICE, T + 5)).toEqual(DOWN);
  });

  it("counts for another token of the same user as far as it concerns it", async () => {
    const reader = await afterReading({
      [await nameOf("token", ALICE)]: REVOKED,
      [await nameOf("subject", ALICE)]: CUT_OFF,
    });
    expect(await reader.lookUp({ ...ALICE, tokenId: "token-9" }, T + 1)).toEqual({
      ...DOWN,
      lastKnown: { subject: SAYS_CUT_OFF },
    });
  });
});

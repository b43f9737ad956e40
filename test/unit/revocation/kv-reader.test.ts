import { describe, expect, it, vi } from "vitest";
import {
  ALICE,
  BOB,
  CUT_OFF,
  FakeStore,
  nameOf,
  namer,
  REVOKED,
  readerOf,
  SAYS_CUT_OFF,
  SAYS_REVOKED,
  T,
} from "./store.ts";

const NOTHING = { status: "known", records: {}, source: "kv", asOf: T };

describe("one look at the store", () => {
  it("is one bulk read for all four kinds, from KV's cache of at most 30 seconds", async () => {
    const store = new FakeStore();
    expect(await readerOf(store).lookUp(ALICE, T)).toEqual(NOTHING);
    expect(store.reads).toHaveLength(1);
    expect(store.lastKinds).toEqual(["token", "session", "subject", "issuer"]);
    expect(store.options).toEqual([{ type: "text", cacheTtl: 30 }]);
  });

  it("leaves out kinds for which the token has no claim", async () => {
    const store = new FakeStore();
    await readerOf(store).lookUp({ ...ALICE, tokenId: undefined, sessionId: undefined }, T);
    expect(store.lastKinds).toEqual(["subject", "issuer"]);
  });

  it("finds the record of every kind", async () => {
    const store = new FakeStore();
    store.records.set(await nameOf("token", ALICE), REVOKED);
    store.records.set(await nameOf("session", ALICE), REVOKED);
    store.records.set(await nameOf("subject", ALICE), CUT_OFF);
    store.records.set(await namer.name("issuer", ALICE.issuer), CUT_OFF);
    expect(await readerOf(store).lookUp(ALICE, T)).toEqual({
      ...NOTHING,
      records: { token: SAYS_REVOKED, session: SAYS_REVOKED, subject: SAYS_CUT_OFF, issuer: SAYS_CUT_OFF },
    });
  });

  it("finds nothing that belongs to another issuer, subject, token or session", async () => {
    const store = new FakeStore();
    const other = { ...ALICE, issuer: "https://other.example" };
    for (const identity of [BOB, other]) {
      for (const kind of ["token", "session"] as const) store.records.set(await nameOf(kind, identity), REVOKED);
      store.records.set(await nameOf("subject", identity), CUT_OFF);
    }
    store.records.set(await namer.name("issuer", other.issuer), CUT_OFF);
    expect(await readerOf(store).lookUp(ALICE, T)).toEqual(NOTHING);
  });
});

describe("memory", () => {
  it("answers for less than 5 seconds, naming when the store was asked, and is read again from then on", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    await reader.lookUp(ALICE, T);
    store.records.set(await nameOf("token", ALICE), REVOKED);
    expect(await reader.lookUp(ALICE, T + 4.999)).toEqual(NOTHING);
    expect(store.reads).toHaveLength(1);
    expect(await reader.lookUp(ALICE, T + 5)).toEqual({ ...NOTHING, records: { token: SAYS_REVOKED }, asOf: T + 5 });
    expect(store.reads).toHaveLength(2);
  });

  it("forgets a record that was lifted after as long", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    store.records.set(await nameOf("token", ALICE), REVOKED);
    await reader.lookUp(ALICE, T);
    store.records.clear();
    expect(await reader.lookUp(ALICE, T + 4.999)).toMatchObject({ records: { token: SAYS_REVOKED } });
    expect(await reader.lookUp(ALICE, T + 5)).toHaveProperty("records", {});
  });

  it("holds the issuer's record for all of its users, and only what is due is read", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    await reader.lookUp(ALICE, T);
    await reader.lookUp(BOB, T + 1);
    expect(store.lastKinds).toEqual(["token", "session", "subject"]);
    await reader.lookUp({ ...ALICE, tokenId: "token-3" }, T + 2);
    expect(store.lastKinds).toEqual(["token"]);
  });

  it("makes an answer as old as the oldest of its parts", async () => {
    const reader = readerOf(new FakeStore());
    await reader.lookUp(ALICE, T);
    expect(await reader.lookUp(BOB, T + 3)).toMatchObject({ asOf: T });
    expect(await reader.lookUp(BOB, T + 6)).toMatchObject({ asOf: T + 3 });
  });

  it("does not count when the clock was set back", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    await reader.lookUp(ALICE, T);
    store.records.set(await nameOf("token", ALICE), REVOKED);
    expect(await reader.lookUp(ALICE, T - 0.001)).toMatchObject({ records: { token: SAYS_REVOKED } });
    expect(store.reads).toHaveLength(2);
  });

  it("never lets a late answer undo one that was asked for after it", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const honest = store.answer;
    store.answer = async (names) => {
      const old = honest(names);
      asked.resolve();
      await answered.promise;
      return old;
    };
    const slow = reader.lookUp(ALICE, T);
    await asked.promise;
    store.answer = honest;
    store.records.set(await nameOf("token", ALICE), REVOKED);
    expect(await reader.lookUp(ALICE, T + 1)).toMatchObject({ records: { token: SAYS_REVOKED } });
    answered.resolve();
    await slow;
    expect(await reader.lookUp(ALICE, T + 2)).toMatchObject({ records: { token: SAYS_REVOKED }, asOf: T + 1 });
  });
});

describe("a record that cannot be understood", () => {
  it.each(["token", "session", "subject"] as const)("is an answer of its own: %s", async (kind) => {
    const store = new FakeStore();
    store.records.set(await nameOf(kind, ALICE), "{}");
    expect(await readerOf(store).lookUp(ALICE, T)).toEqual({ status: "record_invalid", kind });
  });

  it("counts when its value is the empty string", async () => {
    const store = new FakeStore();
    store.records.set(await nameOf("token", ALICE), "");
    expect(await readerOf(store).lookUp(ALICE, T)).toEqual({ status: "record_invalid", kind: "token" });
  });

  it("is not passed over from memory either, nor when the store fails", async () => {
    const store = new FakeStore();
    const reader = readerOf(store);
    store.records.set(await nameOf("subject", ALICE), "rubbish");
    await reader.lookUp(ALICE, T);
    store.answer = () => Promise.reject(new Error("down"));
    for (const age of [1, 60]) {
      expect(await reader.lookUp(ALICE, T + age)).toEqual({ status: "record_invalid", kind: "subject" });
    }
  });
});

describe("the names of records", () => {
  it("are derived once for each token, and not mixed up with another's", async () => {
    const sign = vi.spyOn(crypto.subtle, "sign");
    try {
      const store = new FakeStore();
      const reader = readerOf(store);
      await reader.lookUp(ALICE, T);
      const derived = sign.mock.calls.length;
      await reader.lookUp(ALICE, T + 10);
      expect(sign.mock.calls.length).toBe(derived);
      expect(store.reads[1]).toEqual(store.reads[0]);
      // The same parts in other places: undefined is not the text, and no part can reach into its neighbour.
      const others = [
        { ...ALICE, tokenId: ALICE.sessionId, sessionId: ALICE.tokenId },
        { ...ALICE, sessionId: undefined },
        { ...ALICE, subject: '","' },
      ];
      for (const [index, identity] of others.entries()) {
        await reader.lookUp(identity, T + 20 * (index + 1));
        const names = await namer.namesFor(identity);
        expect(new Set(store.reads.at(-1))).toEqual(new Set(names.map(({ name }) => name)));
      }
    } finally {
      sign.mockRestore();
    }
  });
});

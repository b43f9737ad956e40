import { describe, expect, it } from "vitest";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { B, BOUNDED_OR_DENY, Isolate, never, warm } from "./mirror-fixture.ts";
import { ALICE, nameOf, SAYS_REVOKED } from "./store.ts";
import { settle } from "./virtual-clock.ts";

describe("questions to the ledger", () => {
  it("are not asked without a look-up", async () => {
    const isolate = await warm();
    const { length } = isolate.ledger.questions;
    await isolate.clock.advance(60_000);
    expect(isolate.ledger.questions).toHaveLength(length);
    expect(new Isolate().ledger.questions).toEqual([]);
  });

  it("begin at nothing and go on from what is known", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    await isolate.lookUp();
    await isolate.clock.advance(1_000);
    await isolate.lookUp();
    expect(isolate.ledger.questions).toEqual([
      { ledger: null, since: 0 },
      { ledger: "ledger-1", since: 1, forgotten: 0 },
    ]);
  });

  it("are at most one a second, however many look-ups there are", async () => {
    const isolate = await warm();
    for (const [after, asked] of [
      [999, 1],
      [1, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      await isolate.clock.advance(after);
      for (let request = 0; request < 20; request++) await isolate.begin();
      expect(isolate.ledger.questions).toHaveLength(asked);
    }
  });

  it("are not waited for while the mirror is fresh, and go on beyond the request that asked", async () => {
    const isolate = await warm();
    await isolate.clock.advance(1_000);
    isolate.ledger.answer = () => never;
    const before = isolate.work.length;
    const { lookup, took } = await isolate.begin();
    expect([lookup?.status, took]).toEqual(["known", 0]);
    expect(isolate.work).toHaveLength(before + 1);
  });

  it("are one at a time, also while one takes longer than a second", async () => {
    const isolate = await warm();
    await isolate.clock.advance(1_000);
    isolate.ledger.answer = () => never;
    await isolate.begin();
    await isolate.clock.advance(1_999);
    await isolate.begin();
    expect(isolate.ledger.questions).toHaveLength(2);
    await isolate.clock.advance(1);
    await isolate.begin();
    expect(isolate.ledger.questions).toHaveLength(3);
  });

  it("keep a mirror fresh for as long as there is traffic", async () => {
    const isolate = await warm();
    for (let second = 0; second < 60; second++) {
      await isolate.clock.advance(1_000);
      const { lookup } = await isolate.begin(BOUNDED_OR_DENY);
      expect(lookup).toMatchObject({ status: "known", source: "mirror" });
    }
    expect(isolate.ledger.questions).toHaveLength(61);
  });

  it("go on page after page without waiting for another request, and only the last page makes fresh", async () => {
    const isolate = new Isolate();
    isolate.ledger.pageSize = 2;
    for (let index = 0; index < 5; index++) {
      isolate.ledger.append(await nameOf("token", { ...ALICE, tokenId: `other-${index}` }), SAYS_REVOKED);
    }
    const last = Promise.withResolvers<void>();
    isolate.ledger.answer = async (question) => {
      if (question.since === 4) await last.promise;
      return isolate.ledger.honest(question);
    };
    const begun = await isolate.begin();
    expect(isolate.ledger.questions.map(({ since }) => since)).toEqual([0, 2, 4]);
    expect(begun.lookup).toBeUndefined();
    last.resolve();
    await settle();
    expect(begun.lookup).toMatchObject({ status: "known", source: "mirror" });
    expect(isolate.reader.status()).toMatchObject({ through: 5, records: 5, age: 0, state: "following" });
  });
});

describe("a cold isolate", () => {
  it("lets all its requests wait for the same question", async () => {
    const isolate = new Isolate();
    const answered = Promise.withResolvers<void>();
    isolate.ledger.answer = async (question) => {
      await answered.promise;
      return isolate.ledger.honest(question);
    };
    const first = await isolate.begin();
    const others = await Promise.all(Array.from({ length: 20 }, () => isolate.begin()));
    await isolate.clock.advance(300);
    expect([first, ...others].every(({ lookup }) => lookup === undefined)).toBe(true);
    answered.resolve();
    await settle();
    for (const { lookup, took } of [first, ...others]) {
      expect(lookup).toMatchObject({ status: "known", source: "mirror" });
      expect(took).toBe(300);
    }
    expect(isolate.ledger.questions).toHaveLength(1);
  });

  it("waits no longer than a second", async () => {
    const isolate = new Isolate();
    isolate.ledger.answer = () => never;
    const begun = await isolate.begin();
    await isolate.clock.advance(999);
    expect(begun.lookup).toBeUndefined();
    await isolate.clock.advance(1);
    await settle();
    expect(begun.lookup).toMatchObject({ status: "known", source: "kv" });
  });

  it("does not let more requests wait once the ledger has been silent for a second", async () => {
    const isolate = new Isolate();
    isolate.ledger.answer = () => never;
    await isolate.begin();
    await isolate.clock.advance(600);
    const second = await isolate.begin();
    await isolate.clock.advance(400);
    await settle();
    expect(second.took).toBe(400);
    expect((await isolate.begin()).took).toBe(0);
  });

  it("waits for a mirror that has become too old, too", async () => {
    const isolate = await warm();
    await isolate.clock.advance(B);
    expect(await isolate.lookUp(BOUNDED_OR_DENY)).toMatchObject({ status: "known", source: "mirror" });
  });

  it("gives a page that takes longer than 2 seconds up, and a late answer comes to nothing", async () => {
    const isolate = new Isolate();
    const late = Promise.withResolvers<FeedAnswer>();
    isolate.ledger.answer = () => late.promise;
    await isolate.begin();
    await isolate.clock.advance(2_000);
    late.resolve(isolate.ledger.honest({ ledger: null, since: 0 }));
    await settle();
    expect(isolate.reader.status()).toMatchObject({ age: undefined, state: "empty" });
  });

  it("may use an answer just before that, for requests to come", async () => {
    const isolate = new Isolate();
    const slow = Promise.withResolvers<FeedAnswer>();
    isolate.ledger.answer = () => slow.promise;
    await isolate.begin();
    await isolate.clock.advance(1_999);
    slow.resolve(isolate.ledger.honest({ ledger: null, since: 0 }));
    await settle();
    expect(isolate.reader.status()).toMatchObject({ age: 1_999, state: "following" });
  });
});

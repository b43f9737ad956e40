import { describe, expect, it } from "vitest";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { B, BOUNDED, BOUNDED_OR_DENY, Isolate, never, warm } from "./mirror-fixture.ts";
import { ALICE, BOB, nameOf, SAYS_REVOKED } from "./store.ts";
import { settle } from "./virtual-clock.ts";

describe("after a failure", () => {
  it.each<[string, () => Promise<FeedAnswer>]>([
    ["rejects", () => Promise.reject(new Error("no ledger"))],
    [
      "throws before it gives a promise",
      () => {
        throw new Error("no binding");
      },
    ],
    ["answers nothing", async () => undefined as unknown as FeedAnswer],
    ["has too many records", async () => ({ kind: "overflow", ledger: "ledger-1" })],
    ["changes its mind again and again", async () => ({ kind: "reset", ledger: `ledger-${Math.random()}` })],
    [
      "answers what nobody asked",
      async () => ({
        kind: "changes",
        forgotten: 0,
        ledger: "ledger-1",
        since: 5,
        through: 6,
        complete: true,
        age: 0,
        page: new Uint8Array(),
      }),
    ],
    [
      "sends a broken page",
      async () => ({
        kind: "changes",
        forgotten: 0,
        ledger: "ledger-1",
        since: 0,
        through: 6,
        complete: true,
        age: 0,
        page: new Uint8Array(5),
      }),
    ],
  ])("nobody waits for a second, and then it is asked once more: the ledger %s", async (_, answer) => {
    const isolate = new Isolate();
    isolate.ledger.answer = answer;
    expect((await isolate.begin()).lookup).toMatchObject({ status: "known", source: "kv" });
    const { length } = isolate.ledger.questions;
    expect(length).toBeLessThanOrEqual(2);
    isolate.ledger.answer = () => never;
    await isolate.clock.advance(999);
    expect((await isolate.begin()).took).toBe(0);
    expect(isolate.ledger.questions).toHaveLength(length);
    await isolate.clock.advance(1);
    expect((await isolate.begin()).took).toBeUndefined();
    expect(isolate.ledger.questions).toHaveLength(length + 1);
  });

  it("by silence, it is asked again in the background without anybody waiting", async () => {
    const isolate = new Isolate();
    isolate.ledger.answer = () => never;
    await isolate.begin();
    await isolate.clock.advance(2_000);
    expect((await isolate.begin()).took).toBe(0);
    expect(isolate.ledger.questions).toHaveLength(2);
  });

  it("the mirror counts for as long as it is fresh and not a moment longer", async () => {
    const isolate = await warm();
    isolate.ledger.answer = () => Promise.reject(new Error("no ledger"));
    await isolate.clock.advance(B - 1);
    expect((await isolate.begin(BOUNDED_OR_DENY)).lookup).toMatchObject({ status: "known", source: "mirror" });
    await isolate.clock.advance(1);
    expect((await isolate.begin(BOUNDED_OR_DENY)).lookup).toMatchObject({ status: "unavailable", cause: "stale" });
  });

  it("success is success again", async () => {
    const isolate = new Isolate();
    isolate.ledger.answer = () => Promise.reject(new Error("no ledger"));
    await isolate.lookUp();
    await isolate.clock.advance(1_000);
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    expect((await isolate.begin()).lookup).toMatchObject({ source: "mirror" });
  });
});

describe("a request that is aborted while it asks", () => {
  it("is replaced by the first that waits with it, and harms nobody", async () => {
    const isolate = new Isolate();
    const { abort } = abortable(isolate);
    await isolate.begin();
    const others = await Promise.all(Array.from({ length: 5 }, () => isolate.begin()));
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    abort();
    await settle();
    for (const { lookup } of others) expect(lookup).toMatchObject({ status: "known", source: "mirror" });
    expect(isolate.ledger.questions).toHaveLength(2);
  });

  it("and of which nothing is ever heard again is taken for lost after 3 seconds", async () => {
    const isolate = new Isolate();
    isolate.ledger.answer = () => never;
    // Its timers are lost with it.
    const { after } = isolate.clock;
    isolate.clock.after = () => () => {};
    await isolate.begin();
    isolate.clock.after = after;
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    const { length } = isolate.ledger.questions;
    await isolate.clock.advance(2_999);
    const early = await isolate.begin();
    expect([early.took, isolate.ledger.questions.length]).toEqual([0, length]);
    await isolate.clock.advance(1);
    expect((await isolate.begin()).lookup).toMatchObject({ status: "known", source: "mirror" });
    expect(isolate.ledger.questions).toHaveLength(length + 1);
  });

  it("cannot undo what another has learned when it comes back", async () => {
    const isolate = new Isolate();
    const slow = Promise.withResolvers<FeedAnswer>();
    const { after } = isolate.clock;
    isolate.clock.after = () => () => {};
    isolate.ledger.answer = () => slow.promise;
    const old = isolate.ledger.honest({ ledger: null, since: 0 });
    await isolate.begin();
    isolate.clock.after = after;
    await isolate.clock.advance(3_000);
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    const condemned = { status: "known", source: "mirror", records: { token: SAYS_REVOKED } };
    expect(await isolate.lookUp()).toMatchObject(condemned);
    slow.resolve(old);
    await settle();
    expect(await isolate.lookUp()).toMatchObject(condemned);
    expect(isolate.reader.status()).toMatchObject({ through: 1, state: "following" });
  });

  it.each<[string, (slow: PromiseWithResolvers<FeedAnswer>, isolate: Isolate) => void]>([
    ["fails", (slow) => slow.reject(new Error("This request has ended."))],
    ["gets a page", (slow, { ledger }) => slow.resolve(ledger.honest({ ledger: null, since: 0 }))],
  ])("neither goes on asking nor stops others from waiting when it %s after it was replaced", async (_, end) => {
    const isolate = new Isolate();
    isolate.ledger.pageSize = 1;
    for (const identity of [ALICE, BOB]) isolate.ledger.append(await nameOf("token", identity), SAYS_REVOKED);
    const slow = Promise.withResolvers<FeedAnswer>();
    const { after } = isolate.clock;
    isolate.clock.after = () => () => {};
    isolate.ledger.answer = () => slow.promise;
    await isolate.begin();
    isolate.clock.after = after;
    await isolate.clock.advance(3_000);
    isolate.ledger.answer = () => never;
    await isolate.begin();
    end(slow, isolate);
    await settle();
    expect(isolate.ledger.questions).toHaveLength(2);
    expect((await isolate.begin()).took).toBeUndefined();
  });
});

it("a load that takes longer than 25 seconds is continued by another request", async () => {
  const isolate = new Isolate();
  isolate.ledger.pageSize = 1;
  for (let index = 0; index < 20; index++) {
    isolate.ledger.append(await nameOf("token", { ...ALICE, tokenId: `other-${index}` }), SAYS_REVOKED);
  }
  isolate.ledger.answer = (question) =>
    new Promise((resolve) => isolate.clock.after(1_900, () => resolve(isolate.ledger.honest(question))));
  await isolate.begin();
  await isolate.clock.advance(10_000);
  // It is not taken for lost as long as pages come.
  expect((await isolate.begin()).took).toBeUndefined();
  expect(isolate.ledger.questions).toHaveLength(6);
  await isolate.clock.advance(50_000);
  expect(isolate.ledger.questions).toHaveLength(14);
  expect(isolate.reader.status()).toMatchObject({ through: 14, state: "loading" });
  await isolate.begin(BOUNDED);
  await isolate.clock.advance(60_000);
  expect(isolate.ledger.questions).toHaveLength(20);
  expect(isolate.reader.status()).toMatchObject({ through: 20, state: "following" });
});

it("a clock that goes back does not stop questions, and nothing is fresh before the next answer", async () => {
  const isolate = await warm();
  isolate.clock.setBack(3_600_000);
  isolate.ledger.answer = () => never;
  const begun = await isolate.begin(BOUNDED_OR_DENY);
  expect(begun.lookup).toBeUndefined();
  expect(isolate.ledger.questions).toHaveLength(2);
  await isolate.clock.advance(1_000);
  expect(begun.lookup).toMatchObject({ status: "unavailable", cause: "stale" });
  await isolate.clock.advance(1_000);
  isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
  await isolate.clock.advance(1_000);
  expect(await isolate.lookUp(BOUNDED_OR_DENY)).toMatchObject({ status: "known", source: "mirror" });
});

/** Lets the next question be one whose request can be ended in its midst: whatever it does then fails. */
function abortable({ clock, ledger }: Isolate): { abort: () => void } {
  const answer = Promise.withResolvers<never>();
  ledger.answer = () => answer.promise;
  const { now } = clock;
  return {
    abort: () => {
      clock.now = () => {
        clock.now = now;
        throw new Error("This request has ended.");
      };
      answer.reject(new Error("This request has ended."));
    },
  };
}

import { describe, expect, it } from "vitest";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { Mirror } from "../../../src/revocation/mirror.ts";
import { writePage } from "../../../src/revocation/page.ts";
import { addressOf, B, changes, found, isFresh, loaded, REVOKED, row, T, version } from "./mirror-pages.ts";
import { SAYS_NOTHING } from "./random-records.ts";

describe("a mirror", () => {
  it("knows nothing to begin with and asks for everything", () => {
    const mirror = new Mirror(B);
    expect(mirror.question).toEqual({ ledger: null, since: 0 });
    expect(isFresh(mirror, T)).toBe(false);
    expect(mirror.look(addressOf(1))).toEqual({ records: {}, invalid: undefined });
    expect(mirror.status(T)).toMatchObject({
      ledger: undefined,
      through: 0,
      records: 0,
      age: undefined,
      state: "empty",
    });
  });

  it("has what it was told, and asks for what comes after", () => {
    const mirror = loaded();
    expect(found(mirror, 1)).toEqual(REVOKED);
    expect(found(mirror, 3)).toBeUndefined();
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 2, forgotten: 0 });
    expect(mirror.status(T + 7)).toMatchObject({
      ledger: "ledger-1",
      through: 2,
      records: 2,
      age: 7,
      state: "following",
    });
    expect(mirror.status(T).bytes).toBeGreaterThan(0);
  });

  it("puts a changed record in the place of the old one, and takes lifted ones away", () => {
    const mirror = loaded();
    const rows = [row(1, version(3)), row(2, "lifted")];
    expect(mirror.apply(mirror.ask(T), changes({ since: 2, through: 4, rows }), T)).toBe("complete");
    expect(found(mirror, 1)).toEqual(version(3));
    expect(found(mirror, 2)).toBeUndefined();
  });

  it("names the kind whose record cannot be read, with what is known of it, until that is over", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, REVOKED, true)] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: { token: REVOKED }, invalid: "token" });
    mirror.apply(mirror.ask(T), changes({ since: 3, through: 4, rows: [row(1, "lifted", true)] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: { token: SAYS_NOTHING }, invalid: "token" });
    mirror.apply(mirror.ask(T), changes({ since: 4, through: 5, rows: [row(1, "lifted")] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: {}, invalid: undefined });
  });
});

describe("freshness", () => {
  it.each([
    [0, true],
    [B - 1, true],
    [B, false],
  ])("lasts for less than B from when the question was sent: %d ms after is %s", (age, fresh) => {
    const mirror = loaded();
    expect(isFresh(mirror, T + age)).toBe(fresh);
    expect(mirror.asOf(T + age)).toBe(fresh ? T : undefined);
  });

  it("is counted from when the question was sent, however late its answer arrives", () => {
    const mirror = new Mirror(B);
    const asked = mirror.ask(T);
    expect(mirror.apply(asked, changes({ since: 0, through: 0 }), T + B)).toBe("complete");
    expect(isFresh(mirror, T + B)).toBe(false);
  });

  it.each([
    [0, true],
    [1, false],
  ])("is less by the age of what the ledger knows: with %d ms, %s at B - 1", (age, fresh) => {
    const mirror = new Mirror(B);
    mirror.apply(mirror.ask(T), changes({ since: 0, through: 0, age }), T);
    expect(isFresh(mirror, T + B - 1)).toBe(fresh);
  });

  it("does not come from a part of the truth", () => {
    const mirror = new Mirror(B);
    const part = changes({ since: 0, through: 1, rows: [row(1)], complete: false });
    expect(mirror.apply(mirror.ask(T), part, T)).toBe("more");
    expect(isFresh(mirror, T)).toBe(false);
    expect(found(mirror, 1)).toEqual(REVOKED);
    mirror.apply(mirror.ask(T + 1), changes({ since: 1, through: 2, rows: [row(2)] }), T + 1);
    expect(mirror.asOf(T + 1)).toBe(T + 1);
  });

  it("stays as it was while a part of the changes is known", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T + 1_000), changes({ since: 2, through: 3, rows: [row(3)], complete: false }), T + 1_000);
    expect(mirror.asOf(T + 1_000)).toBe(T);
    expect(found(mirror, 3)).toEqual(REVOKED);
  });

  it("never goes back to an older answer", () => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 10), changes({ since: 2, through: 2, age: 4_000 }), T + 10)).toBe("complete");
    expect(mirror.asOf(T + 10)).toBe(T);
  });

  it("ends when the clock is seen to go back, until a question that was sent after that is answered", () => {
    const mirror = loaded();
    const before = mirror.ask(T + 100);
    expect(isFresh(mirror, T + 99)).toBe(false);
    expect(isFresh(mirror, T + 100)).toBe(false);
    expect(mirror.apply(before, changes({ since: 2, through: 2 }), T + 100)).toBe("complete");
    expect(isFresh(mirror, T + 100)).toBe(false);
    mirror.apply(mirror.ask(T + 101), changes({ since: 2, through: 2 }), T + 101);
    expect(mirror.asOf(T + 101)).toBe(T + 101);
  });

  it.each([
    [60_000, "complete"],
    [60_001, "anew"],
  ])(
    "needs a new load when the clock was ahead, since records may be gone too soon: by %d ms, %s",
    (ahead, outcome) => {
      const mirror = loaded();
      mirror.apply(mirror.ask(T + ahead), changes({ since: 2, through: 2 }), T + ahead);
      expect(mirror.apply(mirror.ask(T), changes({ since: 2, through: 2 }), T)).toBe(outcome);
      expect(isFresh(mirror, T)).toBe(outcome === "complete");
      expect(found(mirror, 1)).toEqual(REVOKED);
      const { since } = mirror.question;
      expect(since).toBe(outcome === "complete" ? 2 : 0);
      expect(mirror.apply(mirror.ask(T), changes({ since, through: 2 }), T)).toBe("complete");
      expect(isFresh(mirror, T)).toBe(true);
    },
  );

  it("is not lost to a clock that stands still", () => {
    const mirror = loaded();
    expect([isFresh(mirror, T + 1), isFresh(mirror, T + 1)]).toEqual([true, true]);
  });
});

describe("an answer changes nothing, not even freshness, when", () => {
  it.each<[string, FeedAnswer]>([
    ["it leaves a gap in the numbering", changes({ since: 3, through: 4, rows: [row(9)] })],
    ["it begins before what is known", changes({ since: 1, through: 4, rows: [row(9)] })],
    ["it goes back", changes({ since: 2, through: 1, rows: [row(9)] })],
    ["it is a part that leads nowhere", changes({ since: 2, through: 2, rows: [row(9)], complete: false })],
    ["its knowledge comes from the future", changes({ since: 2, through: 3, rows: [row(9)], age: -1 })],
    ["its age is no number", changes({ since: 2, through: 3, rows: [row(9)], age: Number.NaN })],
    ["the ledger is still reading what is in KV", { kind: "starting" }],
    ["its end is no number", changes({ since: 2, through: Number.NaN, rows: [row(9)] })],
  ])("%s", (_, answer) => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 1), answer, T + 1)).toBe("unusable");
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.asOf(T + 1)).toBe(T);
    expect(mirror.question.since).toBe(2);
  });

  it("its page is cut off", () => {
    const mirror = loaded();
    const answer = changes({ since: 2, through: 4, rows: [row(9), row(10)] });
    const cut = { ...answer, page: writePage([row(9), row(10)]).subarray(0, 71) } as FeedAnswer;
    expect(() => mirror.apply(mirror.ask(T + 1), cut, T + 1)).toThrow(RangeError);
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.asOf(T + 1)).toBe(T);
    expect(mirror.question.since).toBe(2);
  });

  it.each<[string, FeedAnswer]>([
    ["changes", changes({ since: 2, through: 3, rows: [row(1, "lifted")] })],
    ["a reset", { kind: "reset", ledger: "ledger-2" }],
    ["an overflow", { kind: "overflow", ledger: "ledger-1" }],
    ["another ledger", changes({ since: 2, through: 3, ledger: "ledger-2" })],
  ])("it comes late, after a newer one: %s", (_, late) => {
    const mirror = loaded();
    const asked = mirror.ask(T + 1);
    const newer = changes({ since: 2, through: 4, rows: [row(1, version(7))] });
    expect(mirror.apply(mirror.ask(T + 2), newer, T + 3)).toBe("complete");
    expect(mirror.apply(asked, late, T + 4)).toBe("unusable");
    expect(found(mirror, 1)).toEqual(version(7));
    expect(mirror.asOf(T + 4)).toBe(T + 2);
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 4, forgotten: 0 });
  });

  it("it is the first page of a load that has gone on meanwhile", () => {
    const mirror = new Mirror(B);
    const [slow, quick] = [mirror.ask(T), mirror.ask(T + 1)];
    mirror.apply(quick, changes({ since: 0, through: 5, rows: [row(1)], complete: false }), T + 2);
    expect(mirror.apply(slow, changes({ since: 0, through: 4 }), T + 3)).toBe("unusable");
    expect(isFresh(mirror, T + 3)).toBe(false);
  });
});

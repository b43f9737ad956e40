import { describe, expect, it } from "vitest";
import { Freshness } from "../../../src/revocation/freshness.ts";

const BOUND = 1_000;

/** Everything is known as of 5 s. */
function provenAtFive(): Freshness {
  const freshness = new Freshness(BOUND);
  freshness.prove(5_000, freshness.see(5_000));
  return freshness;
}

describe("knowledge", () => {
  it("is there as of no time, before anything was proven", () => {
    const freshness = new Freshness(BOUND);
    expect(freshness.asOf(0)).toBeUndefined();
    expect(freshness.age(0)).toBeUndefined();
  });

  it.each([
    ["at once", 5_000, 5_000],
    ["a moment before the bound", 5_999, 5_000],
    ["a fraction before the bound", 5_999.999, 5_000],
    ["at the bound", 6_000, undefined],
    ["after the bound", 6_001, undefined],
  ])("counts until it is as old as the bound: %s", (_when, now, expected) => {
    expect(provenAtFive().asOf(now)).toBe(expected);
  });

  it("has an age even when it no longer counts", () => {
    expect(provenAtFive().age(5_000)).toBe(0);
    expect(provenAtFive().age(7_500)).toBe(2_500);
  });

  it("is not good before the time at which it was asked for", () => {
    const freshness = new Freshness(BOUND);
    freshness.prove(5_000, freshness.see(4_000));
    expect(freshness.asOf(4_999)).toBeUndefined();
    expect(freshness.asOf(5_000)).toBe(5_000);
  });

  it.each([
    ["a newer time moves it on", 5_100, 5_100],
    ["an older time changes nothing", 4_900, 5_000],
  ])("of one time and another: %s", (_what, asOf, expected) => {
    const freshness = provenAtFive();
    freshness.prove(asOf, freshness.see(5_200));
    expect(freshness.asOf(5_300)).toBe(expected);
  });

  it("is gone when it is lost, until something is proven again", () => {
    const freshness = provenAtFive();
    freshness.lose();
    expect(freshness.asOf(5_000)).toBeUndefined();
    freshness.prove(4_900, freshness.see(5_100));
    expect(freshness.asOf(5_100)).toBe(4_900);
  });
});

describe("a clock that goes back", () => {
  it("takes all knowledge along", () => {
    const freshness = provenAtFive();
    freshness.see(4_999);
    expect(freshness.asOf(5_000)).toBeUndefined();
  });

  it("is noticed by whoever asks for knowledge or its age", () => {
    const asked = provenAtFive();
    asked.asOf(5_500);
    expect(asked.asOf(5_499)).toBeUndefined();
    const aged = provenAtFive();
    aged.age(5_500);
    expect(aged.age(5_499)).toBeUndefined();
  });

  it("does not go back when it stands still", () => {
    const freshness = provenAtFive();
    expect(freshness.see(5_000)).toBe(0);
    expect(freshness.asOf(5_000)).toBe(5_000);
  });

  it("makes worthless what was measured before", () => {
    const freshness = new Freshness(BOUND);
    const before = freshness.see(5_000);
    expect(freshness.see(4_000)).toBe(1);
    freshness.prove(3_999, before);
    expect(freshness.asOf(4_001)).toBeUndefined();
    freshness.prove(4_001, freshness.see(4_001));
    expect(freshness.asOf(4_002)).toBe(4_001);
  });

  it("is counted each time, and only when it goes back", () => {
    const freshness = new Freshness(BOUND);
    expect([5_000, 4_000, 4_500, 4_499, 4_499, 9_000].map((now) => freshness.see(now))).toEqual([0, 1, 1, 2, 2, 2]);
  });
});

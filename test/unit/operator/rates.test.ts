import { describe, expect, it } from "vitest";
import { FailureCount } from "../../../src/operator/failure-count.ts";
import { RateLimit } from "../../../src/operator/rate-limit.ts";
import { RecentlyEnded } from "../../../src/operator/recently-ended.ts";

const T = 1_800_000_000_000;

describe("a rate", () => {
  it("is 100 at once and 50 a second, and what is refused costs nothing", () => {
    const rates = new RateLimit();
    expect([rates.take("a", 100, T), rates.take("a", 1, T), rates.take("a", 51, T)]).toEqual([0, 1, 2]);
    expect([rates.take("a", 50, T + 999), rates.take("a", 50, T + 1_000)]).toEqual([1, 0]);
    expect([rates.take("a", 101, T + 60_000), rates.take("a", 100, T + 60_000)]).toEqual([1, 0]);
  });

  it("is not raised by a clock that was set back", () => {
    const rates = new RateLimit();
    rates.take("a", 100, T);
    expect(rates.take("a", 1, T - 60_000)).toBe(1);
  });

  it("is still known of those who asked just now when very many have asked", () => {
    const rates = new RateLimit();
    for (let name = 0; name < 999; name++) rates.take(String(name), 1, T - 2_000);
    rates.take("a", 100, T);
    rates.take("b", 1, T);
    expect(rates.take("a", 1, T)).toBe(1);
  });
});

describe("a count of failures", () => {
  it("is told at once, then once a minute", () => {
    const failures = new FailureCount();
    expect([failures.add(T), failures.add(T), failures.add(T + 59_999), failures.add(T + 60_000)]).toEqual([
      1, 0, 0, 3,
    ]);
    expect(failures.add(T + 119_999)).toBe(0);
  });

  it("goes on after a clock was set back", () => {
    const failures = new FailureCount();
    failures.add(T);
    expect(failures.add(T - 60_000)).toBe(1);
  });
});

it("what ended is remembered for ten seconds, by a clock that was set back as well", () => {
  const ended = new RecentlyEnded();
  ended.add("a", T);
  expect([T, T + 9_999, T + 10_000, T - 10_000].map((now) => ended.has("a", now))).toEqual([true, true, false, false]);
  expect(ended.has("b", T)).toBe(false);
});

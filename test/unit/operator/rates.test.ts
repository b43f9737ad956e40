import { describe, expect, it } from "vitest";
import { RateLimit } from "../../../src/operator/rate-limit.ts";
import { RecentlyEnded } from "../../../src/operator/recently-ended.ts";
import { TurnedAwayCount } from "../../../src/operator/turned-away.ts";

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

  it("may be taken beyond what there is, and whoever asks next waits for it", () => {
    const rates = new RateLimit();
    rates.charge("a", 0, T);
    rates.charge("a", 200, T);
    expect([rates.take("a", 1, T), rates.take("a", 1, T + 2_000), rates.take("a", 1, T + 2_020)]).toEqual([3, 1, 0]);
  });

  it("is still known of those who asked just now when very many have asked", () => {
    const rates = new RateLimit();
    for (let name = 0; name < 999; name++) rates.take(String(name), 1, T - 2_000);
    rates.take("a", 100, T);
    rates.take("b", 1, T);
    expect(rates.take("a", 1, T)).toBe(1);
  });
});

describe("rates of more names than are remembered", () => {
  const fill = (rates: RateLimit, from: number, to: number, now: number) => {
    for (let name = from; name < to; name++) rates.take(String(name), 100, now);
  };

  it("are those of all who asked last", () => {
    const rates = new RateLimit();
    fill(rates, 0, 1_001, T);
    expect([1, 2, 999, 1_000].map((name) => rates.take(String(name), 1, T))).toEqual([1, 1, 1, 1]);
    expect(rates.take("0", 1, T)).toBe(0);
  });

  it("are those of whoever asked again, and not of who asked first", () => {
    const rates = new RateLimit();
    fill(rates, 0, 1_000, T);
    rates.charge("0", 1, T);
    rates.take("new", 1, T);
    expect([rates.take("0", 1, T), rates.take("1", 1, T)]).toEqual([1, 0]);
  });
});

describe("a count of requests that were turned away", () => {
  const stranger = { op: "authenticate", by: null, via: null, problem: "unauthorized", from: null } as const;
  const ada = { op: "request", by: "ada", via: "secret", problem: "too_many_requests", from: "203.0.113.7" } as const;

  it("is told at once, then once a minute", () => {
    const count = new TurnedAwayCount();
    const told = [T, T, T + 59_999, T + 60_000, T + 119_999].map((now) => count.add(stranger, now));
    expect(told).toEqual([[{ ...stranger, times: 1 }], [], [], [{ ...stranger, times: 3 }], []]);
  });

  it("keeps people, credentials and reasons apart, and tells of all that are due", () => {
    const count = new TurnedAwayCount();
    const sorts = [ada, { ...ada, via: "token" }, { ...ada, problem: "cross_site_request" }, stranger] as const;
    for (const sort of sorts) expect(count.add(sort, T)).toEqual([{ ...sort, times: 1 }]);
    for (const sort of sorts) expect(count.add(sort, T)).toEqual([]);
    expect(count.add(stranger, T + 60_000)).toEqual([
      ...sorts.slice(0, 3).map((sort) => ({ ...sort, times: 1 })),
      { ...stranger, times: 2 },
    ]);
  });

  it("has the address of the last of them", () => {
    const count = new TurnedAwayCount();
    for (const from of ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) count.add({ ...ada, from }, T);
    expect(count.add({ ...ada, from: null }, T + 60_000)).toEqual([{ ...ada, from: null, times: 3 }]);
  });

  it("goes on after a clock was set back", () => {
    const count = new TurnedAwayCount();
    count.add(stranger, T);
    expect(count.add(stranger, T - 60_000)).toEqual([{ ...stranger, times: 1 }]);
  });

  it("leaves names out when there are too many, rather than remember them all", () => {
    const count = new TurnedAwayCount();
    for (let name = 0; name < 100; name++) {
      const named = { ...ada, by: `user-${name}` };
      expect(count.add(named, T)).toEqual([{ ...named, times: 1 }]);
    }
    expect(count.add(ada, T)).toEqual([{ ...ada, by: null, via: null, times: 1 }]);
    expect(count.add({ ...ada, by: "bob" }, T)).toEqual([]);
    expect(count.add(ada, T + 60_000)).toContainEqual({ ...ada, times: 1 });
  });

  it("keeps the names of people with a role, however many there are without one", () => {
    const count = new TurnedAwayCount();
    for (let name = 0; name < 2_000; name++) {
      count.add({ ...stranger, by: `user-${name}`, via: "token", problem: "forbidden" }, T);
    }
    expect(count.add(ada, T)).toEqual([{ ...ada, times: 1 }]);
  });

  it("has few things to tell at a time, however many were turned away", () => {
    const count = new TurnedAwayCount();
    const crowd = (now: number) => {
      for (let name = 0; name < 2_000; name++) {
        count.add({ ...ada, by: `user-${name}` }, now);
        count.add({ ...stranger, by: `user-${name}`, via: "token" }, now);
      }
    };
    crowd(T);
    crowd(T + 1);
    const told = count.add(stranger, T + 60_001);
    expect(told).toHaveLength(202);
    expect(told.reduce((sum, { times }) => sum + times, 0)).toBe(2 * 4_000 - 202 + 1);
  });
});

it("what ended is remembered for ten seconds, by a clock that was set back as well", () => {
  const ended = new RecentlyEnded();
  ended.add("a", T);
  expect([T, T + 9_999, T + 10_000, T - 10_000].map((now) => ended.has("a", now))).toEqual([true, true, false, false]);
  expect(ended.has("b", T)).toBe(false);
});

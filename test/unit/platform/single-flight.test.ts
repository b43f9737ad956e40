import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SingleFlight } from "../../../src/platform/single-flight.ts";
import { gate } from "../keys/network.ts";

const never = new Promise<never>(() => {});

/** Work that was handed to the platform. */
function lifetime() {
  const work: Promise<unknown>[] = [];
  return { work, waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
}

describe("callers at the same time", () => {
  it("share one load", async () => {
    const flight = new SingleFlight();
    const load = vi.fn(async () => {});
    await Promise.all(Array.from({ length: 50 }, () => flight.run(lifetime(), load)));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("tie the load to the first of them, so that it may outlive that request", async () => {
    const flight = new SingleFlight();
    const [first, second] = [lifetime(), lifetime()];
    await Promise.all([flight.run(first, async () => {}), flight.run(second, async () => {})]);
    expect(first.work).toHaveLength(1);
    expect(second.work).toHaveLength(0);
  });
});

it("loads again after a load has ended", async () => {
  const flight = new SingleFlight();
  const load = vi.fn(async () => {});
  await flight.run(lifetime(), load);
  await flight.run(lifetime(), load);
  expect(load).toHaveBeenCalledTimes(2);
});

it("is under way from the start of a load to its end", async () => {
  const flight = new SingleFlight();
  const { opened, open } = gate();
  expect(flight.isUnderWay).toBe(false);
  const running = flight.run(lifetime(), () => opened);
  expect(flight.isUnderWay).toBe(true);
  open();
  await running;
  expect(flight.isUnderWay).toBe(false);
});

describe("in the background", () => {
  it("a load starts without anybody waiting, tied to the request", async () => {
    const flight = new SingleFlight();
    const request = lifetime();
    const load = vi.fn(async () => {});
    expect(flight.runInBackground(request, load)).toBeUndefined();
    await Promise.all(request.work);
    expect(load).toHaveBeenCalledTimes(1);
    expect(request.work).toHaveLength(1);
  });

  it("no second load starts beside one under way", async () => {
    const flight = new SingleFlight();
    const { opened, open } = gate();
    const [first, second] = [vi.fn(() => opened), vi.fn(() => opened)];
    flight.runInBackground(lifetime(), first);
    flight.runInBackground(lifetime(), second);
    const joined = flight.run(lifetime(), second);
    open();
    await joined;
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).not.toHaveBeenCalled();
  });
});

describe("when the request that leads is gone and its load never settles", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("those who joined load for themselves, together, after 3.5 seconds", async () => {
    const flight = new SingleFlight();
    void flight.run(lifetime(), () => never);
    const load = vi.fn(async () => {});
    const followers = Promise.all(Array.from({ length: 10 }, () => flight.run(lifetime(), load)));
    await vi.advanceTimersByTimeAsync(3_499);
    expect(load).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await followers;
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("those who notice after that load has ended go with it, too", async () => {
    const flight = new SingleFlight();
    void flight.run(lifetime(), () => never);
    const load = vi.fn(async () => {});
    const first = flight.run(lifetime(), load);
    await vi.advanceTimersByTimeAsync(1_000);
    const second = flight.run(lifetime(), load);
    await vi.advanceTimersByTimeAsync(3_500);
    await Promise.all([first, second]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("those who come later do not join it", async () => {
    const flight = new SingleFlight();
    void flight.run(lifetime(), () => never);
    vi.setSystemTime(Date.now() + 3_499);
    expect(flight.isUnderWay).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(flight.isUnderWay).toBe(false);
    const load = vi.fn(async () => {});
    await flight.run(lifetime(), load);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("its late end does not disturb the load that took its place", async () => {
    const flight = new SingleFlight();
    const { opened, open } = gate();
    const lost = flight.run(lifetime(), () => opened);
    vi.setSystemTime(Date.now() + 3_500);
    const second = gate();
    const current = flight.run(lifetime(), () => second.opened);
    open();
    await lost;
    expect(flight.isUnderWay).toBe(true);
    second.open();
    await current;
    expect(flight.isUnderWay).toBe(false);
  });
});

it("heals at once when the platform rejects the promise of a request that is gone", async () => {
  const flight = new SingleFlight();
  const gone = gate();
  const leader = flight.run(lifetime(), () => gone.opened.then(() => Promise.reject(new Error("request has ended"))));
  const load = vi.fn(async () => {});
  const follower = flight.run(lifetime(), load);
  gone.open();
  await expect(leader).rejects.toThrow("has ended");
  await follower;
  expect(load).toHaveBeenCalledTimes(1);
});

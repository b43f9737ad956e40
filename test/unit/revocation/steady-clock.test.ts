import { describe, expect, it } from "vitest";
import { LAG, SteadyClock } from "../../../src/revocation/steady-clock.ts";
import { B, BOUNDED_OR_DENY, warm } from "./mirror-fixture.ts";

/** What a steady clock makes of these readings. */
function steady(...readings: readonly number[]): number[] {
  let next = 0;
  const clock = new SteadyClock({ now: () => readings[next++] ?? Number.NaN, after: () => () => {} });
  return readings.map(() => clock.now());
}

describe("requests of one isolate", () => {
  it("have one time, although the platform shows some of them an earlier one", () => {
    expect(steady(1_000, 999, 1_001, 1_000, 1_002)).toEqual([1_000, 1_000, 1_001, 1_001, 1_002]);
  });

  it.each([
    ["not noticed", 5_000 - LAG, 5_000],
    ["noticed", 5_000 - LAG - 1, 5_000 - LAG - 1],
  ])("see that the clock was set back by more than they lag behind each other: %s", (_what, reading, time) => {
    expect(steady(5_000, reading)).toEqual([5_000, time]);
  });

  it("go on from a clock that was set back", () => {
    expect(steady(5_000, 1_000, 1_001, 1_000)).toEqual([5_000, 1_000, 1_001, 1_001]);
  });
});

describe("a mirror", () => {
  it("stays fresh when a request reads a time that another one has seen pass", async () => {
    const isolate = await warm();
    await isolate.clock.advance(500);
    await isolate.lookUp(BOUNDED_OR_DENY);
    isolate.clock.setBack(LAG);
    expect(await isolate.lookUp(BOUNDED_OR_DENY)).toMatchObject({ status: "known", source: "mirror" });
  });

  it("is relied on for that much less than the bound", async () => {
    const isolate = await warm();
    isolate.ledger.answer = () => new Promise(() => {});
    await isolate.clock.advance(B - 1);
    expect(await isolate.lookUp(BOUNDED_OR_DENY)).toMatchObject({ status: "known" });
  });
});

import { describe, expect, it } from "vitest";
import { PageCache } from "../../../src/ledger/page-cache.ts";

const T = 1_800_000_000_000;
const full = (since: number, readAt = T, ledger = "L") => ({
  ledger,
  through: since + 1,
  page: new Uint8Array(),
  readAt,
});

function filled(pages: number): PageCache {
  const cache = new PageCache();
  for (let since = 0; since < pages; since++) cache.put(since, full(since));
  return cache;
}

describe("full pages that were read lately", () => {
  it.each([
    [59_999, true],
    [60_000, false],
    [-59_999, true],
    [-60_000, false],
  ])("are used again for a minute, whichever way the clock went: after %d ms %s", (later, used) => {
    expect(filled(1).get("L", 0, T + later) !== undefined).toBe(used);
  });

  it("are of one ledger", () => {
    expect(filled(1).get("another", 0, T)).toBeUndefined();
  });

  it("are replaced by newer ones", () => {
    const cache = filled(64);
    cache.put(5, full(5, T + 50_000));
    expect(cache.get("L", 5, T + 70_000)).toMatchObject({ readAt: T + 50_000 });
  });

  it("are the first 64 of a load, so that the next load finds them", () => {
    const cache = filled(200);
    const kept = Array.from({ length: 200 }, (_, since) => since).filter((since) => cache.get("L", since, T));
    expect(kept).toEqual(Array.from({ length: 64 }, (_, since) => since));
  });

  it.each([
    ["too old", full(100, T + 60_000)],
    ["another ledger's", full(100, T, "another")],
  ])("make room when they are %s", (_why, page) => {
    const cache = filled(64);
    cache.put(100, page);
    expect(cache.get(page.ledger, 100, page.readAt)).toBe(page);
  });
});

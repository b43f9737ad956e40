import { describe, expect, it } from "vitest";
import { SeenTwice } from "../../../src/model/seen-twice.ts";

function memory(entries = 8, characters = 1_000): SeenTwice<number> {
  return new SeenTwice({ entries, characters });
}

/** Which of the keys are still known, without counting as use: a miss changes nothing, a hit is final. */
function known(seen: SeenTwice<number>, ...keys: string[]): string[] {
  return keys.filter((key) => seen.get(key) !== undefined);
}

it("gives back what was set, and nothing else", () => {
  const seen = memory();
  seen.set("a", 1);
  expect(seen.get("a")).toBe(1);
  expect(seen.get("b")).toBeUndefined();
});

it("replaces a value wherever it is", () => {
  const seen = memory();
  seen.set("a", 1);
  seen.set("a", 2);
  expect(seen.get("a")).toBe(2);
  seen.set("a", 3);
  expect(seen.get("a")).toBe(3);
});

it("forgets what is deleted, seen once or again", () => {
  const seen = memory();
  seen.set("a", 1);
  seen.delete("a");
  expect(seen.get("a")).toBeUndefined();
  seen.set("a", 1);
  seen.get("a");
  seen.delete("a");
  expect(seen.get("a")).toBeUndefined();
});

describe("a flood of new keys", () => {
  it("leaves a quarter of the entries for them and drives out the oldest first", () => {
    const seen = memory();
    for (const key of ["a", "b", "c"]) seen.set(key, 1);
    expect(known(seen, "a", "b", "c")).toEqual(["b", "c"]);
  });

  it("does not touch what was asked for before", () => {
    const seen = memory();
    seen.set("regular", 1);
    seen.get("regular");
    for (let i = 0; i < 10_000; i++) seen.set(`new ${i}`, 1);
    expect(seen.get("regular")).toBe(1);
  });

  it("that each come twice drives out what was used longest ago", () => {
    const seen = memory();
    for (const key of ["a", "b", "c", "d", "e", "f"]) {
      seen.set(key, 1);
      seen.get(key);
    }
    seen.get("a");
    seen.set("g", 1);
    seen.get("g");
    expect(known(seen, "a", "b", "g")).toEqual(["a", "g"]);
  });
});

describe("regulars", () => {
  const FLOODS = [1, 2, 3, 5].flatMap((uses) => [1, 2].map((pause) => [uses, pause, 700] as const));

  it.each([...FLOODS, [3, 2, 40_000]] as const)(
    "are all known when new keys come %i times each, and one of them after every %i of these, of %i characters",
    (uses, pause, length) => {
      const seen = memory(1_000, 10_000_000);
      const regulars = Array.from({ length: length > 1_000 ? 30 : 200 }, (_, index) =>
        `regular ${index}`.padEnd(length),
      );
      const use = (key: string) => {
        const value = seen.get(key);
        if (value === undefined) seen.set(key, 1);
        return value;
      };
      for (const regular of [...regulars, ...regulars]) use(regular);
      let missed = 0;
      for (let index = 0; index < 4_000; index++) {
        for (let used = 0; used < uses; used++) use(`new ${index}`.padEnd(length));
        if (index % pause > 0) continue;
        if (use(regulars[(index / pause) % regulars.length] as string) === undefined) missed++;
      }
      expect(missed).toBe(0);
    },
  );

  it("stay while they are used, and make room in turn", () => {
    const seen = memory();
    for (const key of ["a", "b", "c", "d", "e", "f"]) {
      seen.set(key, 1);
      seen.get(key);
    }
    for (let i = 0; i < 100; i++) {
      seen.get("a");
      seen.set(`new ${i}`, 1);
      seen.get(`new ${i}`);
    }
    expect(known(seen, "a", "b", "c", "new 98", "new 99")).toEqual(["a", "new 98", "new 99"]);
  });

  it("give way to a new one even when all of them were used lately", () => {
    const seen = memory();
    for (const key of ["a", "b", "c", "d", "e", "f"]) {
      seen.set(key, 1);
      seen.get(key);
      seen.get(key);
    }
    seen.set("g", 1);
    seen.get("g");
    expect(known(seen, "a", "b", "g")).toEqual(["b", "g"]);
  });
});

describe("the length of keys", () => {
  it("is limited, however few they are", () => {
    const seen = memory(8, 40);
    seen.set("x".repeat(6), 1);
    seen.set("y".repeat(5), 1);
    expect(known(seen, "x".repeat(6), "y".repeat(5))).toEqual(["y".repeat(5)]);
  });

  it("at the limit is no reason to forget", () => {
    const seen = memory(8, 40);
    seen.set("x".repeat(5), 1);
    seen.set("y".repeat(5), 1);
    expect(known(seen, "x".repeat(5), "y".repeat(5))).toHaveLength(2);
  });

  it("is limited to three quarters for what was asked for again", () => {
    const seen = memory(100, 40);
    const keys = ["a", "b", "c", "d"].map((letter) => letter.repeat(10));
    for (const key of keys.slice(0, 3)) {
      seen.set(key, 1);
      seen.get(key);
    }
    expect(known(seen, ...keys)).toEqual(keys.slice(0, 3));
    seen.set("d".repeat(10), 1);
    seen.get("d".repeat(10));
    expect(known(seen, ...keys)).toEqual(keys.slice(1));
  });

  it("counts once, however often a key is set", () => {
    const seen = memory(8, 40);
    for (let i = 0; i < 3; i++) seen.set("x".repeat(5), i);
    seen.set("y".repeat(5), 1);
    expect(known(seen, "x".repeat(5), "y".repeat(5))).toHaveLength(2);
  });

  it("over the limit by itself is never kept, and drives nothing out", () => {
    const seen = memory(8, 40);
    seen.set("y", 1);
    seen.set("x".repeat(11), 1);
    expect(known(seen, "x".repeat(11), "y")).toEqual(["y"]);
  });

  it("counts only while a key is there", () => {
    const seen = memory(8, 40);
    for (let i = 0; i < 100; i++) {
      seen.set("x".repeat(10), i);
      seen.delete("x".repeat(10));
    }
    seen.set("y".repeat(10), 1);
    expect(seen.get("y".repeat(10))).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import type { RevocationRecord } from "../../../src/model/revocation.ts";
import { MirrorTable } from "../../../src/revocation/mirror-table.ts";
import { randomFrom, randomRecord, SAYS_NOTHING, word } from "./random-records.ts";

const NOW = 1_800_000_000;
const REVOKED: RevocationRecord = { ...SAYS_NOTHING, revoked: true };

describe("a table of records", () => {
  it("has nothing to begin with", () => {
    const table = new MirrorTable();
    expect(table.get(0, 0)).toBeUndefined();
    expect(table.size).toBe(0);
    table.delete(0, 0);
    expect(table.size).toBe(0);
  });

  it.each([
    [0, 0],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 31, 2 ** 31],
  ])("takes any id: %d %d", (high, low) => {
    const table = new MirrorTable();
    table.set(high, low, REVOKED, false, NOW);
    expect(table.get(high, low)).toEqual({ record: REVOKED, invalid: false });
    expect(table.get(high ^ 1, low)).toBeUndefined();
    expect(table.get(high, low ^ 64)).toBeUndefined();
  });

  it.each<[string, RevocationRecord]>([
    ["a revocation without an end", REVOKED],
    ...[0, -0, 0.5, 1, NOW + 0.25, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 53, Number.MAX_VALUE].map(
      (until): [string, RevocationRecord] => [`a revocation until ${until}`, { ...REVOKED, until }],
    ),
    ["a cut-off at the beginning of time", { ...SAYS_NOTHING, issuedBefore: 0 }],
    ["a cut-off with a fraction", { ...SAYS_NOTHING, issuedBefore: NOW + 0.123456, until: NOW + 9 }],
    ["version 0", { ...SAYS_NOTHING, minimumTokenVersion: 0 }],
    ["the highest version", { ...SAYS_NOTHING, minimumTokenVersion: Number.MAX_SAFE_INTEGER, until: NOW }],
    ["both restrictions", { revoked: false, issuedBefore: 1.5, minimumTokenVersion: 3, until: 2 ** 40 }],
    ["no restriction at all", SAYS_NOTHING],
  ])("gives back exactly %s", (_, record) => {
    const table = new MirrorTable();
    for (const invalid of [false, true]) {
      table.set(1, 2, record, invalid, NOW);
      expect(table.get(1, 2)).toStrictEqual({ record, invalid });
    }
    expect(table.size).toBe(1);
  });

  it("merges with what it has, and keeps that something cannot be read", () => {
    const table = new MirrorTable();
    table.merge(1, 2, { ...SAYS_NOTHING, issuedBefore: 5 }, true, NOW);
    table.merge(1, 2, { ...SAYS_NOTHING, minimumTokenVersion: 3 }, false, NOW);
    expect(table.get(1, 2)).toEqual({
      record: { ...SAYS_NOTHING, issuedBefore: 5, minimumTokenVersion: 3 },
      invalid: true,
    });
  });

  it("merges all of another one", () => {
    const [table, other] = [new MirrorTable(), new MirrorTable()];
    table.set(1, 1, { ...SAYS_NOTHING, issuedBefore: 5 }, false, NOW);
    other.set(1, 1, { ...SAYS_NOTHING, issuedBefore: 6 }, false, NOW);
    other.set(2, 2, REVOKED, false, NOW);
    table.mergeAll(other, NOW);
    expect(table.get(1, 1)?.record.issuedBefore).toBe(6);
    expect(table.get(2, 2)?.record).toEqual(REVOKED);
    expect(table.size).toBe(2);
  });

  it("finds entries that stand in each other's way after any of them was deleted", () => {
    // All have their home in the last slots, so that they run over the end of the table.
    for (let removed = 0; removed < 20; removed++) {
      const table = new MirrorTable();
      const idOf = (index: number) => [index, 61 + (index % 3)] as const;
      for (let index = 0; index < 20; index++) table.set(...idOf(index), REVOKED, false, NOW);
      table.delete(...idOf(removed));
      for (let index = 0; index < 20; index++) expect(table.get(...idOf(index)) !== undefined).toBe(index !== removed);
    }
  });
});

describe("expired records", () => {
  const many = 64;

  /** Fills the table until it has been rebuilt. */
  function crowd(table: MirrorTable, now: number): void {
    for (let index = 0; index < many; index++) table.set(index, index, REVOKED, false, now);
  }

  it.each<[string, Partial<RevocationRecord>, boolean]>([
    ["a token", { revoked: true }, false],
    ["a cut-off", { issuedBefore: 5 }, false],
  ])("go a minute after their end and not before, when room is needed: %s", (_, says, invalid) => {
    for (const [until, kept] of [
      [NOW - 60, false],
      [NOW - 59, true],
    ] as const) {
      const table = new MirrorTable();
      table.set(1_000, 1_000, { ...SAYS_NOTHING, ...says, until }, invalid, NOW - 1_000);
      crowd(table, NOW);
      expect(table.get(1_000, 1_000) !== undefined).toBe(kept);
    }
  });

  it.each<[string, RevocationRecord, boolean]>([
    ["has no end", REVOKED, false],
    ["cannot be read", { ...REVOKED, until: 1 }, true],
  ])("do not count one that %s", (_, record, invalid) => {
    const table = new MirrorTable();
    table.set(1_000, 1_000, record, invalid, NOW);
    crowd(table, 2 ** 40);
    expect(table.get(1_000, 1_000)).toEqual({ record, invalid });
  });
});

describe("room", () => {
  it("of records that changed or were deleted is used again", () => {
    const random = randomFrom(5);
    const table = new MirrorTable();
    const fill = () => {
      for (let index = 0; index < 1_000; index++) {
        table.set(index, index, randomRecord("subject", random), random() < 0.5, 0);
      }
    };
    fill();
    const { bytes } = table;
    for (let round = 0; round < 50; round++) {
      fill();
      for (let index = 0; index < 1_000; index += 2) table.delete(index, index);
      fill();
    }
    expect(table.bytes).toBe(bytes);
  });

  it.each([
    [100_000, 10_000_000],
    [1_000_000, 45_000_000],
  ])(
    "for %d records, nine in ten of them tokens, is at most %d bytes, and all are found",
    { timeout: 120_000 },
    (count, limit) => {
      const random = randomFrom(count);
      const table = new MirrorTable();
      for (let index = 0; index < count; index++) {
        const until = NOW + index;
        const record =
          index % 10 === 0 ? { ...SAYS_NOTHING, minimumTokenVersion: index, until } : { ...REVOKED, until };
        table.set(word(random), word(random), record, false, NOW);
      }
      expect(table.size).toBe(count);
      expect(table.bytes).toBeLessThanOrEqual(limit);
      const again = randomFrom(count);
      let wrong = 0;
      for (let index = 0; index < count; index++) {
        const entry = table.get(word(again), word(again));
        if (entry?.record.until !== NOW + index || entry.record.revoked !== (index % 10 !== 0)) wrong++;
      }
      expect(wrong).toBe(0);
    },
  );
});

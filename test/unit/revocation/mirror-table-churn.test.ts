import { describe, expect, it } from "vitest";
import { RECORD_KINDS, type RevocationRecord } from "../../../src/model/revocation.ts";
import { mergeRecords } from "../../../src/revocation/merge-records.ts";
import { type MirrorEntry, MirrorTable } from "../../../src/revocation/mirror-table.ts";
import { below, randomFrom, randomRecord, SAYS_NOTHING, word } from "./random-records.ts";

const NOW = 1_800_000_000;
const REVOKED: RevocationRecord = { ...SAYS_NOTHING, revoked: true };

/** Milliseconds; it takes one or two seconds on an idle machine. */
const PATIENCE = 120_000;

describe("against a plain map", () => {
  it.each([1, 2, 3])(
    "it is the same after 100,000 random operations with few ids in each other's way (seed %d)",
    { timeout: PATIENCE },
    (seed) => {
      const random = randomFrom(seed);
      const table = new MirrorTable();
      const map = new Map<string, MirrorEntry>();
      for (let step = 0; step < 100_000; step++) {
        // The population grows and shrinks, and homes are few.
        const [high, low] = [below(1 + ((step / 500) % 40), random), 37 * below(64, random)];
        const key = `${high}:${low}`;
        const record = randomRecord(RECORD_KINDS[below(4, random)] ?? "token", random);
        const invalid = random() < 0.1;
        const known = map.get(key);
        const choice = random();
        if (choice < 0.3) {
          table.set(high, low, record, invalid, 0);
          map.set(key, { record, invalid });
        } else if (choice < 0.45) {
          table.merge(high, low, record, invalid, 0);
          map.set(
            key,
            known === undefined
              ? { record, invalid }
              : { record: mergeRecords(known.record, record), invalid: known.invalid || invalid },
          );
        } else if (choice < 0.85) {
          table.delete(high, low);
          map.delete(key);
        } else if (!isSame(table.get(high, low), known)) expect(table.get(high, low), `step ${step}`).toEqual(known);
      }
      expect(table.size).toBe(map.size);
      for (const [key, entry] of map) {
        const [high, low] = key.split(":").map(Number);
        expect(table.get(high as number, low as number)).toStrictEqual(entry);
      }
    },
  );

  it("it has what has not expired after 300,000 records came and went", { timeout: PATIENCE }, () => {
    const random = randomFrom(4);
    const table = new MirrorTable();
    const live = new Map<string, { high: number; low: number; record: RevocationRecord }>();
    for (let second = 0; second < 3_000; second++) {
      const now = NOW + second;
      for (let count = 0; count < 100; count++) {
        const [high, low] = [word(random), word(random)];
        const until = now + 1 + below(300, random) + (random() < 0.1 ? 0.5 : 0);
        const record =
          random() < 0.9
            ? { ...REVOKED, until }
            : { ...SAYS_NOTHING, issuedBefore: now, minimumTokenVersion: 3, until };
        table.set(high, low, record, false, now);
        live.set(`${high}:${low}`, { high, low, record });
      }
      if (second % 100 !== 99) continue;
      for (const [key, { record }] of live) if ((record.until ?? 0) <= now) live.delete(key);
    }
    const lost = [...live.values()].filter(
      ({ high, low, record }) => !isSame(table.get(high, low), { record, invalid: false }),
    );
    expect(lost).toEqual([]);
    // 15,000 records are alive at a time, and what has expired does not make the table grow.
    expect(table.bytes).toBeLessThan(1_500_000);
  });
});

/** Quicker than the test runner's comparison, which is only wanted where it fails. */
function isSame(a: MirrorEntry | undefined, b: MirrorEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const members = ["revoked", "issuedBefore", "minimumTokenVersion", "until"] as const;
  return a.invalid === b.invalid && members.every((member) => Object.is(a.record[member], b.record[member]));
}

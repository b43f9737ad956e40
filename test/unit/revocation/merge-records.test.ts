import { describe, expect, it } from "vitest";
import { RECORD_KINDS, type RevocationRecord } from "../../../src/model/revocation.ts";
import { mergeRecords } from "../../../src/revocation/merge-records.ts";
import { randomFrom, randomRecord, SAYS_NOTHING } from "./random-records.ts";

const REVOKED: RevocationRecord = { ...SAYS_NOTHING, revoked: true };

function says(restrictions: Partial<RevocationRecord>): RevocationRecord {
  return { ...SAYS_NOTHING, ...restrictions };
}

describe("the strictest of two records", () => {
  it.each<[string, RevocationRecord, RevocationRecord, RevocationRecord]>([
    ["has the later cut-off", says({ issuedBefore: 5 }), says({ issuedBefore: 6 }), says({ issuedBefore: 6 })],
    [
      "has the higher version",
      says({ minimumTokenVersion: 2 ** 53 - 2 }),
      says({ minimumTokenVersion: 2 ** 53 - 1 }),
      says({ minimumTokenVersion: 2 ** 53 - 1 }),
    ],
    [
      "keeps restrictions that only one of them has",
      says({ issuedBefore: 5 }),
      says({ minimumTokenVersion: 0 }),
      says({ issuedBefore: 5, minimumTokenVersion: 0 }),
    ],
    [
      "lasts as long as the one that lasts longer",
      says({ issuedBefore: 5, until: 10 }),
      says({ issuedBefore: 4, until: 10.5 }),
      says({ issuedBefore: 5, until: 10.5 }),
    ],
    ["has no end when one has none", { ...REVOKED, until: 10 }, REVOKED, REVOKED],
    [
      "is dead whatever its age when one is, without a cut-off",
      { ...REVOKED, until: 10 },
      says({ issuedBefore: 5, until: 20 }),
      { ...REVOKED, until: 20 },
    ],
    [
      "is the other one where one restricts nothing, and has its end",
      SAYS_NOTHING,
      says({ minimumTokenVersion: 3, until: 10 }),
      says({ minimumTokenVersion: 3, until: 10 }),
    ],
  ])("%s", (_, a, b, merged) => {
    expect(mergeRecords(a, b)).toEqual(merged);
    expect(mergeRecords(b, a)).toEqual(merged);
  });
});

describe.each(RECORD_KINDS)("merging records of kind %s", (kind) => {
  const random = randomFrom(1);
  const any = () => (random() < 0.1 ? SAYS_NOTHING : randomRecord(kind, random));
  const triples = Array.from({ length: 3_000 }, () => [any(), any(), any()] as const);

  it("does not depend on the order", () => {
    for (const [a, b] of triples) expect(mergeRecords(a, b)).toEqual(mergeRecords(b, a));
  });

  it("does not depend on the grouping", () => {
    for (const [a, b, c] of triples) {
      expect(mergeRecords(mergeRecords(a, b), c)).toEqual(mergeRecords(a, mergeRecords(b, c)));
    }
  });

  it("changes nothing when it is done again", () => {
    for (const [a, b] of triples) {
      expect(mergeRecords(a, a)).toEqual(a);
      expect(mergeRecords(mergeRecords(a, b), b)).toEqual(mergeRecords(a, b));
    }
  });
});

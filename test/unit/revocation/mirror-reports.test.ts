import { describe, expect, it } from "vitest";
import { Mirror } from "../../../src/revocation/mirror.ts";
import type { PageRow } from "../../../src/revocation/page.ts";
import {
  addressOf,
  B,
  changes,
  found,
  idOf,
  isFresh,
  loaded,
  REVOKED,
  row,
  T,
  TEN_MINUTES,
  version,
} from "./mirror-pages.ts";
import { below, randomFrom, randomRecord, SAYS_NOTHING } from "./random-records.ts";

describe("what KV reported", () => {
  it("goes on condemning, and what the feed says does not lower it", () => {
    const mirror = loaded();
    mirror.merge(idOf(3), version(7), T - TEN_MINUTES, T);
    mirror.merge(idOf(3), version(5), T - TEN_MINUTES, T);
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(3, version(6))] }), T);
    expect(found(mirror, 3)).toEqual(version(7));
  });

  it("survives a change of ledgers", () => {
    const mirror = loaded();
    mirror.merge(idOf(3), version(7), T - TEN_MINUTES, T);
    mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T);
    mirror.apply(mirror.ask(T), changes({ ledger: "ledger-2", since: 0, through: 0 }), T);
    expect(found(mirror, 3)).toEqual(version(7));
  });

  it("goes when the ledger lifts it", () => {
    const mirror = loaded();
    mirror.merge(idOf(1), REVOKED, T - TEN_MINUTES, T);
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    expect(found(mirror, 1)).toBeUndefined();
  });

  it.each([
    [TEN_MINUTES - 1, false],
    [TEN_MINUTES, true],
  ])("within 10 minutes after a lift is an old copy and not kept: %d ms after, kept is %s", (age, kept) => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    mirror.merge(idOf(1), REVOKED, T + age - TEN_MINUTES, T + age);
    expect(found(mirror, 1) !== undefined).toBe(kept);
  });

  it("within 10 minutes after a lift is not kept either when the ledger has a new record by then", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    mirror.apply(mirror.ask(T), changes({ since: 3, through: 4, rows: [row(1, version(3))] }), T);
    mirror.merge(idOf(1), version(7), T - TEN_MINUTES, T);
    expect(found(mirror, 1)).toEqual(version(3));
  });
});

it.each([
  [T - 1, false],
  [T, true],
])("what the ledger reported beside the feed is kept unless it was asked before a lift: %d, %s", (sentAt, kept) => {
  const mirror = loaded();
  mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
  mirror.merge(idOf(1), REVOKED, sentAt, T);
  expect(found(mirror, 1) !== undefined).toBe(kept);
});

it("any split into pages gives the same mirror", () => {
  // At the beginning of time nothing has expired.
  const random = randomFrom(6);
  const latest = new Map<number, PageRow>();
  const rows = Array.from({ length: 2_000 }, () => {
    const index = below(500, random);
    const says = random() < 0.3 ? "lifted" : randomRecord("subject", random);
    const one = row(index, says, random() < 0.1);
    latest.set(index, one);
    return one;
  });
  for (let split = 0; split < 20; split++) {
    const mirror = new Mirror(B);
    for (let since = 0, through = 0; since < rows.length; since = through) {
      through = Math.min(rows.length, since + 1 + below(split * 50 + 1, random));
      const complete = through === rows.length || random() < 0.2;
      const page = changes({ since, through, rows: rows.slice(since, through), complete });
      expect(mirror.apply(mirror.ask(0), page, 0)).toBe(complete ? "complete" : "more");
    }
    for (const [index, { says, invalid }] of latest) {
      const known = mirror.look(addressOf(index));
      expect(known.invalid).toBe(invalid ? "token" : undefined);
      expect(known.records.token).toEqual(says !== "lifted" ? says : invalid ? SAYS_NOTHING : undefined);
    }
    expect(isFresh(mirror, 0)).toBe(true);
  }
});

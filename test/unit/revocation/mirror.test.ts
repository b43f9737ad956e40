import { describe, expect, it } from "vitest";
import type { RevocationRecord } from "../../../src/model/revocation.ts";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { Mirror } from "../../../src/revocation/mirror.ts";
import type { RecordAddresses } from "../../../src/revocation/name-memory.ts";
import { type PageRow, writePage } from "../../../src/revocation/page.ts";
import type { RecordId } from "../../../src/revocation/record-id.ts";
import { below, randomFrom, randomRecord, SAYS_NOTHING } from "./random-records.ts";

/** B, and some time of an isolate's clock. */
const B = 5_000;
const T = 1_800_000_000_000;
const TEN_MINUTES = 600_000;

const REVOKED: RevocationRecord = { ...SAYS_NOTHING, revoked: true };

function version(minimumTokenVersion: number): RevocationRecord {
  return { ...SAYS_NOTHING, minimumTokenVersion };
}

function row(index: number, says: PageRow["says"] = REVOKED, invalid = false): PageRow {
  return { ...idOf(index), says, invalid };
}

function idOf(index: number): RecordId {
  return { high: index, low: index };
}

function addressOf(index: number): RecordAddresses {
  return new Map([["token", { name: "jotgate1:token:x", id: idOf(index) }]]);
}

function found(mirror: Mirror, index: number): RevocationRecord | undefined {
  return mirror.look(addressOf(index)).records.token;
}

interface Changes {
  readonly since: number;
  readonly through: number;
  readonly rows?: readonly PageRow[];
  readonly ledger?: string;
  readonly complete?: boolean;
  readonly age?: number;
}

function changes({ since, through, rows = [], ledger = "ledger-1", complete = true, age = 0 }: Changes): FeedAnswer {
  return { kind: "changes", ledger, since, through, complete, age, page: writePage(rows) };
}

/** A mirror that got records 1 and 2 of its ledger, by a question sent at T and answered at once. */
function loaded(): Mirror {
  const mirror = new Mirror(B);
  mirror.apply(mirror.ask(T), changes({ since: 0, through: 2, rows: [row(1), row(2)] }), T);
  return mirror;
}

describe("a mirror", () => {
  it("knows nothing to begin with and asks for everything", () => {
    const mirror = new Mirror(B);
    expect(mirror.question).toEqual({ ledger: null, since: 0 });
    expect(mirror.isFresh(T)).toBe(false);
    expect(mirror.look(addressOf(1))).toEqual({ records: {}, invalid: undefined });
    expect(mirror.status(T)).toMatchObject({
      ledger: undefined,
      through: 0,
      records: 0,
      age: undefined,
      state: "empty",
    });
  });

  it("has what it was told, and asks for what comes after", () => {
    const mirror = loaded();
    expect(found(mirror, 1)).toEqual(REVOKED);
    expect(found(mirror, 3)).toBeUndefined();
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 2 });
    expect(mirror.status(T + 7)).toMatchObject({
      ledger: "ledger-1",
      through: 2,
      records: 2,
      age: 7,
      state: "following",
    });
    expect(mirror.status(T).bytes).toBeGreaterThan(0);
  });

  it("puts a changed record in the place of the old one, and takes lifted ones away", () => {
    const mirror = loaded();
    const rows = [row(1, version(3)), row(2, "lifted")];
    expect(mirror.apply(mirror.ask(T), changes({ since: 2, through: 4, rows }), T)).toBe("complete");
    expect(found(mirror, 1)).toEqual(version(3));
    expect(found(mirror, 2)).toBeUndefined();
  });

  it("names the kind whose record cannot be read, with what is known of it, until that is over", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, REVOKED, true)] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: { token: REVOKED }, invalid: "token" });
    mirror.apply(mirror.ask(T), changes({ since: 3, through: 4, rows: [row(1, "lifted", true)] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: { token: SAYS_NOTHING }, invalid: "token" });
    mirror.apply(mirror.ask(T), changes({ since: 4, through: 5, rows: [row(1, "lifted")] }), T);
    expect(mirror.look(addressOf(1))).toEqual({ records: {}, invalid: undefined });
  });
});

describe("freshness", () => {
  it.each([
    [0, true],
    [B - 1, true],
    [B, false],
  ])("lasts for less than B from when the question was sent: %d ms after is %s", (age, fresh) => {
    const mirror = loaded();
    expect(mirror.isFresh(T + age)).toBe(fresh);
    expect(mirror.asOf(T + age)).toBe(fresh ? T : undefined);
  });

  it("is counted from when the question was sent, however late its answer arrives", () => {
    const mirror = new Mirror(B);
    const asked = mirror.ask(T);
    expect(mirror.apply(asked, changes({ since: 0, through: 0 }), T + B)).toBe("complete");
    expect(mirror.isFresh(T + B)).toBe(false);
  });

  it.each([
    [0, true],
    [1, false],
  ])("is less by the age of what the ledger knows: with %d ms, %s at B - 1", (age, fresh) => {
    const mirror = new Mirror(B);
    mirror.apply(mirror.ask(T), changes({ since: 0, through: 0, age }), T);
    expect(mirror.isFresh(T + B - 1)).toBe(fresh);
  });

  it("does not come from a part of the truth", () => {
    const mirror = new Mirror(B);
    const part = changes({ since: 0, through: 1, rows: [row(1)], complete: false });
    expect(mirror.apply(mirror.ask(T), part, T)).toBe("more");
    expect(mirror.isFresh(T)).toBe(false);
    expect(found(mirror, 1)).toEqual(REVOKED);
    mirror.apply(mirror.ask(T + 1), changes({ since: 1, through: 2, rows: [row(2)] }), T + 1);
    expect(mirror.asOf(T + 1)).toBe(T + 1);
  });

  it("stays as it was while a part of the changes is known", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T + 1_000), changes({ since: 2, through: 3, rows: [row(3)], complete: false }), T + 1_000);
    expect(mirror.asOf(T + 1_000)).toBe(T);
    expect(found(mirror, 3)).toEqual(REVOKED);
  });

  it("never goes back to an older answer", () => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 10), changes({ since: 2, through: 2, age: 4_000 }), T + 10)).toBe("complete");
    expect(mirror.asOf(T + 10)).toBe(T);
  });

  it("ends when the clock is seen to go back, until a question that was sent after that is answered", () => {
    const mirror = loaded();
    const before = mirror.ask(T + 100);
    expect(mirror.isFresh(T + 99)).toBe(false);
    expect(mirror.isFresh(T + 100)).toBe(false);
    expect(mirror.apply(before, changes({ since: 2, through: 2 }), T + 100)).toBe("complete");
    expect(mirror.isFresh(T + 100)).toBe(false);
    mirror.apply(mirror.ask(T + 101), changes({ since: 2, through: 2 }), T + 101);
    expect(mirror.asOf(T + 101)).toBe(T + 101);
  });

  it("is not lost to a clock that stands still", () => {
    const mirror = loaded();
    expect([mirror.isFresh(T + 1), mirror.isFresh(T + 1)]).toEqual([true, true]);
  });
});

describe("an answer changes nothing, not even freshness, when", () => {
  it.each<[string, FeedAnswer]>([
    ["it leaves a gap in the numbering", changes({ since: 3, through: 4, rows: [row(9)] })],
    ["it begins before what is known", changes({ since: 1, through: 4, rows: [row(9)] })],
    ["it goes back", changes({ since: 2, through: 1, rows: [row(9)] })],
    ["it is a part that leads nowhere", changes({ since: 2, through: 2, rows: [row(9)], complete: false })],
    ["its knowledge comes from the future", changes({ since: 2, through: 3, rows: [row(9)], age: -1 })],
    ["its age is no number", changes({ since: 2, through: 3, rows: [row(9)], age: Number.NaN })],
    ["its end is no number", changes({ since: 2, through: Number.NaN, rows: [row(9)] })],
  ])("%s", (_, answer) => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 1), answer, T + 1)).toBe("unusable");
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.asOf(T + 1)).toBe(T);
    expect(mirror.question.since).toBe(2);
  });

  it("its page is cut off", () => {
    const mirror = loaded();
    const answer = changes({ since: 2, through: 4, rows: [row(9), row(10)] });
    const cut = { ...answer, page: writePage([row(9), row(10)]).subarray(0, 71) } as FeedAnswer;
    expect(() => mirror.apply(mirror.ask(T + 1), cut, T + 1)).toThrow(RangeError);
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.asOf(T + 1)).toBe(T);
    expect(mirror.question.since).toBe(2);
  });

  it.each<[string, FeedAnswer]>([
    ["changes", changes({ since: 2, through: 3, rows: [row(1, "lifted")] })],
    ["a reset", { kind: "reset", ledger: "ledger-2" }],
    ["an overflow", { kind: "overflow", ledger: "ledger-1" }],
    ["another ledger", changes({ since: 2, through: 3, ledger: "ledger-2" })],
  ])("it comes late, after a newer one: %s", (_, late) => {
    const mirror = loaded();
    const asked = mirror.ask(T + 1);
    const newer = changes({ since: 2, through: 4, rows: [row(1, version(7))] });
    expect(mirror.apply(mirror.ask(T + 2), newer, T + 3)).toBe("complete");
    expect(mirror.apply(asked, late, T + 4)).toBe("unusable");
    expect(found(mirror, 1)).toEqual(version(7));
    expect(mirror.asOf(T + 4)).toBe(T + 2);
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 4 });
  });

  it("it is the first page of a load that has gone on meanwhile", () => {
    const mirror = new Mirror(B);
    const [slow, quick] = [mirror.ask(T), mirror.ask(T + 1)];
    mirror.apply(quick, changes({ since: 0, through: 5, rows: [row(1)], complete: false }), T + 2);
    expect(mirror.apply(slow, changes({ since: 0, through: 4 }), T + 3)).toBe("unusable");
    expect(mirror.isFresh(T + 3)).toBe(false);
  });
});

describe("another ledger", () => {
  it.each<[string, FeedAnswer]>([
    ["when it says so", { kind: "reset", ledger: "ledger-2" }],
    ["when it just answers", changes({ since: 2, through: 3, rows: [row(9)], ledger: "ledger-2" })],
  ])("is not believed but loaded from its beginning, %s", (_, answer) => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 1), answer, T + 1)).toBe("anew");
    expect(mirror.isFresh(T + 1)).toBe(false);
    expect(mirror.question).toEqual({ ledger: "ledger-2", since: 0 });
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.status(T + 1)).toMatchObject({ ledger: "ledger-2", through: 0, state: "loading" });
  });

  it("takes the place of the old one when it is complete; until then the old one condemns", () => {
    const mirror = loaded();
    const next = { ledger: "ledger-2" };
    mirror.apply(mirror.ask(T), { kind: "reset", ...next }, T);
    mirror.apply(mirror.ask(T), changes({ ...next, since: 0, through: 1, rows: [row(2)], complete: false }), T);
    expect([found(mirror, 1), found(mirror, 2)]).toEqual([REVOKED, REVOKED]);
    expect(mirror.isFresh(T)).toBe(false);
    mirror.apply(mirror.ask(T), changes({ ...next, since: 1, through: 2, rows: [row(3)] }), T);
    expect([1, 2, 3].map((index) => found(mirror, index))).toEqual([undefined, REVOKED, REVOKED]);
    expect(mirror.isFresh(T)).toBe(true);
  });

  it("may give way to a third one; what the load had found goes on condemning", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T);
    const part = changes({ ledger: "ledger-2", since: 0, through: 1, rows: [row(3)], complete: false });
    mirror.apply(mirror.ask(T), part, T);
    expect(mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-3" }, T)).toBe("anew");
    expect([1, 2, 3].map((index) => found(mirror, index))).toEqual([REVOKED, REVOKED, REVOKED]);
    mirror.apply(mirror.ask(T), changes({ ledger: "ledger-3", since: 0, through: 0 }), T);
    expect([1, 2, 3].map((index) => found(mirror, index))).toEqual([undefined, undefined, undefined]);
  });

  it("may be the same one that forgot its numbering", () => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-1" }, T)).toBe("anew");
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 0 });
  });

  it("is no use when it cannot even begin at 0", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T);
    expect(mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T)).toBe("unusable");
  });
});

describe("too many records", () => {
  function overflowing(): Mirror {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T), { kind: "overflow", ledger: "ledger-1" }, T)).toBe("overflow");
    return mirror;
  }

  it("are never fresh, and what is known goes on condemning for 10 minutes", () => {
    const mirror = overflowing();
    expect(mirror.isFresh(T)).toBe(false);
    expect(mirror.status(T).state).toBe("overflow");
    for (const [at, condemns] of [
      [T + TEN_MINUTES - 1, true],
      [T + TEN_MINUTES, false],
    ] as const) {
      mirror.apply(mirror.ask(at), { kind: "overflow", ledger: "ledger-1" }, at);
      expect(found(mirror, 1) !== undefined).toBe(condemns);
    }
    expect(mirror.question).toEqual({ ledger: null, since: 0 });
  });

  it("leave it to KV: nothing that KV reports is kept, because no lift would take it away", () => {
    const mirror = overflowing();
    mirror.mergeFromKv(idOf(9), REVOKED, T);
    expect(found(mirror, 9)).toBeUndefined();
  });

  it("may become fewer, and then the mirror goes on", () => {
    const mirror = overflowing();
    expect(mirror.apply(mirror.ask(T + 1), changes({ since: 2, through: 3, rows: [row(3)] }), T + 1)).toBe("complete");
    expect(mirror.isFresh(T + 1)).toBe(true);
    expect([found(mirror, 1), found(mirror, 3)]).toEqual([REVOKED, REVOKED]);
    expect(mirror.status(T + 1).state).toBe("following");
  });

  it("may turn up in the middle of a load", () => {
    const mirror = new Mirror(B);
    mirror.apply(mirror.ask(T), changes({ since: 0, through: 1, rows: [row(1)], complete: false }), T);
    mirror.apply(mirror.ask(T), { kind: "overflow", ledger: "ledger-1" }, T);
    expect(found(mirror, 1)).toEqual(REVOKED);
    mirror.apply(mirror.ask(T), changes({ since: 1, through: 2, rows: [row(2)] }), T);
    expect(mirror.isFresh(T)).toBe(true);
    expect([found(mirror, 1), found(mirror, 2)]).toEqual([REVOKED, REVOKED]);
  });
});

describe("what KV reported", () => {
  it("goes on condemning, and what the feed says does not lower it", () => {
    const mirror = loaded();
    mirror.mergeFromKv(idOf(3), version(7), T);
    mirror.mergeFromKv(idOf(3), version(5), T);
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(3, version(6))] }), T);
    expect(found(mirror, 3)).toEqual(version(7));
  });

  it("survives a change of ledgers", () => {
    const mirror = loaded();
    mirror.mergeFromKv(idOf(3), version(7), T);
    mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T);
    mirror.apply(mirror.ask(T), changes({ ledger: "ledger-2", since: 0, through: 0 }), T);
    expect(found(mirror, 3)).toEqual(version(7));
  });

  it("goes when the ledger lifts it", () => {
    const mirror = loaded();
    mirror.mergeFromKv(idOf(1), REVOKED, T);
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    expect(found(mirror, 1)).toBeUndefined();
  });

  it.each([
    [TEN_MINUTES - 1, false],
    [TEN_MINUTES, true],
  ])("within 10 minutes after a lift is an old copy and not kept: %d ms after, kept is %s", (age, kept) => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    mirror.mergeFromKv(idOf(1), REVOKED, T + age);
    expect(found(mirror, 1) !== undefined).toBe(kept);
  });

  it("counts again when the ledger has a new record after the lift", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
    mirror.apply(mirror.ask(T), changes({ since: 3, through: 4, rows: [row(1, version(3))] }), T);
    mirror.mergeFromKv(idOf(1), version(7), T);
    expect(found(mirror, 1)).toEqual(version(7));
  });
});

it.each([
  [T - 1, false],
  [T, true],
])("what the ledger reported beside the feed is kept unless it was asked before a lift: %d, %s", (sentAt, kept) => {
  const mirror = loaded();
  mirror.apply(mirror.ask(T), changes({ since: 2, through: 3, rows: [row(1, "lifted")] }), T);
  mirror.mergeFromLedger(idOf(1), REVOKED, sentAt, T);
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
    expect(mirror.isFresh(0)).toBe(true);
  }
});

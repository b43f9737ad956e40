import { describe, expect, it } from "vitest";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { Mirror } from "../../../src/revocation/mirror.ts";
import { B, changes, found, idOf, isFresh, loaded, REVOKED, row, T, TEN_MINUTES } from "./mirror-pages.ts";

describe("another ledger", () => {
  it.each<[string, FeedAnswer]>([
    ["when it says so", { kind: "reset", ledger: "ledger-2" }],
    ["when it just answers", changes({ since: 2, through: 3, rows: [row(9)], ledger: "ledger-2" })],
  ])("is not believed but loaded from its beginning, %s", (_, answer) => {
    const mirror = loaded();
    expect(mirror.apply(mirror.ask(T + 1), answer, T + 1)).toBe("anew");
    expect(isFresh(mirror, T + 1)).toBe(false);
    expect(mirror.question).toEqual({ ledger: "ledger-2", since: 0, forgotten: 0 });
    expect(found(mirror, 9)).toBeUndefined();
    expect(mirror.status(T + 1)).toMatchObject({ ledger: "ledger-2", through: 0, state: "loading" });
  });

  it("takes the place of the old one when it is complete; until then the old one condemns", () => {
    const mirror = loaded();
    const next = { ledger: "ledger-2" };
    mirror.apply(mirror.ask(T), { kind: "reset", ...next }, T);
    mirror.apply(mirror.ask(T), changes({ ...next, since: 0, through: 1, rows: [row(2)], complete: false }), T);
    expect([found(mirror, 1), found(mirror, 2)]).toEqual([REVOKED, REVOKED]);
    expect(isFresh(mirror, T)).toBe(false);
    mirror.apply(mirror.ask(T), changes({ ...next, since: 1, through: 2, rows: [row(3)] }), T);
    expect([1, 2, 3].map((index) => found(mirror, index))).toEqual([undefined, REVOKED, REVOKED]);
    expect(isFresh(mirror, T)).toBe(true);
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
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 0, forgotten: 0 });
  });

  it("is no use when it cannot even begin at 0", () => {
    const mirror = loaded();
    mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T);
    expect(mirror.apply(mirror.ask(T), { kind: "reset", ledger: "ledger-2" }, T)).toBe("unusable");
  });
});

describe("lifts that are no longer on record", () => {
  it("are told as they were when the load began, so that it can come to its end and later ones are missed by nobody", () => {
    const mirror = new Mirror(B);
    mirror.apply(mirror.ask(T), changes({ since: 0, through: 4, forgotten: 7, rows: [row(1)], complete: false }), T);
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 4, forgotten: 7 });
    mirror.apply(mirror.ask(T), changes({ since: 4, through: 8, forgotten: 9 }), T);
    expect(mirror.question).toEqual({ ledger: "ledger-1", since: 8, forgotten: 7 });
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
    expect(isFresh(mirror, T)).toBe(false);
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
    mirror.merge(idOf(9), REVOKED, T - TEN_MINUTES, T);
    expect(found(mirror, 9)).toBeUndefined();
  });

  it("may become fewer, and then the mirror goes on", () => {
    const mirror = overflowing();
    expect(mirror.apply(mirror.ask(T + 1), changes({ since: 2, through: 3, rows: [row(3)] }), T + 1)).toBe("complete");
    expect(isFresh(mirror, T + 1)).toBe(true);
    expect([found(mirror, 1), found(mirror, 3)]).toEqual([REVOKED, REVOKED]);
    expect(mirror.status(T + 1).state).toBe("following");
  });

  it("may turn up in the middle of a load", () => {
    const mirror = new Mirror(B);
    mirror.apply(mirror.ask(T), changes({ since: 0, through: 1, rows: [row(1)], complete: false }), T);
    mirror.apply(mirror.ask(T), { kind: "overflow", ledger: "ledger-1" }, T);
    expect(found(mirror, 1)).toEqual(REVOKED);
    mirror.apply(mirror.ask(T), changes({ since: 1, through: 2, rows: [row(2)] }), T);
    expect(isFresh(mirror, T)).toBe(true);
    expect([found(mirror, 1), found(mirror, 2)]).toEqual([REVOKED, REVOKED]);
  });
});

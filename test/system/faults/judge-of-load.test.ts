import { describe, expect, it } from "vitest";
import { callerOf, NOBODY } from "../../load/caller.ts";
import { ENOUGH_TO_FILL, judgeGrowth, type LiveHeap } from "../../load/growth.ts";
import { type Asked, judge, mayStayUnanswered } from "../../load/judge.ts";
import { faultsOf, type LoadReport } from "../../load/load-report.ts";
import { Outages } from "../../load/outages.ts";
import { mayBeOutOfReach, mayBeUnknown, mayPass, type PublishedKey } from "../../load/rotating-issuer.ts";
import { STALL } from "../../load/stall-watch.ts";
import { badBecause, GOOD, goodUntil } from "../../load/truth.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import type { RecordedDecision } from "../support/logs.ts";

const GUARD = "guard-1";
const ALICE = { subject: "alice", issuer: "https://issuer.example" };

/** Sent at 100,000 ms, answered 10 ms later. */
function asked(changes: Partial<Asked> = {}): Asked {
  const moment = { sentAt: 100_000, receivedAt: 100_010, sentDate: 1_000, receivedDate: 1_000.01 };
  const question = { kind: "any", asking: "deny" as const, sending: { path: "/" }, truth: GOOD, caller: ALICE };
  const answer = { guard: GUARD, hasLedger: true, status: 200, requestId: "id", body: "let through", told: ALICE };
  return { ...question, ...moment, ...answer, ...changes };
}

function decided(status: number, reason: string | null): RecordedDecision {
  const outcome = reason === null ? "allow" : reason.startsWith("origin_") ? "error" : "deny";
  return { event: "decision", outcome, reason, route: "/*", status, requestId: "id" };
}

function outages(...all: readonly (readonly [what: string, from: number, to: number])[]): Outages {
  const outages = new Outages();
  for (const [what, from, to] of all) outages.note(what, from, to);
  return outages;
}

const NONE = outages();

describe("the judge of a load finds", () => {
  it.each<[string, Partial<Asked>, RecordedDecision | undefined, Outages, "wrong" | "unasked"]>([
    ["a bad token let through", { truth: badBecause("token_expired") }, decided(200, null), NONE, "wrong"],
    [
      "a bad token sent on to an origin that fails",
      { truth: badBecause("token_expired"), status: 502 },
      decided(502, "origin_unreachable"),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
      "wrong",
    ],
    ["a good token refused", { status: 401 }, decided(401, "signature_invalid"), NONE, "wrong"],
    [
      "the wrong reason",
      { status: 401, truth: badBecause("token_expired") },
      decided(401, "signature_invalid"),
      NONE,
      "wrong",
    ],
    [
      "the wrong status for a reason",
      { status: 403, truth: badBecause("token_expired") },
      decided(403, "token_expired"),
      NONE,
      "wrong",
    ],
    [
      "a record with another status",
      { status: 401, truth: badBecause("token_expired") },
      decided(403, "token_expired"),
      NONE,
      "wrong",
    ],
    ["an answer without a record", {}, undefined, NONE, "wrong"],
    ["another body than the origin's", { body: "let thr" }, decided(200, null), NONE, "wrong"],
    ["another subject than the token's", { told: { ...ALICE, subject: "bob" } }, decided(200, null), NONE, "wrong"],
    ["another issuer", { told: { ...ALICE, issuer: "https://b.example" } }, decided(200, null), NONE, "wrong"],
    ["a subject that nobody told the origin", { told: NOBODY }, decided(200, null), NONE, "wrong"],
    ["a subject without a token", { asking: "public", caller: NOBODY }, decided(200, null), NONE, "wrong"],
    [
      "another subject while the origin fails",
      { told: { ...ALICE, subject: "bob" } },
      decided(200, null),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
      "wrong",
    ],
    ["an answer that the origin did not give", { told: undefined }, decided(200, null), NONE, "wrong"],
    ["a token let through after its end", { truth: goodUntil(999.9) }, decided(200, null), NONE, "wrong"],
    [
      "a token refused before its end",
      { truth: goodUntil(1_000.2), status: 401 },
      decided(401, "token_expired"),
      NONE,
      "wrong",
    ],
    [
      "a defect",
      { status: 500 },
      decided(500, "internal_error"),
      outages(["ledger", 0, 200_000], [STALL, 0, 200_000]),
      "wrong",
    ],
    ["a 503 while all is well", { status: 503 }, decided(503, "revocation_unavailable"), NONE, "unasked"],
    [
      "a 503 for another guard's trouble",
      { status: 503 },
      decided(503, "revocation_unavailable"),
      outages(["ledger of guard-2", 99_000, 101_000]),
      "unasked",
    ],
    [
      "a 503 long after the trouble",
      { status: 503 },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 90_000, 91_999]),
      "unasked",
    ],
    [
      "a 503 before the trouble",
      { status: 503 },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 100_011, 101_000]),
      "unasked",
    ],
    [
      "a 503 where KV could have answered",
      { status: 503, asking: "kv" },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 99_000, 101_000]),
      "unasked",
    ],
    [
      "a 503 for a public route",
      { status: 503, asking: "public" },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 99_000, 101_000]),
      "unasked",
    ],
    [
      "a 503 for keys that are configured",
      { status: 503 },
      decided(503, "keys_unavailable"),
      outages(["keys", 99_000, 101_000]),
      "unasked",
    ],
    ["a 502 while the origin is well", { status: 502 }, decided(502, "origin_unreachable"), NONE, "unasked"],
  ])("%s", (_what, changes, decision, troubles, finding) => {
    expect(judge(asked(changes), decision, troubles)[finding]).toBeDefined();
  });
});

describe("the judge of a load has nothing against", () => {
  it.each<[string, Partial<Asked>, RecordedDecision, Outages]>([
    ["a good token let through", {}, decided(200, null), NONE],
    [
      "a bad token refused for what is bad",
      { truth: badBecause("token_expired"), status: 401 },
      decided(401, "token_expired"),
      NONE,
    ],
    ["either answer at the very end of a token", { truth: goodUntil(1_000) }, decided(200, null), NONE],
    [
      "the other answer at the very end of a token",
      { truth: goodUntil(1_000), status: 401 },
      decided(401, "token_expired"),
      NONE,
    ],
    [
      "a 503 during the trouble",
      { status: 503 },
      decided(503, "revocation_unavailable"),
      outages([`ledger of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "a 503 soon after the trouble",
      { status: 503 },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 90_000, 92_000]),
    ],
    [
      "a 503 when KV fails, too",
      { status: 503, asking: "kv" },
      decided(503, "revocation_unavailable"),
      outages(["ledger", 99_000, 101_000], [`store of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "a 503 of a guard that has KV alone when KV fails",
      { status: 503, hasLedger: false },
      decided(503, "revocation_unavailable"),
      outages([`store of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "a 502 while the origin fails",
      { status: 502 },
      decided(502, "origin_unreachable"),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "an origin's own 429",
      { status: 429, body: "not so fast" },
      decided(429, null),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "nobody told of where there is no token",
      { asking: "public", caller: NOBODY, told: NOBODY },
      decided(200, null),
      NONE,
    ],
    [
      "an origin's own page while it fails",
      { status: 429, body: "not so fast", told: undefined },
      decided(429, null),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
    ],
    [
      "a broken answer while the origin fails",
      { body: undefined as never },
      decided(200, null),
      outages([`origin of ${GUARD}`, 99_000, 101_000]),
    ],
  ])("%s", (_what, changes, decision, troubles) => {
    const { wrong, unasked } = judge(asked(changes), decision, troubles);
    expect([wrong, unasked]).toEqual([undefined, undefined]);
  });

  it("a 503 of a machine that stood still, and counts it", () => {
    const verdict = judge(
      asked({ status: 503 }),
      decided(503, "revocation_unavailable"),
      outages([STALL, 99_000, 99_500]),
    );
    expect(verdict).toEqual({ passed: false, stalled: true });
  });
});

describe("no answer at all", () => {
  const failing = (guard: string, from: number, to: number, how: string) => {
    const all = new Outages();
    all.note(`origin of ${guard}`, from, to, how);
    return all;
  };
  const FAILING = failing(GUARD, 99_000, 100_005, "truncated");

  it.each<[string, boolean, Partial<Asked>, Outages]>([
    ["from an origin whose answers break off", true, {}, FAILING],
    ["from an origin that fails in another way", false, {}, failing(GUARD, 99_000, 100_005, "reject")],
    ["while the origin is well", false, {}, NONE],
    ["before the origin fails", false, {}, failing(GUARD, 100_011, 101_000, "truncated")],
    ["while another guard's origin fails", false, {}, failing("guard-2", 99_000, 101_000, "truncated")],
    ["to a request that may not reach the origin", false, { truth: badBecause("token_expired") }, FAILING],
    ["to a token that was good when it was sent", true, { truth: goodUntil(1_000.2) }, FAILING],
    ["to a token after its end", false, { truth: goodUntil(999.9) }, FAILING],
  ])("%s is excused: %s", (_what, expected, changes, troubles) => {
    const question = asked(changes);
    expect(mayStayUnanswered(question, question, troubles)).toBe(expected);
  });
});

it("a token's caller is who its claims speak of", async () => {
  const issuer = await TestIssuer.create();
  expect(callerOf(await issuer.sign())).toEqual(ALICE);
});

describe("a key that its issuer changes", () => {
  const OUTAGE = "keys of issuer";
  const key = (changes: Partial<PublishedKey> = {}) =>
    ({ publishedAt: 0, knownTo: new Set<string>(), ...changes }) as PublishedKey;
  const at = (sentAt: number) => ({ guard: GUARD, sentAt, receivedAt: sentAt + 10 });

  it.each<[string, boolean, PublishedKey, number, Outages]>([
    ["while it is published", true, key(), 10_000_000, NONE],
    ["for ten minutes and a moment after it was withdrawn", true, key({ withdrawnAt: 1_000 }), 606_000, NONE],
    ["no longer", false, key({ withdrawnAt: 1_000 }), 606_001, NONE],
    [
      "longer while the issuer cannot be asked",
      true,
      key({ withdrawnAt: 1_000 }),
      646_000,
      outages([OUTAGE, 500_000, 510_000]),
    ],
  ])("may work %s: %s", (_what, expected, published, sentAt, troubles) => {
    expect(mayPass(published, OUTAGE, troubles, sentAt)).toBe(expected);
  });

  it.each<[string, boolean, PublishedKey, number, Outages]>([
    ["for thirty seconds and a moment", true, key({ publishedAt: 100_000 }), 134_999, NONE],
    ["no longer", false, key({ publishedAt: 100_000 }), 135_000, NONE],
    [
      "longer while the issuer cannot be asked",
      true,
      key({ publishedAt: 100_000 }),
      174_999,
      outages([OUTAGE, 100_000, 110_000]),
    ],
    ["when it is withdrawn", true, key({ withdrawnAt: 500_000 }), 500_000, NONE],
  ])("may be unknown %s: %s", (_what, expected, published, sentAt, troubles) => {
    expect(mayBeUnknown(published, OUTAGE, troubles, at(sentAt))).toBe(expected);
  });

  it.each<[string, boolean, PublishedKey | undefined, Outages]>([
    ["when its endpoint fails", true, key(), outages([OUTAGE, 100_000, 100_005])],
    ["when nobody knows which it is", true, undefined, outages([OUTAGE, 60_000, 90_000])],
    ["when all is well", false, key(), NONE],
    ["when the guard has used it", false, key({ knownTo: new Set([GUARD]) }), outages([OUTAGE, 100_000, 100_005])],
    [
      "when the guard has used it and it was withdrawn",
      true,
      key({ knownTo: new Set([GUARD]), withdrawnAt: 5 }),
      outages([OUTAGE, 100_000, 100_005]),
    ],
  ])("may be out of reach %s: %s", (_what, expected, published, troubles) => {
    expect(mayBeOutOfReach(published, OUTAGE, troubles, at(100_000))).toBe(expected);
  });
});

describe("the memory of a flooded guard", () => {
  const heaps = (...mebibytes: readonly number[]): LiveHeap[] =>
    mebibytes.map((each, round) => ({ guard: GUARD, round, mebibytes: each }));

  it.each([
    ["levels off when the last round takes no more", [3, 20, 30, 30], 0],
    ["levels off when the last round takes five per cent more and a little", [3, 20, 30, 32], 0],
    ["grows when the last round takes more than that", [3, 20, 30, 32.1], 1],
    ["grows when it grows only in the end", [3, 3, 3, 30], 1],
    ["counts as growing when a reading is missing", [3, 20, Number.NaN, 20], 1],
  ])("%s", (_, mebibytes, count) => {
    const { growth, found } = judgeGrowth(heaps(...mebibytes), ENOUGH_TO_FILL);
    expect(found).toHaveLength(count);
    expect(growth).toContain(": judged");
  });

  it.each([
    ["too few requests", [3, 3, 3, 30], ENOUGH_TO_FILL - 1],
    ["too few rounds", [3, 3, 30], ENOUGH_TO_FILL],
    ["no readings", [], ENOUGH_TO_FILL],
  ])("is not judged with %s, and the report says so", (_, mebibytes, count) => {
    const { growth, found } = judgeGrowth(heaps(...mebibytes), count);
    expect([growth.includes("NOT JUDGED"), found]).toEqual([true, []]);
  });

  it("is judged for each guard", () => {
    const others = heaps(3, 20, 30, 60).map((heap) => ({ ...heap, guard: "kv-only" }));
    expect(judgeGrowth([...heaps(3, 20, 30, 30), ...others], ENOUGH_TO_FILL).found).toEqual([
      expect.stringContaining("kv-only grows"),
    ]);
  });
});

describe("a report of a load is bad", () => {
  const good = { wrong: [], unasked: [], seconds: 600, thirds: [1, 100, 115] } as unknown as LoadReport;

  it("not when there is nothing wrong and memory levels off", () => {
    expect(faultsOf(good)).toEqual([]);
    expect(faultsOf({ ...good, seconds: 100, thirds: [1, 100, 200] })).toEqual([]);
  });

  it.each<Partial<LoadReport>>([{ wrong: ["one"] }, { unasked: ["one"] }, { thirds: [1, 100, 116] }])(
    "with %j",
    (changes) => {
      expect(faultsOf({ ...good, ...changes })).toHaveLength(1);
    },
  );
});

import { describe, expect, it } from "vitest";
import { type Asked, judge } from "../../load/judge.ts";
import { faultsOf, type LoadReport } from "../../load/load-report.ts";
import { Outages } from "../../load/outages.ts";
import { mayBeOutOfReach, mayBeUnknown, mayPass, type PublishedKey } from "../../load/rotating-issuer.ts";
import { STALL } from "../../load/stall-watch.ts";
import { badBecause, GOOD, goodUntil } from "../../load/truth.ts";
import type { RecordedDecision } from "../support/logs.ts";

const GUARD = "guard-1";

/** Sent at 100,000 ms, answered 10 ms later. */
function asked(changes: Partial<Asked> = {}): Asked {
  const moment = { sentAt: 100_000, receivedAt: 100_010, sentDate: 1_000, receivedDate: 1_000.01 };
  const question = { kind: "any", asking: "deny" as const, sending: { path: "/" }, truth: GOOD, guard: GUARD };
  return { ...question, ...moment, hasLedger: true, status: 200, requestId: "id", body: "let through", ...changes };
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

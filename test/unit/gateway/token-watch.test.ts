import { describe, expect, it, vi } from "vitest";
import { CHECK_INTERVAL, watchToken } from "../../../src/gateway/token-watch.ts";
import type { GatewayFailure, Refusal } from "../../../src/model/refusal.ts";
import type { ApplicableRecords, RevocationLookup, RevocationReader } from "../../../src/model/revocation.ts";
import type { RouteRule } from "../../../src/model/route-rule.ts";
import { bearer, verified } from "./decisions.ts";
import { ManualClock } from "./manual-clock.ts";

const SECOND = Math.floor(Date.now() / 1000);
const START = SECOND * 1000;
const NOTHING = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };
const REVOKED = { token: { ...NOTHING, revoked: true } };
const UNAVAILABLE = { status: "unavailable", cause: "error", lastKnown: {} } as const;

function known(records: ApplicableRecords = {}): RevocationLookup {
  return { status: "known", records, source: "kv", asOf: 0 };
}

/** A watch over a token, and what it found. */
async function watch(
  setUp: {
    readonly claims?: Record<string, unknown>;
    readonly route?: Partial<RouteRule>;
    readonly judgedAt?: number;
    readonly tolerance?: number;
    readonly maxAge?: number;
    readonly answer?: () => RevocationLookup | Promise<RevocationLookup>;
  } = {},
) {
  const clock = new ManualClock(START);
  const lookups: { readonly at: number; readonly now: number; readonly demand: unknown }[] = [];
  const ends: (Refusal | GatewayFailure)[] = [];
  const defects: unknown[] = [];
  const self = { answer: setUp.answer ?? (() => known()) };
  const revocations: RevocationReader = {
    async lookUp(_identity, now, demand) {
      lookups.push({ at: clock.now() - START, now, demand });
      return self.answer();
    },
  };
  const token = await verified({ iat: SECOND, exp: SECOND + 3_600, ...setUp.claims });
  const issuer = { ...token.issuer, clockTolerance: setUp.tolerance ?? 0, maxAge: setUp.maxAge };
  const decision = bearer({ ...token, issuer }, setUp.route);
  const stop = watchToken({
    decision,
    revocations,
    clock,
    judgedAt: START + (setUp.judgedAt ?? 0),
    onEnd: (end, defect) => {
      ends.push(end);
      if (defect !== undefined) defects.push(defect);
    },
  });
  return { clock, lookups, ends, defects, stop, self, decision };
}

describe("revocation of an open connection's token", () => {
  it("is checked at every interval, with the time of the check and what the route demands", async () => {
    const { clock, lookups, ends, decision } = await watch();
    await clock.pass(3 * CHECK_INTERVAL);
    expect(lookups.map(({ at }) => at)).toEqual([CHECK_INTERVAL, 2 * CHECK_INTERVAL, 3 * CHECK_INTERVAL]);
    expect(lookups[0]).toMatchObject({ now: SECOND + CHECK_INTERVAL / 1000, demand: decision.route });
    expect(ends).toEqual([]);
  });

  it("is not checked before the interval is over", async () => {
    const { clock, lookups } = await watch();
    await clock.pass(CHECK_INTERVAL - 1);
    expect(lookups).toEqual([]);
  });

  it.each([
    ["a part of the interval", 2_000, 3_000],
    ["all of it", 5_000, 0],
    ["longer", 60_000, 0],
  ])("is checked an interval after the decision when the origin took %s to answer", async (_, took, first) => {
    const { clock, lookups } = await watch({ judgedAt: -took });
    await clock.pass(CHECK_INTERVAL - 1);
    expect(lookups[0]?.at).toBe(first);
  });

  it.each([
    ["token_revoked", REVOKED, { reason: "token_revoked", by: "token" }],
    [
      "issued_before_cutoff",
      { issuer: { ...NOTHING, issuedBefore: SECOND } },
      { reason: "issued_before_cutoff", by: "issuer" },
    ],
    [
      "token_version_outdated",
      { subject: { ...NOTHING, minimumTokenVersion: 1 } },
      { reason: "token_version_outdated" },
    ],
  ])("ends it once with %s, and the watch with it", async (_, records, refusal) => {
    const { clock, lookups, ends, self } = await watch();
    await clock.pass(CHECK_INTERVAL);
    self.answer = () => known(records);
    await clock.pass(10 * CHECK_INTERVAL);
    expect(ends).toEqual([refusal]);
    expect(lookups).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it("that cannot be had ends it when the route denies", async () => {
    const { clock, ends } = await watch({ answer: () => UNAVAILABLE });
    await clock.pass(CHECK_INTERVAL);
    expect(ends).toEqual([{ reason: "revocation_unavailable" }]);
  });

  it("that cannot be had keeps it open when the route allows, until it can", async () => {
    const { clock, ends, self } = await watch({ answer: () => UNAVAILABLE, route: { onUnknownRevocation: "allow" } });
    await clock.pass(4 * CHECK_INTERVAL);
    expect(ends).toEqual([]);
    self.answer = () => known(REVOKED);
    await clock.pass(CHECK_INTERVAL);
    expect(ends).toEqual([{ reason: "token_revoked", by: "token" }]);
  });

  it("with a record that cannot be read ends it", async () => {
    const { clock, ends } = await watch({ answer: () => ({ status: "record_invalid", kind: "session" }) });
    await clock.pass(CHECK_INTERVAL);
    expect(ends).toEqual([{ reason: "revocation_record_invalid", by: "session" }]);
  });

  it("is checked one at a time, and without a pause after a check that took longer than the interval", async () => {
    let answer = (_: RevocationLookup) => {};
    const slow = () =>
      new Promise<RevocationLookup>((resolve) => {
        answer = resolve;
      });
    const { clock, lookups } = await watch({ answer: slow });
    await clock.pass(CHECK_INTERVAL + 4_000);
    expect(lookups).toHaveLength(1);
    answer(known());
    await clock.pass(999);
    expect(lookups).toHaveLength(1);
    await clock.pass(1);
    expect(lookups.map(({ at }) => at)).toEqual([CHECK_INTERVAL, 2 * CHECK_INTERVAL]);
    await clock.pass(4_999);
    answer(known());
    await clock.pass(1);
    expect(lookups).toHaveLength(3);
  });

  it.each([
    ["deny", [{ reason: "revocation_unavailable" }]],
    ["allow", []],
  ] as const)(
    "whose check never ends counts as unavailable after an interval: %s",
    async (onUnknownRevocation, expected) => {
      const { clock, lookups, ends } = await watch({
        answer: () => new Promise(() => {}),
        route: { onUnknownRevocation },
      });
      await clock.pass(2 * CHECK_INTERVAL - 1);
      expect(ends).toEqual([]);
      await clock.pass(1);
      expect(ends).toEqual(expected);
      expect(lookups).toHaveLength(onUnknownRevocation === "allow" ? 2 : 1);
    },
  );

  it("whose check throws is a defect that ends it", async () => {
    const defect = new TypeError("a defect");
    const { clock, ends, defects } = await watch({ answer: () => Promise.reject(defect) });
    await clock.pass(3 * CHECK_INTERVAL);
    expect(ends).toEqual([{ reason: "internal_error" }]);
    expect(defects).toEqual([defect]);
    expect(clock.pending).toBe(0);
  });

  it("is checked within the interval after the clock was set back", async () => {
    const { clock, lookups } = await watch({ tolerance: 300 });
    await clock.pass(1_000);
    clock.adjust(-120_000);
    await clock.pass(CHECK_INTERVAL);
    expect(lookups).toHaveLength(1);
    await clock.pass(CHECK_INTERVAL);
    expect(lookups).toHaveLength(2);
  });
});

describe("the age of an open connection's token", () => {
  it.each([
    ["exp", { claims: { exp: SECOND + 7 } }, 7_000, "token_expired"],
    ["exp and the clock tolerance", { claims: { exp: SECOND + 7 }, tolerance: 60 }, 67_000, "token_expired"],
    ["a fractional exp", { claims: { exp: SECOND + 7.25 } }, 7_250, "token_expired"],
    ["maxAge, which counts to its last moment", { maxAge: 90 }, 90_001, "token_too_old"],
    ["exp, when it comes before maxAge", { claims: { exp: SECOND + 9 }, maxAge: 90 }, 9_000, "token_expired"],
    ["exp after very many intervals", { claims: { exp: SECOND + 3_600 } }, 3_600_000, "token_expired"],
  ])("ends it at %s, to the moment", async (_, setUp, at, reason) => {
    const { clock, ends } = await watch(setUp);
    await clock.pass(at - 1);
    expect(ends).toEqual([]);
    await clock.pass(1);
    expect(ends).toEqual([{ reason }]);
    expect(clock.pending).toBe(0);
  });

  it("is looked at once an interval, and at last when it lapses, also when exp passed within the clock tolerance", async () => {
    const { clock, ends } = await watch({ claims: { exp: SECOND + 7 }, tolerance: 60 });
    const after = vi.spyOn(clock, "after");
    await clock.pass(67_000);
    expect(ends).toEqual([{ reason: "token_expired" }]);
    expect(new Set(after.mock.calls.map(([milliseconds]) => milliseconds))).toEqual(new Set([CHECK_INTERVAL, 2_000]));
  });

  it("ends it in the middle of a check, whose outcome no longer counts", async () => {
    let answer = (_: RevocationLookup) => {};
    const slow = () =>
      new Promise<RevocationLookup>((resolve) => {
        answer = resolve;
      });
    const { clock, ends } = await watch({ claims: { exp: SECOND + 6 }, answer: slow });
    await clock.pass(6_000);
    expect(ends).toEqual([{ reason: "token_expired" }]);
    answer(known(REVOKED));
    await clock.pass(2 * CHECK_INTERVAL);
    expect(ends).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("is noticed within an interval when the clock was set forward beyond it", async () => {
    const { clock, ends } = await watch();
    await clock.pass(1_000);
    clock.adjust(3_600_000);
    await clock.pass(CHECK_INTERVAL);
    expect(ends).toEqual([{ reason: "token_expired" }]);
  });
});

describe("a watch that is stopped", () => {
  it("leaves no timer behind", async () => {
    const { clock, stop, lookups } = await watch();
    await clock.pass(CHECK_INTERVAL + 1);
    stop();
    expect(clock.pending).toBe(0);
    await clock.pass(10 * CHECK_INTERVAL);
    expect(lookups).toHaveLength(1);
  });

  it("in the middle of a check starts no other and says nothing", async () => {
    let answer = (_: RevocationLookup) => {};
    const slow = () =>
      new Promise<RevocationLookup>((resolve) => {
        answer = resolve;
      });
    const { clock, stop, ends, lookups } = await watch({ answer: slow });
    await clock.pass(CHECK_INTERVAL);
    stop();
    answer(known(REVOKED));
    await clock.pass(10 * CHECK_INTERVAL);
    expect(ends).toEqual([]);
    expect(lookups).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

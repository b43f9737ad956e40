import { describe, expect, it } from "vitest";
import { checkRevocation } from "../../../src/authorize/check-revocation.ts";
import type {
  ApplicableRecords,
  RevocationIdentity,
  RevocationLookup,
  RevocationRecord,
} from "../../../src/model/revocation.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { revocationsSaying } from "../support.ts";
import { NOW, outcome, verified } from "./guard.ts";

const issuer = await TestIssuer.create();
const ISSUED = NOW - 100;
const DENY = { onUnknownRevocation: "deny", revocation: "bounded", onStaleMirror: "kv" } as const;

function record(says: Partial<RevocationRecord>): RevocationRecord {
  return { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined, ...says };
}

async function check(records: ApplicableRecords, claims: Record<string, unknown> = {}, now = NOW) {
  const token = await verified(issuer, { iat: ISSUED, ver: 3, sid: "s", ...claims }, { tokenVersionClaim: "ver" });
  return outcome(await checkRevocation(token, revocationsSaying(records), DENY, now));
}

describe("a record in force", () => {
  const cutOff = (by: string) => ({ reason: "issued_before_cutoff", by });

  it.each([
    ["no record", {}, "pass"],
    ["the token is revoked", { token: record({ revoked: true }) }, { reason: "token_revoked", by: "token" }],
    ["the session is revoked", { session: record({ revoked: true }) }, { reason: "token_revoked", by: "session" }],
    [
      "a version below the minimum",
      { subject: record({ minimumTokenVersion: 4 }) },
      { reason: "token_version_outdated" },
    ],
    ["a version equal to the minimum", { subject: record({ minimumTokenVersion: 3 }) }, "pass"],
    ["a version above the minimum", { subject: record({ minimumTokenVersion: 2 }) }, "pass"],
    ["a session cut off after iat", { session: record({ issuedBefore: ISSUED + 1 }) }, cutOff("session")],
    ["a subject cut off after iat", { subject: record({ issuedBefore: ISSUED + 1 }) }, cutOff("subject")],
    ["an issuer cut off after iat", { issuer: record({ issuedBefore: ISSUED + 1 }) }, cutOff("issuer")],
    ["a session cut off in the second of iat", { session: record({ issuedBefore: ISSUED }) }, cutOff("session")],
    ["a subject cut off in the second of iat", { subject: record({ issuedBefore: ISSUED }) }, cutOff("subject")],
    ["an issuer cut off in the second of iat", { issuer: record({ issuedBefore: ISSUED }) }, cutOff("issuer")],
    ["a session cut off before iat", { session: record({ issuedBefore: ISSUED - 1 }) }, "pass"],
    ["a subject cut off before iat", { subject: record({ issuedBefore: ISSUED - 1 }) }, "pass"],
    ["an issuer cut off before iat", { issuer: record({ issuedBefore: ISSUED - 1 }) }, "pass"],
  ] as [string, ApplicableRecords, unknown][])("%s", async (_what, records, expected) => {
    expect(await check(records)).toEqual(expected);
  });

  it.each([
    [ISSUED + 0.9, ISSUED, false],
    [ISSUED, ISSUED + 0.9, false],
    [ISSUED + 0.1, ISSUED + 0.9, false],
    [ISSUED + 0.9, ISSUED + 0.1, false],
    [ISSUED + 1, ISSUED + 0.9, true],
    [ISSUED + 1, ISSUED, true],
    [ISSUED + 0.9, ISSUED + 1, false],
  ])("counts whole seconds: issued at %d, cut off at %d, passes: %s", async (iat, issuedBefore, passes) => {
    const result = await check({ subject: record({ issuedBefore }) }, { iat });
    expect(result === "pass").toBe(passes);
  });

  it("ends a token without version by a minimum of 1, and leaves it by one of 0", async () => {
    const none = { ver: undefined };
    expect(await check({ subject: record({ minimumTokenVersion: 1 }) }, none)).toEqual({
      reason: "token_version_outdated",
    });
    expect(await check({ subject: record({ minimumTokenVersion: 0 }) }, none)).toBe("pass");
  });
});

describe("the strictest record wins", () => {
  const lenient = record({ issuedBefore: ISSUED - 1 });
  it.each([
    ["an old session cut-off beside a revoked token", { token: record({ revoked: true }), session: lenient }],
    ["an old cut-off beside a new minimum", { subject: record({ issuedBefore: 1, minimumTokenVersion: 9 }) }],
    ["an old minimum beside a new cut-off", { subject: record({ issuedBefore: NOW, minimumTokenVersion: 0 }) }],
    [
      "an old subject cut-off beside a new one of the issuer",
      { subject: lenient, issuer: record({ issuedBefore: NOW }) },
    ],
    [
      "an old session cut-off beside a new one of the subject",
      { session: lenient, subject: record({ issuedBefore: NOW }) },
    ],
  ] as [string, ApplicableRecords][])("%s", async (_what, records) => {
    expect(await check(records)).not.toBe("pass");
  });
});

describe("a record's end", () => {
  it.each([
    ["the second before until", NOW + 1, false],
    ["a fraction before until", NOW + 0.001, false],
    ["until itself", NOW, true],
    ["later", NOW - 1, true],
    ["never", undefined, false],
  ])("%s", async (_when, until, passes) => {
    for (const records of [
      { token: record({ revoked: true, until }) },
      { session: record({ revoked: true, until }) },
      { subject: record({ minimumTokenVersion: 9, until }) },
      { issuer: record({ issuedBefore: NOW, until }) },
    ]) {
      expect((await check(records)) === "pass").toBe(passes);
    }
  });
});

describe("when the state is not known", () => {
  const unavailable: RevocationLookup = { status: "unavailable", cause: "timeout", lastKnown: {} };
  const decide = async (lookup: RevocationLookup, onUnknown: "deny" | "allow") =>
    checkRevocation(
      await verified(issuer),
      { lookUp: async () => lookup },
      { ...DENY, onUnknownRevocation: onUnknown },
      NOW,
    );

  it("a route that denies gives no verdict on the token", async () => {
    expect(outcome(await decide(unavailable, "deny"))).toEqual({ reason: "revocation_unavailable" });
  });

  it.each(["timeout", "error"] as const)("a route that allows goes on, and the evidence says so: %s", async (cause) => {
    const result = await decide({ ...unavailable, cause }, "allow");
    expect(result).toEqual({ ok: true, value: { checked: false, because: cause } });
  });

  it.each(["deny", "allow"] as const)("what was revoked before stays revoked (%s)", async (onUnknown) => {
    const lastKnown = { token: record({ revoked: true }) };
    const result = await decide({ ...unavailable, lastKnown }, onUnknown);
    expect(outcome(result)).toEqual({ reason: "token_revoked", by: "token" });
  });

  it("what was found in order before clears nothing", async () => {
    const lastKnown = { subject: record({ minimumTokenVersion: 0 }) };
    expect(outcome(await decide({ ...unavailable, lastKnown }, "deny"))).toEqual({ reason: "revocation_unavailable" });
  });

  it("a record that ended since is no longer held against a token", async () => {
    const lastKnown = { token: record({ revoked: true, until: NOW }) };
    expect(outcome(await decide({ ...unavailable, lastKnown }, "allow"))).toBe("pass");
  });

  it.each(["deny", "allow"] as const)("a record that cannot be read is never passed over (%s)", async (onUnknown) => {
    for (const kind of ["token", "session", "subject", "issuer"] as const) {
      const result = await decide({ status: "record_invalid", kind }, onUnknown);
      expect(outcome(result)).toEqual({ reason: "revocation_record_invalid", by: kind });
    }
  });
});

describe("the look-up", () => {
  async function askedFor(claims: Record<string, unknown>, settings: Record<string, unknown> = {}) {
    const asked: [RevocationIdentity, number][] = [];
    const reader = {
      lookUp: async (identity: RevocationIdentity, now: number): Promise<RevocationLookup> => {
        asked.push([identity, now]);
        return { status: "known", records: {}, source: "kv", asOf: now - 7 };
      },
    };
    const result = await checkRevocation(await verified(issuer, claims, settings), reader, DENY, NOW);
    return { asked, result };
  }

  it("asks once, for the identity that was verified", async () => {
    const { asked } = await askedFor({ jti: "t", sid: "s" });
    const identity = { issuer: issuer.issuer, subject: "alice", tokenId: "t", sessionId: "s" };
    expect(asked).toEqual([[identity, NOW]]);
  });

  it("asks for no token id where an issuer has none", async () => {
    const { asked } = await askedFor({ jti: "t" }, { tokenIdClaim: false });
    expect(asked[0]?.[0]).toEqual({
      issuer: issuer.issuer,
      subject: "alice",
      tokenId: undefined,
      sessionId: undefined,
    });
  });

  it("leaves evidence of what was asked and as of when", async () => {
    const { result } = await askedFor({});
    expect(result).toEqual({ ok: true, value: { checked: true, source: "kv", asOf: NOW - 7 } });
  });
});

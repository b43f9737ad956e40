import { describe, expect, it } from "vitest";
import { describeDecision } from "../../../src/model/decision-record.ts";
import type { RevocationReader } from "../../../src/model/revocation.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { bearer, Guard, type GuardSetUp, NOW } from "../authorize/guard.ts";
import { accessRequest, revocationsSaying } from "../support.ts";

const issuer = await TestIssuer.create();
const CIRCUMSTANCES = { status: 200, method: "GET", durationMs: 3, requestId: "request-1", rayId: null };

/** Text that must not be in any record, in every claim and place a client can write to. */
const SECRET = "s3cret";
const CLAIMS = {
  sub: `sub-${SECRET}`,
  jti: `jti-${SECRET}`,
  sid: `sid-${SECRET}`,
  scope: `scope-${SECRET}`,
  client_id: `client-${SECRET}`,
  email: `${SECRET}@example.com`,
  [`name-${SECRET}`]: 1,
};

async function recordOf(setUp: GuardSetUp, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
  const guard = await Guard.create(issuer, { routes: [{ path: "/users/:id", access: "bearer" }], ...setUp });
  const token = await issuer.sign(issuer.claims({ ...CLAIMS, ...claims }, NOW), header);
  const headers = { ...bearer(token), cookie: `session=${SECRET}`, "x-other": SECRET };
  const decision = await guard.decide(accessRequest({ path: `/users/${SECRET}` }, headers));
  return { record: describeDecision(decision, undefined, CIRCUMSTANCES), token };
}

const nothing = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };
const down: RevocationReader = { lookUp: async () => ({ status: "unavailable", cause: "timeout", lastKnown: {} }) };
const origin = { issuer: "https://issuer.example", keyId: "key-1" };

describe("the record of a decision", () => {
  it.each([
    [
      "an allowed bearer",
      {},
      {},
      {},
      { outcome: "allow", reason: null, caller: "bearer", revocation: { source: "kv", asOf: NOW }, ...origin },
    ],
    [
      "a bearer whose revocation state could not be had",
      { revocations: down, routes: [{ path: "/users/:id", access: "bearer", onUnknownRevocation: "allow" }] },
      {},
      {},
      { outcome: "allow", reason: null, caller: "bearer", revocation: { unchecked: "timeout" }, ...origin },
    ],
    [
      "a bearer who may not wait for that state",
      { revocations: down },
      {},
      {},
      { outcome: "indeterminate", reason: "revocation_unavailable", ...origin },
    ],
    [
      "a revoked token",
      { revocations: revocationsSaying({ session: { ...nothing, revoked: true } }) },
      {},
      {},
      { outcome: "deny", reason: "token_revoked", by: "session", ...origin },
    ],
    [
      "a claim of the wrong type",
      {},
      { sub: [SECRET] },
      {},
      { outcome: "deny", reason: "claim_invalid", claim: "sub", ...origin },
    ],
    ["another audience", {}, { aud: SECRET }, {}, { outcome: "deny", reason: "audience_mismatch", ...origin }],
    ["an untrusted issuer", {}, { iss: SECRET }, {}, { outcome: "deny", reason: "issuer_not_trusted" }],
    [
      "an unknown key",
      {},
      {},
      { kid: SECRET },
      { outcome: "deny", reason: "key_not_found", issuer: "https://issuer.example" },
    ],
    ["another type", {}, {}, { typ: SECRET }, { reason: "token_type_not_accepted", issuer: "https://issuer.example" }],
    [
      "a lack of scope",
      { routes: [{ path: "/users/:id", access: "bearer", scopes: ["admin"] }] },
      {},
      {},
      { outcome: "deny", reason: "insufficient_scope", ...origin },
    ],
    [
      "a path that nearly is a guarded one",
      { routes: [{ path: "/Users/:id", access: "bearer" }] },
      {},
      {},
      { outcome: "deny", reason: "path_ambiguous", route: null },
    ],
    [
      "a path without a rule",
      { routes: [{ path: "/", access: "public" }] },
      {},
      {},
      { reason: "no_matching_route", route: null },
    ],
  ] as [string, GuardSetUp, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>][])(
    "of %s says what decided, and nothing of token, claims, headers or path",
    async (_what, setUp, claims, header, expected) => {
      const { record, token } = await recordOf(setUp, claims, header);
      const { outcome } = record;
      expect(record).toEqual({ event: "decision", outcome, route: "/users/:id", ...CIRCUMSTANCES, ...expected });
      const written = JSON.stringify(record);
      expect(written).not.toContain(SECRET);
      for (const part of token.split(".")) expect(written).not.toContain(part);
    },
  );

  it.each([
    ["public", {}],
    ["optional", {}],
    ["preflight", { origin: "https://app.example", "access-control-request-method": "PUT" }],
  ] as [string, Record<string, string>][])(
    "of a caller without token says why none was needed: %s",
    async (caller, headers) => {
      const access = caller === "preflight" ? { access: "bearer", passPreflight: true } : { access: caller };
      const guard = await Guard.create(issuer, { routes: [{ path: "/*", ...access }] });
      const decision = await guard.decide(accessRequest({ method: "OPTIONS" }, headers));
      expect(describeDecision(decision, undefined, CIRCUMSTANCES)).toEqual({
        event: "decision",
        outcome: "allow",
        reason: null,
        route: "/*",
        caller,
        ...CIRCUMSTANCES,
      });
    },
  );

  it("of a request that was allowed and went wrong later is an error", async () => {
    const guard = await Guard.create(issuer, { routes: [{ path: "/*", access: "public" }] });
    const decision = await guard.decide(accessRequest());
    const record = describeDecision(decision, { reason: "origin_timeout" }, { ...CIRCUMSTANCES, status: 504 });
    expect(record).toMatchObject({ outcome: "error", reason: "origin_timeout", status: 504, caller: "public" });
  });
});

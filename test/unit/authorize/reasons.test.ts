import { beforeAll, describe, expect, it } from "vitest";
import type { AccessRequest } from "../../../src/model/access-request.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import type { Refusal } from "../../../src/model/refusal.ts";
import type { RevocationLookup, RevocationReader } from "../../../src/model/revocation.ts";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { accessRequest, revocationsSaying } from "../support.ts";
import { bearer, Guard, type GuardSetUp, NOW } from "./guard.ts";

/** A request that ends in one reason, and how the guard for it is set up. */
interface Case extends GuardSetUp {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  /** Presented instead of a signed token. */
  readonly token?: string;
  readonly request?: Partial<AccessRequest>;
  readonly headers?: Record<string, string>;
  readonly outcome?: "indeterminate";
}

const record = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };
const answering = (lookup: RevocationLookup): RevocationReader => ({ lookUp: async () => lookup });
const unavailableKeys: KeySource = { findKey: async () => ({ status: "unavailable" }) };

/** `identity_not_forwardable` is the forwarder's own and cannot come from here. */
const CASES: Record<Exclude<Refusal["reason"], "identity_not_forwardable">, Case> = {
  path_ambiguous: { request: { path: "/a//b" } },
  no_matching_route: { routes: [{ path: "/elsewhere", access: "bearer" }] },
  https_required: { request: { scheme: "http" } },
  token_missing: { headers: {} },
  credentials_malformed: { headers: { authorization: "Bearer" } },
  credentials_repeated: { headers: { authorization: "Bearer a, Bearer b" } },
  cross_site_request: {
    issuer: { tokenSources: [{ cookie: "session" }] },
    request: { method: "POST" },
    headers: { cookie: "session=abc" },
  },
  token_too_large: { token: "a".repeat(16_385) },
  token_malformed: { token: "a.b.c" },
  token_type_not_accepted: { header: { typ: "logout+jwt" } },
  token_source_not_accepted: {},
  algorithm_not_allowed: { token: forge({ alg: "none" }, { iss: "https://issuer.example" }) },
  issuer_not_trusted: { claims: { iss: "https://evil.example" } },
  keys_unavailable: { keys: unavailableKeys, outcome: "indeterminate" },
  key_not_found: { header: { kid: "key-2" } },
  signature_invalid: { token: forge({ alg: "ES256", kid: "key-1" }, { iss: "https://issuer.example" }) },
  claim_missing: { claims: { sub: undefined } },
  claim_invalid: { claims: { sub: 5 } },
  audience_mismatch: { claims: { aud: "https://other.example" } },
  token_expired: { claims: { exp: NOW - 60, iat: NOW - 100 } },
  token_not_yet_valid: { claims: { nbf: NOW + 61 } },
  token_too_old: { issuer: { maxAge: 10 }, claims: { iat: NOW - 71 } },
  lifetime_too_long: { issuer: { maxLifetime: 299 } },
  token_revoked: { revocations: revocationsSaying({ token: { ...record, revoked: true } }) },
  token_version_outdated: { revocations: revocationsSaying({ subject: { ...record, minimumTokenVersion: 1 } }) },
  issued_before_cutoff: { revocations: revocationsSaying({ issuer: { ...record, issuedBefore: NOW } }) },
  revocation_unavailable: {
    revocations: answering({ status: "unavailable", cause: "error", lastKnown: {} }),
    outcome: "indeterminate",
  },
  revocation_record_invalid: {
    revocations: answering({ status: "record_invalid", kind: "token" }),
    outcome: "indeterminate",
  },
  insufficient_scope: { routes: [{ path: "/*", access: "bearer", scopes: ["admin"] }] },
  claim_rule_failed: { routes: [{ path: "/*", access: "bearer", claims: [{ claim: "x", exists: true }] }] },
};

describe("each reason", () => {
  let issuer: TestIssuer;
  let other: TestIssuer;
  beforeAll(async () => {
    issuer = await TestIssuer.create();
    other = await TestIssuer.create("https://other.example");
  });

  it.each(Object.entries(CASES))(
    "%s",
    async (reason, { claims, header, token, request, headers, outcome, ...setUp }) => {
      const guard =
        reason === "token_source_not_accepted" ? await guardOfTwo(issuer, other) : await Guard.create(issuer, setUp);
      const presented = token ?? (await issuer.sign(issuer.claims(claims, NOW), header));
      const decision = await guard.decide(accessRequest(request, headers ?? bearer(presented)));
      expect(decision.outcome).toBe(outcome ?? "deny");
      expect(decision.outcome !== "allow" && decision.refusal.reason).toBe(reason);
    },
  );

  it("none of it happens to the request that all of them vary", async () => {
    const guard = await Guard.create(issuer);
    const decision = await guard.decideToken(await issuer.sign(issuer.claims({}, NOW)));
    expect(decision.outcome).toBe("allow");
  });
});

/** The second issuer's tokens come in Authorization, the first one's in a header; so both places are looked at. */
function guardOfTwo(issuer: TestIssuer, other: TestIssuer): Promise<Guard> {
  return Guard.createFor([
    [issuer, { tokenSources: [{ header: "X-Token" }] }],
    [other, {}],
  ]);
}

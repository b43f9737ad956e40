import { afterEach, describe, expect, it, vi } from "vitest";
import { authorize } from "../../../src/authorize/authorize.ts";
import { type ExaminedToken, TokenMemory } from "../../../src/authorize/token-memory.ts";
import { verifyToken } from "../../../src/authorize/verify-token.ts";
import type { KeyLookup, KeySource, VerificationKey } from "../../../src/model/key-source.ts";
import type { ApplicableRecords } from "../../../src/model/revocation.ts";
import { PresentedToken, type VerifiedToken } from "../../../src/model/token.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { TestIssuer, toBase64url } from "../../support/test-issuer.ts";
import { accessRequest, configFor, keysFor, revocationsSaying, settingsFor } from "../support.ts";
import { bearer, NOW, verdict } from "./guard.ts";

/* Everything here tries to make the memory lie: what it once saw must never pass for what is there now. */

const issuer = await TestIssuer.create();
const claims = issuer.claims({ scope: "orders:read" }, NOW);
const token = await issuer.sign(claims);

afterEach(() => void vi.restoreAllMocks());

interface Situation {
  readonly issuer?: Record<string, unknown>;
  readonly routes?: readonly Record<string, unknown>[];
  readonly keys?: KeySource;
  readonly records?: ApplicableRecords;
  readonly now?: number;
  readonly headers?: Record<string, string>;
}

/** Decides one request; situations may differ while the memory stays. */
async function decide(memory: TokenMemory, text: string, situation: Situation = {}): Promise<string> {
  const { routes, issuers } = settingsFor(configFor(issuer, situation.issuer, situation.routes)).rules;
  // An isolate has one configuration, and so one object for an issuer, until it is replaced by another isolate.
  const rules = { routes, issuers: situation.issuer === undefined ? sameIssuers : issuers };
  const keys = situation.keys ?? sameKeys;
  const request = accessRequest({}, situation.headers ?? bearer(text));
  const revocations = revocationsSaying(situation.records ?? {});
  return verdict(await authorize(request, rules, keys, revocations, memory, situation.now ?? NOW));
}

const sameIssuers = new Map([[issuer.issuer, trusted()]]);

/** The same key object for every request, as an isolate has it between two refreshes. */
const sameKeys = keysSaying({ status: "found", key: await importKeyOf(issuer) });

function trusted(overrides: Record<string, unknown> = {}) {
  const found = settingsFor(configFor(issuer, overrides)).rules.issuers.get(issuer.issuer);
  if (found === undefined) throw new Error("the issuer was not configured");
  return found;
}

const AUTHORIZATION: TokenSource = { kind: "authorization" };
const HEADER: TokenSource = { kind: "header", name: "x-token" };

/** Verifies the token as it comes from one of two places, with one memory: what it was made into, or why it was refused. */
function fromTwoPlaces() {
  const memory = new TokenMemory();
  const issuers = new Map([[issuer.issuer, trusted({ tokenSources: ["authorization", { header: "X-Token" }] })]]);
  return async (source: TokenSource, now = NOW): Promise<VerifiedToken | string> => {
    const verified = await verifyToken(new PresentedToken(token, source), issuers, sameKeys, memory, now);
    return verified.ok ? verified.value : verified.refusal.reason;
  };
}

async function remembering(): Promise<TokenMemory> {
  const memory = new TokenMemory();
  expect(await decide(memory, token)).toBe("allow");
  return memory;
}

describe("a token seen before", () => {
  it("costs no second signature check", async () => {
    const verify = vi.spyOn(crypto.subtle, "verify");
    const memory = await remembering();
    for (let i = 0; i < 10; i++) expect(await decide(memory, token)).toBe("allow");
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Situation, string]>([
    ["is revoked", { records: { token: record({ revoked: true }) } }, "token_revoked"],
    ["has its session ended", { records: { session: record({ revoked: true }) } }, "token_revoked"],
    [
      "has its user's version raised",
      { records: { subject: record({ minimumTokenVersion: 1 }) } },
      "token_version_outdated",
    ],
    ["is cut off with its issuer", { records: { issuer: record({ issuedBefore: NOW }) } }, "issued_before_cutoff"],
    ["expires", { now: NOW + 360 }, "token_expired"],
    ["is used before its time by a clock set back", { now: NOW - 61 }, "token_not_yet_valid"],
    ["is for another audience by now", { issuer: { audiences: ["https://other.example"] } }, "audience_mismatch"],
    ["is too long-lived by now", { issuer: { maxLifetime: 299 } }, "lifetime_too_long"],
    [
      "has an algorithm that is no longer allowed",
      { issuer: { algorithms: ["ES384"], keys: undefined, jwksUri: "https://k.example/" } },
      "algorithm_not_allowed",
    ],
    ["has a type that is no longer accepted", { issuer: { acceptedTypes: ["JWT"] } }, "token_type_not_accepted"],
    [
      "comes to a route with more scopes",
      { routes: [{ path: "/*", access: "bearer", scopes: ["orders:write"] }] },
      "insufficient_scope",
    ],
    [
      "comes to a route with claim rules",
      { routes: [{ path: "/*", access: "bearer", claims: [{ claim: "sub", equals: "bob" }] }] },
      "claim_rule_failed",
    ],
    ["comes to a route that is none", { routes: [{ path: "/other", access: "bearer" }] }, "no_matching_route"],
    ["has its key withdrawn", { keys: keysSaying({ status: "not_found" }) }, "key_not_found"],
    ["has its keys out of reach", { keys: keysSaying({ status: "unavailable" }) }, "keys_unavailable"],
  ])("is refused when it %s", async (_, situation, expected) => {
    const memory = await remembering();
    expect(await decide(memory, token, situation)).toBe(expected);
    expect(await decide(memory, token)).toBe("allow");
  });

  it("passes up to the last moment of its issuer's maxAge and not beyond it", async () => {
    const rules = {
      ...settingsFor(configFor(issuer)).rules,
      issuers: new Map([[issuer.issuer, trusted({ maxAge: 100 })]]),
    };
    const memory = new TokenMemory();
    const at = async (now: number) =>
      verdict(await authorize(accessRequest({}, bearer(token)), rules, sameKeys, revocationsSaying({}), memory, now));
    expect(await at(NOW)).toBe("allow");
    expect(await at(NOW + 160)).toBe("allow");
    expect(await at(NOW + 160.001)).toBe("token_too_old");
  });

  it("waits for its nbf again when the clock was set back", async () => {
    const memory = new TokenMemory();
    const text = await issuer.sign({ ...claims, iat: NOW - 200, nbf: NOW, exp: NOW + 100 });
    expect(await decide(memory, text)).toBe("allow");
    expect(await decide(memory, text, { now: NOW - 60 })).toBe("allow");
    expect(await decide(memory, text, { now: NOW - 60.001 })).toBe("token_not_yet_valid");
  });

  it("has its claims read once for each place that it comes from", async () => {
    const verify = fromTwoPlaces();
    const first = await verify(AUTHORIZATION);
    expect(await verify(AUTHORIZATION)).toBe(first);
    const elsewhere = await verify(HEADER);
    expect(elsewhere).toEqual({ ...(first as VerifiedToken), source: HEADER });
  });

  it("has its claims read once after its time has come", async () => {
    const verify = fromTwoPlaces();
    expect(await verify(AUTHORIZATION, NOW - 61)).toBe("token_not_yet_valid");
    const first = await verify(AUTHORIZATION);
    expect(await verify(AUTHORIZATION)).toBe(first);
  });

  it("has its claims read once, whatever becomes of it in another place meanwhile", async () => {
    const verify = fromTwoPlaces();
    const first = await verify(AUTHORIZATION);
    expect(await verify(HEADER, NOW + 360)).toBe("token_expired");
    expect(await verify(AUTHORIZATION)).toBe(first);
  });

  it("passes up to the last moment of its tolerance and not beyond it", async () => {
    const memory = await remembering();
    expect(await decide(memory, token, { now: NOW + 359.999 })).toBe("allow");
    expect(await decide(memory, token, { now: NOW + 360 })).toBe("token_expired");
  });

  it("is refused where its issuer's tokens may not be presented", async () => {
    const memory = await remembering();
    const routes = [{ path: "/*", access: "bearer" }];
    const settings = settingsFor(configFor(issuer, { tokenSources: ["authorization", { header: "X-Token" }] }, routes));
    const [route] = settings.rules.routes;
    if (route === undefined) throw new Error("no route");
    const rules = { routes: [route], issuers: sameIssuers };
    const request = accessRequest({}, { "x-token": token });
    expect(verdict(await authorize(request, rules, sameKeys, revocationsSaying({}), memory, NOW))).toBe(
      "token_source_not_accepted",
    );
  });

  it.each<[string, KeyLookup | undefined]>([
    ["the same", undefined],
    ["another", { status: "found", key: { keyId: "key-1", algorithm: "ES256", verify: async () => true } }],
    ["no", { status: "not_found" }],
    ["out of reach, as", { status: "unavailable" }],
  ])("has its key looked up once when there is %s key", async (_, lookup) => {
    const memory = await remembering();
    const findKey = vi.fn(lookup === undefined ? sameKeys.findKey : async () => lookup);
    await decide(memory, token, { keys: { findKey } });
    expect(findKey).toHaveBeenCalledTimes(1);
    expect(findKey.mock.calls[0]?.slice(1)).toEqual(["ES256", "key-1", NOW]);
  });

  it("is checked anew when its kid has other material", async () => {
    const memory = await remembering();
    const other = await TestIssuer.create();
    const imported = await importKeyOf(other);
    expect(await decide(memory, token, { keys: keysSaying({ status: "found", key: imported }) })).toBe(
      "signature_invalid",
    );
    expect(await decide(memory, token)).toBe("allow");
  });
});

describe("what only looks like a token seen before", () => {
  const [header, payload, signature] = token.split(".");

  it("is refused with its signature under other claims", async () => {
    const memory = await remembering();
    const forged = `${header}.${toBase64url(JSON.stringify({ ...claims, sub: "eve" }))}.${signature}`;
    expect(await decide(memory, forged)).toBe("signature_invalid");
  });

  it("is refused with its claims encoded in another way", async () => {
    const memory = await remembering();
    const reencoded = toBase64url(JSON.stringify(claims, null, 1));
    expect(reencoded).not.toBe(payload);
    expect(await decide(memory, `${header}.${reencoded}.${signature}`)).toBe("signature_invalid");
  });

  it("is refused with a byte more or less", async () => {
    const memory = await remembering();
    for (const text of [`${token}A`, token.slice(0, -1), `A${token}`, `${token}.`]) {
      expect(await decide(memory, text)).not.toBe("allow");
    }
  });

  it("is another issuer's, with the same kid and jti", async () => {
    const memory = await remembering();
    const other = await TestIssuer.create("https://other.example");
    expect(await decide(memory, await other.sign({ ...claims, iss: other.issuer }))).toBe("issuer_not_trusted");
    expect(await decide(memory, await other.sign(claims))).toBe("signature_invalid");
  });
});

describe("a forgery seen before", () => {
  it("costs no second signature check", async () => {
    const verify = vi.spyOn(crypto.subtle, "verify");
    const memory = new TokenMemory();
    const forged = `${token.slice(0, -8)}AAAAAAAA`;
    for (let i = 0; i < 10; i++) expect(await decide(memory, forged)).toBe("signature_invalid");
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it("passes once a key is published under which its signature holds", async () => {
    const memory = new TokenMemory();
    const other = await TestIssuer.create();
    const text = await other.sign(claims);
    expect(await decide(memory, text)).toBe("signature_invalid");
    const keys = keysSaying({ status: "found", key: await importKeyOf(other) });
    expect(await decide(memory, text, { keys })).toBe("allow");
    expect(await decide(memory, text)).toBe("signature_invalid");
  });

  it("does not keep the real token from passing", async () => {
    const memory = new TokenMemory();
    expect(await decide(memory, `${token.slice(0, -8)}AAAAAAAA`)).toBe("signature_invalid");
    expect(await decide(memory, token)).toBe("allow");
  });
});

it("a token that was refused before its key was known is looked at again", async () => {
  const memory = new TokenMemory();
  expect(await decide(memory, token, { keys: keysSaying({ status: "not_found" }) })).toBe("key_not_found");
  expect(await decide(memory, token)).toBe("allow");
});

describe("a flood", () => {
  const key = { keyId: "k", algorithm: "ES256", verify: async () => false } satisfies VerificationKey;
  const header = { algorithm: "ES256", keyId: "k", type: "jwt" };
  const examined = (holds: boolean): ExaminedToken => ({
    header,
    unverifiedClaims: {},
    key,
    holds,
  });
  const text = (name: string | number) => `${name}.`.padEnd(800, "x");

  it.each([
    ["good tokens", true],
    ["forgeries", false],
  ])("of distinct %s leaves those of regular users in place and the memory bounded", (_, holds) => {
    const memory = new TokenMemory();
    const regular = Array.from({ length: 500 }, (_value, index) => text(`regular ${index}`));
    for (const one of regular) memory.remember(one, examined(true));
    for (const one of regular) memory.recall(one);
    for (let i = 0; i < 50_000; i++) memory.remember(text(i), examined(holds));
    expect(regular.every((one) => memory.recall(one)?.holds === true)).toBe(true);
    let kept = 0;
    for (let i = 0; i < 50_000; i++) if (memory.recall(text(i)) !== undefined) kept++;
    expect(kept).toBeLessThanOrEqual(holds ? 2_500 : 250);
    expect(kept).toBeGreaterThan(0);
  });

  it("of very long tokens is not remembered at all", () => {
    const memory = new TokenMemory();
    memory.remember("x".repeat(4_096), examined(true));
    memory.remember("x".repeat(4_097), examined(true));
    expect(memory.recall("x".repeat(4_096))).toBeDefined();
    expect(memory.recall("x".repeat(4_097))).toBeUndefined();
  });

  it("of very long tokens drives out no other", () => {
    const memory = new TokenMemory();
    memory.remember("genuine", examined(true));
    // More than there is room for.
    for (let i = 0; i < 600; i++) memory.remember(`${i}.`.padEnd(4_097, "x"), examined(true));
    expect(memory.recall("genuine")).toBeDefined();
  });

  it.each([true, false])("of lists and objects, which outgrow their text, is not remembered (holding: %j)", (holds) => {
    const memory = new TokenMemory();
    const remember = (name: string, containers: number) => {
      // The claims themselves, the list, and what is in it.
      const list = Array.from({ length: containers - 2 }, (_, index) => (index % 2 === 0 ? {} : []));
      memory.remember(text(name), { header, unverifiedClaims: { list }, key, holds });
      return memory.recall(text(name)) !== undefined;
    };
    // 16, and one for each 64 of its 800 characters.
    expect([remember("few", 28), remember("many", 29)]).toEqual([true, false]);
  });

  it("of lists and objects that somebody asks for, is not remembered either, and any other may have as many as it likes", async () => {
    const { list, ...small } = { ...claims, list: Array.from({ length: 60 }, () => ({})) };
    const text = await issuer.sign({ ...small, list });
    const recalled = async (path: string[]) => {
      const memory = new TokenMemory();
      const rules = [{ claim: path, exists: true }];
      const { issuers } = settingsFor(configFor(issuer, {}, [{ path: "/*", access: "bearer", claims: rules }])).rules;
      const verified = await verifyToken(new PresentedToken(text, AUTHORIZATION), issuers, sameKeys, memory, NOW);
      expect(verified.ok).toBe(true);
      return memory.recall(text) !== undefined;
    };
    expect([await recalled(["list"]), await recalled(["jti"])]).toEqual([false, true]);
  });

  it.each([true, false])("of one text is remembered as it was examined last, holding: %j", (holds) => {
    const memory = new TokenMemory();
    for (const each of [holds, !holds, holds]) memory.remember("one", examined(each));
    expect(memory.recall("one")?.holds).toBe(holds);
  });
});

function record(parts: Partial<NonNullable<ApplicableRecords["token"]>>) {
  return { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined, ...parts };
}

function keysSaying(lookup: KeyLookup): KeySource {
  return { findKey: async () => lookup };
}

/** An issuer's key, as it would be found under the same kid. */
async function importKeyOf(other: TestIssuer): Promise<VerificationKey> {
  const settings = settingsFor(configFor(other));
  const one = settings.rules.issuers.get(other.issuer);
  if (one === undefined) throw new Error("the issuer was not configured");
  const lookup = await (await keysFor(settings)).findKey(one, "ES256", "key-1", NOW);
  if (lookup.status !== "found") throw new Error("the key was not found");
  return lookup.key;
}

import { describe, expect, it } from "vitest";
import { checkClaims, lapsesAt } from "../../../src/authorize/check-claims.ts";
import type { VerifiedToken } from "../../../src/model/token.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, settingsFor } from "../support.ts";
import { NOW, outcome } from "./guard.ts";

const issuer = await TestIssuer.create();

function check(claims: Record<string, unknown>, settings: Record<string, unknown> = {}, now = NOW) {
  return checkClaims(issuer.claims(claims, NOW), trustedWith(settings), now);
}

function trustedWith(settings: Record<string, unknown>) {
  const [trusted] = settingsFor(configFor(issuer, settings)).rules.issuers.values();
  if (trusted === undefined) throw new Error("no issuer");
  return trusted;
}

function refusal(claims: Record<string, unknown>, settings: Record<string, unknown> = {}, now = NOW) {
  return outcome(check(claims, settings, now));
}

const missing = (claim: string) => ({ reason: "claim_missing", claim });
const invalid = (claim: string) => ({ reason: "claim_invalid", claim });

describe("times, with a tolerance of 60 s", () => {
  it.each([
    ["exp is now minus the tolerance", { exp: NOW - 60, iat: NOW - 300 }, { reason: "token_expired" }],
    ["exp is one second later", { exp: NOW - 59, iat: NOW - 300 }, "pass"],
    ["exp is a fraction later", { exp: NOW - 59.999, iat: NOW - 300 }, "pass"],
    ["exp is long past", { exp: 0, iat: 0 }, { reason: "token_expired" }],
    ["nbf is now plus the tolerance", { nbf: NOW + 60 }, "pass"],
    ["nbf is one second later", { nbf: NOW + 61 }, { reason: "token_not_yet_valid" }],
    ["nbf is a fraction later", { nbf: NOW + 60.001 }, { reason: "token_not_yet_valid" }],
    ["nbf is past", { nbf: 0 }, "pass"],
    ["nbf is absent", { nbf: undefined }, "pass"],
    ["iat is now plus the tolerance", { iat: NOW + 60 }, "pass"],
    ["iat is one second later", { iat: NOW + 61 }, { reason: "token_not_yet_valid" }],
    ["iat is later while nbf is not", { iat: NOW + 61, nbf: NOW }, { reason: "token_not_yet_valid" }],
  ])("%s", (_when, claims, expected) => {
    expect(refusal(claims)).toEqual(expected);
  });

  it.each([
    ["exp is now", { exp: NOW }, { reason: "token_expired" }],
    ["exp is in the next second", { exp: NOW + 1 }, "pass"],
    ["nbf is now", { nbf: NOW }, "pass"],
    ["nbf is in the next second", { nbf: NOW + 1 }, { reason: "token_not_yet_valid" }],
    ["iat is now", { iat: NOW }, "pass"],
    ["iat is in the next second", { iat: NOW + 1 }, { reason: "token_not_yet_valid" }],
  ])("without tolerance: %s", (_when, claims, expected) => {
    expect(refusal({ iat: NOW - 300, ...claims }, { clockTolerance: 0 })).toEqual(expected);
  });

  it.each(["exp", "iat"])("%s has to be there", (name) => {
    expect(refusal({ [name]: undefined })).toEqual(missing(name));
  });

  it.each([
    ["absent", undefined, missing("iat")],
    ["text", `${NOW}`, invalid("iat")],
    ["negative", -1, invalid("iat")],
  ])("an nbf does not stand in for an iat that is %s", (_what, iat, expected) => {
    expect(refusal({ iat, nbf: NOW })).toEqual(expected);
  });

  it.each(["exp", "iat", "nbf"])("%s has to be a finite number that is not negative", (name) => {
    const values = [
      null,
      "",
      `${NOW}`,
      true,
      [NOW],
      {},
      -1,
      -0.5,
      Number.NaN,
      JSON.parse("1e400"),
      JSON.parse("-1e400"),
    ];
    for (const value of values) expect(refusal({ [name]: value })).toEqual(invalid(name));
  });

  it("an exp as far away as numbers go is too long a lifetime, not a token without end", () => {
    expect(refusal({ exp: Number.MAX_VALUE })).toEqual({ reason: "lifetime_too_long" });
  });

  it("reads fractions of seconds", () => {
    const checked = check({ iat: NOW - 0.5, exp: NOW + 0.5 });
    expect(checked.ok && [checked.value.issuedAt, checked.value.expiresAt]).toEqual([NOW - 0.5, NOW + 0.5]);
  });
});

describe("lifetime and age", () => {
  it.each([
    ["lasts as long as maxLifetime", { iat: NOW, exp: NOW + 600 }, "pass"],
    ["lasts one second longer", { iat: NOW, exp: NOW + 601 }, { reason: "lifetime_too_long" }],
    ["lasts a fraction longer", { iat: NOW, exp: NOW + 600.5 }, { reason: "lifetime_too_long" }],
  ])("with maxLifetime 600, a token that %s", (_what, claims, expected) => {
    expect(refusal(claims, { maxLifetime: 600 })).toEqual(expected);
  });

  it("maxLifetime is a day unless configured", () => {
    expect(refusal({ exp: NOW + 86_400 })).toBe("pass");
    expect(refusal({ exp: NOW + 86_401 })).toEqual({ reason: "lifetime_too_long" });
  });

  it.each([
    ["is as old as maxAge and the tolerance", { iat: NOW - 660 }, {}, "pass"],
    ["is one second older", { iat: NOW - 661 }, {}, { reason: "token_too_old" }],
    ["is a fraction older", { iat: NOW - 660.001 }, {}, { reason: "token_too_old" }],
    ["is as old as maxAge, without tolerance", { iat: NOW - 600 }, { clockTolerance: 0 }, "pass"],
    ["is one second older, without tolerance", { iat: NOW - 601 }, { clockTolerance: 0 }, { reason: "token_too_old" }],
  ])("with maxAge 600, a token that %s", (_what, claims, settings, expected) => {
    expect(refusal(claims, { maxAge: 600, ...settings })).toEqual(expected);
  });

  it("age has no limit besides exp unless configured", () => {
    expect(refusal({ iat: NOW - 86_000, exp: NOW + 1 })).toBe("pass");
  });
});

describe("when a token lapses", () => {
  it.each([
    ["exp and the tolerance", { exp: NOW + 300 }, {}, NOW + 360],
    ["exp alone without tolerance", { exp: NOW + 300 }, { clockTolerance: 0 }, NOW + 300],
    ["exp when it comes before maxAge", { exp: NOW + 300, iat: NOW - 100 }, { maxAge: 401 }, NOW + 360],
    ["maxAge when it comes before exp", { exp: NOW + 300, iat: NOW - 100 }, { maxAge: 399 }, NOW + 359],
  ])("%s", (_what, claims, settings, moment) => {
    const trusted = trustedWith(settings);
    const checked = checkClaims(issuer.claims(claims, NOW), trusted, NOW);
    if (!checked.ok) throw new Error(checked.refusal.reason);
    expect(lapsesAt({ ...checked.value, issuer: trusted } as VerifiedToken)).toBe(moment);
  });
});

describe("aud", () => {
  const mismatch = { reason: "audience_mismatch" };
  it.each([
    ["https://api.example", "pass"],
    [["https://api.example"], "pass"],
    [["https://other.example", "https://api.example"], "pass"],
    ["https://other.example", mismatch],
    [["https://other.example"], mismatch],
    [[], mismatch],
    ["", mismatch],
    ["https://api.example/", mismatch],
    ["https://API.example", mismatch],
    [" https://api.example", mismatch],
    ["https://api.example https://other.example", mismatch],
    ["https://api.exampl", mismatch],
    [undefined, missing("aud")],
    [null, invalid("aud")],
    [1, invalid("aud")],
    [true, invalid("aud")],
    [{ 0: "https://api.example", length: 1 }, invalid("aud")],
    [["https://api.example", 1], invalid("aud")],
    [["https://api.example", null], invalid("aud")],
    [[["https://api.example"]], invalid("aud")],
  ])("%j: %j", (aud, expected) => {
    expect(refusal({ aud })).toEqual(expected);
  });

  it("has to be one of several configured", () => {
    const settings = { audiences: ["a", "b"] };
    expect(refusal({ aud: "b" }, settings)).toBe("pass");
    expect(refusal({ aud: "c" }, settings)).toEqual(mismatch);
  });

  it.each([undefined, "anything", 5])("%j does not matter once the check is left out in so many words", (aud) => {
    expect(refusal({ aud }, { audiences: false })).toBe("pass");
  });
});

describe("clients", () => {
  const clients = ["app", "web"];
  it.each([
    [{ client_id: "app" }, "pass"],
    [{ azp: "web" }, "pass"],
    [{ azp: "app", client_id: "web" }, "pass"],
    [{}, missing("client_id")],
    [{ client_id: "evil" }, invalid("client_id")],
    [{ client_id: "App" }, invalid("client_id")],
    [{ azp: "evil" }, invalid("azp")],
    [{ azp: "evil", client_id: "app" }, invalid("azp")],
    [{ azp: "app", client_id: "evil" }, invalid("client_id")],
    [{ client_id: ["app"] }, invalid("client_id")],
    [{ client_id: null }, invalid("client_id")],
  ])("with an allow-list, %j: %j", (claims, expected) => {
    expect(refusal(claims, { clients })).toEqual(expected);
  });

  it.each([
    [{}, undefined],
    [{ azp: "a" }, "a"],
    [{ client_id: "c" }, "c"],
    [{ azp: "a", client_id: "c" }, "c"],
  ])("without one, %j names the client %j", (claims, client) => {
    const checked = check(claims);
    expect(checked.ok && checked.value.client).toBe(client);
  });

  it("has to be an identifier even without an allow-list", () => {
    expect(refusal({ azp: 5 })).toEqual(invalid("azp"));
    expect(refusal({ client_id: "" })).toEqual(invalid("client_id"));
    expect(refusal({ client_id: "c".repeat(513) })).toEqual(invalid("client_id"));
  });
});

describe("claims that have to be there, and one that must not", () => {
  it.each([
    [{ auth_time: 5 }, "pass"],
    [{ auth_time: null }, "pass"],
    [{}, missing("auth_time")],
    [{ auth: { time: 5 } }, missing("auth_time")],
  ])("required auth_time, %j: %j", (claims, expected) => {
    expect(refusal(claims, { requiredClaims: ["auth_time"] })).toEqual(expected);
  });

  it("a required claim is not found on Object.prototype", () => {
    expect(refusal({}, { requiredClaims: ["toString"] })).toEqual(missing("toString"));
  });

  it.each([{ jkt: "thumbprint" }, {}, null, false])("a token bound to a key (cnf %j) is no bearer token", (cnf) => {
    expect(refusal({ cnf })).toEqual(invalid("cnf"));
  });

  it("claims that nobody knows are ignored", () => {
    expect(refusal({ foo: [1], "https://x.example/y": null })).toBe("pass");
  });
});

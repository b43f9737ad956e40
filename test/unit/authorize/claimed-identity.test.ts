import { describe, expect, it } from "vitest";
import { checkClaims } from "../../../src/authorize/check-claims.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { configFor, settingsFor } from "../support.ts";
import { NOW, outcome } from "./guard.ts";

const issuer = await TestIssuer.create();

function check(claims: Record<string, unknown>, settings: Record<string, unknown> = {}) {
  const [trusted] = settingsFor(configFor(issuer, settings)).rules.issuers.values();
  if (trusted === undefined) throw new Error("no issuer");
  return checkClaims(issuer.claims(claims, NOW), trusted, NOW);
}

const missing = (claim: string) => ({ reason: "claim_missing", claim });
const invalid = (claim: string) => ({ reason: "claim_invalid", claim });

describe.each([
  ["sub", true],
  ["jti", true],
  ["sid", false],
  ["azp", false],
  ["client_id", false],
] as const)("%s", (name, required) => {
  it("may be left out only if nothing depends on it", () => {
    expect(outcome(check({ [name]: undefined }))).toEqual(required ? missing(name) : "pass");
  });

  it.each([
    ["one letter", "a"],
    ["512 bytes", "a".repeat(512)],
    ["512 bytes in 128 characters", "🔑".repeat(128)],
    ["an e-mail address", "alice@example.com"],
    ["a URL", "https://id.example/users/1?x=y#z"],
    ["blanks around", " alice "],
    ["any script", "アリス"],
    ["the name of a property", "__proto__"],
  ])("may be %s", (_what, value) => {
    expect(outcome(check({ [name]: value }))).toBe("pass");
  });

  it.each([
    ["empty", ""],
    ["of 513 bytes", "a".repeat(513)],
    ["of 513 bytes in 129 characters", `${"🔑".repeat(128)}a`],
    ["null", null],
    ["a number", 5],
    ["a boolean", true],
    ["a list", ["alice"]],
    ["an object", { id: "alice" }],
    ["with a NUL", "alice\0"],
    ["with a line break", "alice\r\nX-Jotgate-Subject: bob"],
    ["with a tab", "a\tb"],
    ["with DEL", "a\x7fb"],
    ["with a C1 control character", "a\x85b"],
    ["with half of a surrogate pair", "alice\ud800"],
    ["with the other half", "\udc00alice"],
  ])("must not be %s", (_what, value) => {
    expect(outcome(check({ [name]: value }))).toEqual(invalid(name));
  });
});

describe("claims of other names", () => {
  it("are read where the configuration says", () => {
    const claims = { sub: undefined, jti: undefined, user: { id: "bob" }, "https://x.example/tid": "t1", ses: "s1" };
    const settings = { subjectClaim: ["user", "id"], tokenIdClaim: "https://x.example/tid", sessionIdClaim: "ses" };
    const checked = check(claims, settings);
    expect(checked.ok && [checked.value.subject, checked.value.tokenId, checked.value.sessionId]).toEqual([
      "bob",
      "t1",
      "s1",
    ]);
  });

  it("are named in refusals", () => {
    expect(outcome(check({}, { subjectClaim: ["user", "id"] }))).toEqual(missing("user.id"));
    expect(outcome(check({ user: { id: 5 } }, { subjectClaim: ["user", "id"] }))).toEqual(invalid("user.id"));
    expect(outcome(check({}, { tokenIdClaim: "uti" }))).toEqual(missing("uti"));
  });

  it("a token id is neither needed nor read for an issuer without token ids", () => {
    const checked = check({ jti: 5 }, { tokenIdClaim: false });
    expect(checked.ok && checked.value.tokenId).toBeUndefined();
    expect(checked.ok).toBe(true);
  });
});

describe("the token version", () => {
  const tokenVersionClaim = "ver";
  it.each([
    [undefined, 0],
    [0, 0],
    [1, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])("%j counts as %j", (ver, version) => {
    const checked = check({ ver }, { tokenVersionClaim });
    expect(checked.ok && checked.value.tokenVersion).toBe(version);
  });

  it.each(["1", "", true, null, [1], {}, 1.5, -1, Number.MAX_SAFE_INTEGER + 1, JSON.parse("1e400"), Number.NaN])(
    "%j is refused",
    (ver) => {
      expect(outcome(check({ ver }, { tokenVersionClaim }))).toEqual(invalid("ver"));
    },
  );

  it("is 0 and unread for an issuer without a version claim", () => {
    const checked = check({ ver: "seven" });
    expect(checked.ok && checked.value.tokenVersion).toBe(0);
  });
});

describe("scopes", () => {
  it.each([
    [undefined, []],
    ["", []],
    ["a", ["a"]],
    ["a b", ["a", "b"]],
    ["  a   b ", ["a", "b"]],
    ["a\tb", ["a\tb"]],
    [[], []],
    [
      ["a", "b:c"],
      ["a", "b:c"],
    ],
  ])("%j are %j", (scope, scopes) => {
    const checked = check({ scope });
    expect(checked.ok && checked.value.scopes).toEqual(scopes);
  });

  it.each([
    [null],
    [5],
    [true],
    [{ a: true }],
    [["a", 5]],
    [["a", ""]],
    [["a b"]],
    [["a", " b"]],
    [["a", null]],
    [["a", ["b"]]],
    ["a \ud800"],
    [["\ud800"]],
  ])("%j is refused", (scope) => {
    expect(outcome(check({ scope }))).toEqual(invalid("scope"));
  });

  it("are read where the configuration says", () => {
    const checked = check(
      { scope: "x", realm_access: { roles: ["staff"] } },
      { scopeClaim: ["realm_access", "roles"] },
    );
    expect(checked.ok && checked.value.scopes).toEqual(["staff"]);
  });
});

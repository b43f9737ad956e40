// Published examples as whole requests: what becomes of them at a guard that has the RFC's key, at a time when they are valid.
import { describe, expect, it } from "vitest";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import { TestIssuer, toBase64url } from "../../support/test-issuer.ts";
import { Guard, NO_KEY_LOOKUP, NOW, outcome, verdict } from "../authorize/guard.ts";
import { signSegments } from "../differential/sign-segments.ts";
import { ASYMMETRIC } from "./published-keys.ts";
import { compactOf, decideWithKeyOf, exampleOf, SECTIONS } from "./rfc-examples.ts";
import { textOf } from "./wycheproof.ts";

/** An hour before `exp` of the examples that RFC 7515 and RFC 7519 share. */
const BEFORE_EXPIRY = 1_300_815_780;

describe.each(["RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3", "RFC 7519 3.1"])("%s as an access token", (section) => {
  it("is believed, and then refused for lacking the time of its issue", async () => {
    const decision = await decideWithKeyOf(section, compactOf(section), BEFORE_EXPIRY);
    expect(decision).toMatchObject({ outcome: "deny", refusal: { reason: "claim_missing", claim: "iat" } });
  });

  it("is refused for its signature once one character of that changed", async () => {
    const compact = compactOf(section);
    const at = compact.lastIndexOf(".") + 1;
    const forged = compact.slice(0, at) + (compact[at] === "A" ? "B" : "A") + compact.slice(at + 1);
    expect(verdict(await decideWithKeyOf(section, forged, BEFORE_EXPIRY))).toBe("signature_invalid");
  });

  it("is refused by every issuer with a key of another algorithm", async () => {
    const others = ["RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3"].filter(
      (other) => exampleOf(other).alg !== exampleOf(section).alg,
    );
    for (const other of others) {
      const decision = await decideWithKeyOf(other, compactOf(section), BEFORE_EXPIRY);
      expect(verdict(decision), other).toBe("algorithm_not_allowed");
    }
    expect(others.length).toBe(2);
  });

  it("is refused for its type where access tokens have to say what they are", async () => {
    const strict = { acceptedTypes: ["at+jwt"] };
    expect(verdict(await decideWithKeyOf(section, compactOf(section), BEFORE_EXPIRY, strict))).toBe(
      "token_type_not_accepted",
    );
  });
});

describe("examples that are no signed claims sets are refused for their form, before any key is looked up", () => {
  const REFUSED: readonly (readonly [section: string, why: string])[] = [
    ["RFC 6750 2.1", "an opaque token"],
    ["RFC 7515 A.4", "a payload that is no JSON object"],
    ["RFC 7515 A.5", "no signature, alg none"],
    ["RFC 7515 A.6", "the general JSON serialization"],
    ["RFC 7515 A.7", "the flattened JSON serialization"],
    ["RFC 7515 appendix E", "an extension that nobody knows is critical"],
    ["RFC 7519 6.1", "no signature, alg none"],
    ["RFC 7519 A.1", "encrypted"],
    ["RFC 7519 A.2", "signed and then encrypted"],
    ["RFC 7520 4.1", "a payload that is no JSON object"],
    ["RFC 7520 4.2", "a payload that is no JSON object"],
    ["RFC 7520 4.3", "a payload that is no JSON object"],
    ["RFC 7520 4.4", "a payload that is no JSON object"],
    ["RFC 7520 4.5", "the payload is detached"],
    ["RFC 7520 4.6", "an unprotected header"],
    ["RFC 7520 4.7", "an unprotected header alone"],
    ["RFC 7520 4.8", "several signatures"],
    ["RFC 7797 4.1", "a payload that is no JSON object"],
    ["RFC 7797 4.2", "an unencoded, detached payload"],
    ["RFC 8037 A.4", "a payload that is no JSON object"],
  ];

  it.each(REFUSED)("%s: %s", async (section) => {
    const guard = await Guard.create(await TestIssuer.create(), { keys: NO_KEY_LOOKUP });
    const { compact, json } = exampleOf(section);
    const texts = [compact, json].filter((form) => form !== undefined).map(textOf);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(outcome(await guard.verify(text))).toEqual({ reason: "token_malformed" });
    if (compact !== undefined) expect(verdict(await guard.decideToken(compact))).toBe("token_malformed");
    if (json !== undefined) expect(verdict(await guard.decideToken(textOf(json)))).toMatch(/^credentials_/);
  });

  it("no published token is left out", () => {
    const believed = ["RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3", "RFC 7519 3.1"];
    const withToken = SECTIONS.filter((section) => {
      const { compact, json } = exampleOf(section);
      return compact !== undefined || json !== undefined;
    });
    expect([...believed, ...REFUSED.map(([section]) => section)].sort()).toEqual([...withToken].sort());
  });
});

it("RFC 7515 4.1.11 is refused under a good signature: its header makes an extension critical", async () => {
  const issuer = await TestIssuer.create();
  const guard = await Guard.create(issuer);
  const payload = toBase64url(JSON.stringify(issuer.claims({}, NOW)));
  const { header = {} } = exampleOf("RFC 7515 4.1.11");
  const { crit, ...uncritical } = header;
  expect(crit).toEqual(["exp"]);
  for (const [said, expected] of [
    [header, "token_malformed"],
    [uncritical, "allow"],
  ] as const) {
    const token = await signSegments(issuer, toBase64url(JSON.stringify(said)), payload);
    expect(verdict(await guard.decideToken(token))).toBe(expected);
  }
});

describe("RFC 9068 3, signed for the test, as an access token", () => {
  const { header = {}, claims = {} } = exampleOf("RFC 9068 3");
  const { iat, exp } = claims as { iat: number; exp: number };

  async function decide(now: number, settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const issuer = await TestIssuer.create(`${claims["iss"]}`, `${header["alg"]}`, `${header["kid"]}`);
    const issued = { audiences: [claims["aud"]], acceptedTypes: ["at+jwt"], clients: [claims["client_id"]] };
    const guard = await Guard.create(issuer, {
      issuer: { ...issued, clockTolerance: 0, maxLifetime: exp - iat, ...settings },
      routes: [{ path: "/*", access: "bearer", scopes: ["openid", "profile", "reademail"] }],
    });
    return verdict(await guard.decideToken(await issuer.sign(claims, header), now));
  }

  it.each([
    ["allowed from the second of its issue", iat, {}, "allow"],
    ["refused a second before", iat - 1, {}, "token_not_yet_valid"],
    ["allowed until the second before it expires", exp - 1, {}, "allow"],
    ["refused when it expires", exp, {}, "token_expired"],
    ["refused where tokens live for a day: it lives for 245", iat, { maxLifetime: 86_400 }, "lifetime_too_long"],
    ["refused at another resource server", iat, { audiences: ["https://rs.example.com"] }, "audience_mismatch"],
    ["refused for a client that is not accepted", iat, { clients: ["s6BhdRkqt3_"] }, "claim_invalid"],
    ["refused where another type is asked for", iat, { acceptedTypes: ["JWT"] }, "token_type_not_accepted"],
  ])("is %s", async (_what, now, settings, expected) => {
    expect(await decide(now, settings)).toBe(expected);
  });
});

describe("the key sets of RFC 7517, as published by an issuer", () => {
  it("A.1 yields its RSA key, and not the one for encryption", async () => {
    const set = await readKeySet(exampleOf("RFC 7517 A.1"), ASYMMETRIC);
    expect(set.find("RS256", "2011-04-29")?.algorithm).toBe("RS256");
    expect([set.find("ES256", "1"), set.find("RS512", "2011-04-29")]).toEqual([undefined, undefined]);
  });

  it.each(["RFC 7517 A.2", "RFC 7517 A.3"])("%s yields nothing: a private key, secrets", async (section) => {
    expect((await readKeySet(exampleOf(section), ASYMMETRIC)).isEmpty).toBe(true);
  });
});

// RFC 7515 §4 and RFC 7519 §5: what a header may say without anything coming of it.
import { describe, expect, it } from "vitest";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { Guard, NOW, outcome } from "../authorize/guard.ts";

const issuer = await TestIssuer.create();
const guard = await Guard.create(issuer);

it("claims that a header repeats or contradicts are not read: only the payload speaks", async () => {
  const header = { iss: "https://evil.example", sub: "mallory", aud: "elsewhere", exp: 1, jti: "another" };
  const result = await guard.verify(await issuer.sign(issuer.claims({ jti: "its-own" }, NOW), header));
  expect(result.ok && [result.value.subject, result.value.tokenId]).toEqual(["alice", "its-own"]);
});

it("claims that only a header has are missing", async () => {
  const token = await issuer.sign(issuer.claims({ sub: undefined }, NOW), { sub: "alice" });
  expect(outcome(await guard.verify(token))).toEqual({ reason: "claim_missing", claim: "sub" });
});

describe("certificates and their thumbprints are not looked at", () => {
  it.each([
    ["x5c", ["bm8gY2VydGlmaWNhdGU="]],
    ["x5c", "no list"],
    ["x5t", "AAAA"],
    ["x5t#S256", 5],
    ["x5u", "http://127.0.0.1/certificate"],
    ["jku", "http://127.0.0.1/keys"],
    ["jwk", issuer.publicJwk],
  ])("%s: %j", async (name, value) => {
    expect(outcome(await guard.verify(await issuer.sign(issuer.claims({}, NOW), { [name]: value })))).toBe("pass");
  });

  it("and a key in the header verifies nothing", async () => {
    const mallory = await TestIssuer.create(issuer.issuer);
    const token = await mallory.sign(mallory.claims({}, NOW), { jwk: mallory.publicJwk });
    expect(outcome(await guard.verify(token))).toEqual({ reason: "signature_invalid" });
  });
});

describe("cty", () => {
  it.each(["JWT", "jwt", "application/json", "", 5])(
    "%j changes nothing about a payload that is a claims set",
    async (cty) => {
      expect(outcome(await guard.verify(await issuer.sign(issuer.claims({}, NOW), { cty })))).toBe("pass");
    },
  );

  it("a nested token is refused, for its payload is no claims set", async () => {
    const inner = await issuer.sign(issuer.claims({}, NOW));
    const token = forge({ alg: "ES256", kid: "key-1", cty: "JWT" }, inner);
    expect(outcome(await guard.verify(token))).toEqual({ reason: "token_malformed" });
  });
});

it.each(["zip", "enc", "p2c", "epk", "apu"])(
  "%s, which only encrypted tokens have, is ignored in a signed one",
  async (name) => {
    expect(outcome(await guard.verify(await issuer.sign(issuer.claims({}, NOW), { [name]: "DEF" })))).toBe("pass");
  },
);

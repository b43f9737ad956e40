import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { TokenMemory } from "../../../src/authorize/token-memory.ts";
import { verifyToken } from "../../../src/authorize/verify-token.ts";
import type { KeySource } from "../../../src/model/key-source.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { forge, TestIssuer } from "../../support/test-issuer.ts";
import { configFor, ENVIRONMENT, keysFor, settingsFor } from "../support.ts";
import { Guard, NO_KEY_LOOKUP, NOW, outcome } from "./guard.ts";

const issuer = await TestIssuer.create();
const claims = (overrides: Record<string, unknown> = {}) => issuer.claims(overrides, NOW);

async function verify(token: string, settings: Record<string, unknown> = {}, keys?: KeySource) {
  const guard = await Guard.create(issuer, { issuer: settings, ...(keys && { keys }) });
  return outcome(await guard.verify(token));
}

/** Fails if any key is looked up. */
function verifyWithoutKeys(token: string, settings: Record<string, unknown> = {}) {
  return verify(token, settings, NO_KEY_LOOKUP);
}

describe("a good token", () => {
  it("says who it is from, which key signed it and what it claims", async () => {
    const routes = [{ path: "/*", access: "bearer", claims: [{ claim: ["plan", "name"], equals: "gold" }] }];
    const guard = await Guard.create(issuer, { routes });
    const plan = { name: "gold", since: 2020 };
    const content = claims({ scope: "a b", client_id: "app", sid: "session-1", plan, email: "alice@example.com" });
    const result = await guard.verify(await issuer.sign(content));
    expect(result.ok && result.value).toEqual({
      issuer: guard.rules.issuers.get(issuer.issuer),
      keyId: "key-1",
      source: { kind: "authorization" },
      claims: { plan },
      subject: "alice",
      tokenId: content["jti"],
      sessionId: "session-1",
      tokenVersion: 0,
      issuedAt: NOW,
      notBefore: NOW,
      expiresAt: NOW + 300,
      scopes: ["a", "b"],
      client: "app",
      identity: { issuer: issuer.issuer, subject: "alice", tokenId: content["jti"], sessionId: "session-1" },
    });
  });

  it("needs no kid while its issuer has one key", async () => {
    expect(await verify(await issuer.sign(claims(), { kid: undefined }))).toBe("pass");
  });

  it("may carry keys and addresses of keys, which nobody looks at", async () => {
    const extras = { jwk: { kty: "oct", k: "AA" }, jku: "https://evil.example", x5u: "https://evil.example" };
    expect(await verify(await issuer.sign(claims(), extras))).toBe("pass");
  });
});

describe("refused before any key is looked up", () => {
  it.each([
    ["a malformed token", "a.b", { reason: "token_malformed" }],
    ["a token without iss", forge({ alg: "ES256" }, {}), { reason: "claim_missing", claim: "iss" }],
    ["an iss that is null", forge({ alg: "ES256" }, { iss: null }), { reason: "claim_invalid", claim: "iss" }],
    [
      "an iss that is a list",
      forge({ alg: "ES256" }, { iss: [issuer.issuer] }),
      { reason: "claim_invalid", claim: "iss" },
    ],
    ["another issuer", forge({ alg: "ES256" }, { iss: "https://evil.example" }), { reason: "issuer_not_trusted" }],
    ["an empty issuer", forge({ alg: "ES256" }, { iss: "" }), { reason: "issuer_not_trusted" }],
    [
      "our issuer with a slash",
      forge({ alg: "ES256" }, { iss: `${issuer.issuer}/` }),
      { reason: "issuer_not_trusted" },
    ],
    [
      "our issuer in another case",
      forge({ alg: "ES256" }, { iss: "https://ISSUER.example" }),
      { reason: "issuer_not_trusted" },
    ],
    [
      "a blank around our issuer",
      forge({ alg: "ES256" }, { iss: ` ${issuer.issuer}` }),
      { reason: "issuer_not_trusted" },
    ],
    ["an issuer called __proto__", forge({ alg: "ES256" }, { iss: "__proto__" }), { reason: "issuer_not_trusted" }],
    [
      "iss twice, the last untrusted",
      forge({ alg: "ES256" }, `{"iss":"${issuer.issuer}","iss":"x"}`),
      { reason: "issuer_not_trusted" },
    ],
  ])("%s", async (_what, token, refusal) => {
    expect(await verifyWithoutKeys(token)).toEqual(refusal);
  });

  it.each([
    "none",
    "None",
    "NONE",
    "nOnE",
    "noNE",
    "",
    " none",
    "es256",
    "ES256 ",
    "ES256K",
    "ES384",
    "RS256",
    "PS256",
    "HS256",
    "HS512",
    "EdDSA",
    "dir",
    "RSA-OAEP",
    "__proto__",
    "constructor",
  ])("alg %j", async (alg) => {
    const token = forge({ alg, typ: "at+jwt" }, claims());
    expect(await verifyWithoutKeys(token)).toEqual({ reason: "algorithm_not_allowed" });
  });

  it.each(["logout+jwt", "dpop+jwt", "secevent+jwt", "id+jwt", "at+jwt2", "", "absent", "jose"])(
    "typ %j",
    async (typ) => {
      const token = forge({ alg: "ES256", typ }, claims());
      expect(await verifyWithoutKeys(token)).toEqual({ reason: "token_type_not_accepted" });
    },
  );

  it("a token where its issuer's tokens do not belong", async () => {
    const settings = settingsFor(configFor(issuer, { tokenSources: [{ header: "X-Token" }] }));
    const from = async (source: TokenSource) => {
      const presented = new PresentedToken(await issuer.sign(claims()), source);
      return outcome(await verifyToken(presented, settings.rules.issuers, NO_KEY_LOOKUP, new TokenMemory(), NOW));
    };
    const refusal = { reason: "token_source_not_accepted" };
    expect(await from({ kind: "authorization" })).toEqual(refusal);
    expect(await from({ kind: "header", name: "x-other" })).toEqual(refusal);
    expect(await from({ kind: "cookie", name: "x-token" })).toEqual(refusal);
    await expect(from({ kind: "header", name: "x-token" })).rejects.toThrow("a key was looked up");
  });
});

describe("typ", () => {
  it.each([undefined, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/jwt"])(
    "%j is accepted by default",
    async (typ) => {
      expect(await verify(await issuer.sign(claims(), { typ }))).toBe("pass");
    },
  );

  it.each([
    ["at+jwt", "pass"],
    ["application/at+jwt", "pass"],
    ["JWT", { reason: "token_type_not_accepted" }],
    [undefined, { reason: "token_type_not_accepted" }],
  ])("%j where only at+jwt is accepted (RFC 9068)", async (typ, expected) => {
    const token = await issuer.sign(claims(), { typ });
    expect(await verify(token, { acceptedTypes: ["at+jwt"] })).toEqual(expected);
  });
});

describe("the key", () => {
  it("is looked up for the issuer, algorithm and kid of the token", async () => {
    const asked: unknown[] = [];
    const keys: KeySource = {
      findKey: async (...question) => {
        asked.push(question);
        return { status: "not_found" };
      },
    };
    const guard = await Guard.create(issuer, { keys });
    expect(outcome(await guard.verify(await issuer.sign(claims())))).toEqual({ reason: "key_not_found" });
    expect(asked).toEqual([[guard.rules.issuers.get(issuer.issuer), "ES256", "key-1", NOW]]);
  });

  it("that cannot be had is no reason to call the token bad", async () => {
    const keys: KeySource = { findKey: async () => ({ status: "unavailable" }) };
    expect(await verify(await issuer.sign(claims()), {}, keys)).toEqual({ reason: "keys_unavailable" });
  });

  it("is not found under another kid", async () => {
    expect(await verify(await issuer.sign(claims(), { kid: "key-2" }))).toEqual({ reason: "key_not_found" });
  });

  it("is compared with kid by case", async () => {
    expect(await verify(await issuer.sign(claims(), { kid: "KEY-1" }))).toEqual({ reason: "key_not_found" });
  });

  it("of another issuer does not count, not even under the same kid", async () => {
    const other = await TestIssuer.create("https://other.example");
    const [mine] = configFor(issuer).issuers;
    const [theirs] = configFor(other).issuers;
    const settings = settingsFor({ ...configFor(issuer), issuers: [mine, theirs] });
    const keys = await keysFor(settings);
    const check = async (token: string) => {
      const presented = new PresentedToken(token, { kind: "authorization" });
      return outcome(await verifyToken(presented, settings.rules.issuers, keys, new TokenMemory(), NOW));
    };
    expect(await check(await other.sign(other.claims({}, NOW)))).toBe("pass");
    expect(await check(await other.sign(claims()))).toEqual({ reason: "signature_invalid" });
    expect(await check(await issuer.sign(other.claims({}, NOW)))).toEqual({ reason: "signature_invalid" });
  });
});

describe("the signature", () => {
  it("comes before the claims: a forged token learns nothing about them", async () => {
    const forged = forge({ alg: "ES256", kid: "key-1" }, claims({ exp: NOW - 1000, aud: "x", sub: undefined }));
    expect(await verify(forged)).toEqual({ reason: "signature_invalid" });
  });

  it("of an HMAC under the public key does not hold for an issuer with public keys", async () => {
    const rsa = await TestIssuer.create("https://issuer.example", "RS256");
    const text = new TextEncoder().encode(JSON.stringify(rsa.publicJwk));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "key-1" }).sign(text);
    expect(outcome(await (await Guard.create(rsa, { keys: NO_KEY_LOOKUP })).verify(token))).toEqual({
      reason: "algorithm_not_allowed",
    });
  });

  it.each([
    ["RS256", "PS256"],
    ["PS256", "RS256"],
    ["RS256", "RS512"],
  ])(
    "of %s does not hold as %s with the same RSA key",
    async (own, other) => {
      const rsa = await TestIssuer.create("https://issuer.example", own);
      const guard = await Guard.create(rsa, { issuer: { algorithms: [own, other] } });
      const [, payload, signature] = (await rsa.sign(claims())).split(".");
      const relabelled = `${forge({ alg: other, kid: "key-1" }, {}).split(".")[0]}.${payload}.${signature}`;
      expect(outcome(await guard.verify(await rsa.sign(claims())))).toBe("pass");
      expect(outcome(await guard.verify(relabelled))).toEqual({ reason: "key_not_found" });
    },
    30_000,
  );
});

describe("a shared secret", () => {
  const secret = "a shared secret for tests, at least 64 bytes long, which is HS512's hash";
  const config = (algorithm: string) => ({
    ...configFor(issuer, { algorithms: [algorithm], keys: undefined, sharedSecret: "HMAC" }),
  });

  it.each(["HS256", "HS384", "HS512"])(
    "verifies %s, whatever kid a token has, and no other HS algorithm",
    async (own) => {
      const settings = settingsFor(config(own), { ...ENVIRONMENT, HMAC: secret });
      const keys = await keysFor(settings);
      for (const alg of ["HS256", "HS384", "HS512"]) {
        const jwt = new SignJWT(claims()).setProtectedHeader({ alg, kid: "any" });
        const presented = new PresentedToken(await jwt.sign(new TextEncoder().encode(secret)), {
          kind: "authorization",
        });
        const result = outcome(await verifyToken(presented, settings.rules.issuers, keys, new TokenMemory(), NOW));
        expect(result).toEqual(alg === own ? "pass" : { reason: "algorithm_not_allowed" });
      }
    },
  );
});

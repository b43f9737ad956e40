import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { importKeys, importSecret } from "../../../src/keys/import-keys.ts";
import { KEY_REJECTIONS } from "../../../src/model/key-rejection.ts";
import type { SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { holds } from "./holds.ts";

type Members = Record<string, unknown>;

const ec = (await TestIssuer.create()).publicJwk;
const { alg: _alg, use: _use, ...bareEc } = ec;

async function rejectionOf(
  jwk: unknown,
  algorithms: readonly SignatureAlgorithm[] = ["ES256"],
): Promise<string | undefined> {
  const { keys, rejected } = await importKeys([jwk], algorithms);
  expect(keys.length + rejected.length).toBe(1);
  return rejected[0] && KEY_REJECTIONS[rejected[0].why];
}

async function rsa(bits: number, overrides: Members = {}): Promise<Members> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: bits,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, n, e } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  return { kty, n, e, ...overrides };
}

describe("a JWK that can verify", () => {
  it.each([
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
  ] as const)("is imported for %s and bound to it", async (algorithm) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: algorithm, use: "sig" };
    const { keys, rejected } = await importKeys([jwk], [algorithm]);
    expect(rejected).toEqual([]);
    expect(keys).toMatchObject([{ keyId: "k", algorithm }]);
    const token = await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: algorithm }).sign(privateKey);
    expect(await Promise.all(keys.map((key) => holds(key, token)))).toEqual([true]);
  });

  it("is bound to the first configured algorithm that fits its type when it names none", async () => {
    const { keys } = await importKeys([await rsa(2048)], ["ES256", "PS384", "RS256"]);
    expect(keys.map(({ algorithm }) => algorithm)).toEqual(["PS384"]);
  });

  it("is bound to its own alg even where another configured algorithm comes first", async () => {
    const { keys } = await importKeys([await rsa(2048, { alg: "RS256" })], ["PS256", "RS256"]);
    expect(keys.map(({ algorithm }) => algorithm)).toEqual(["RS256"]);
  });

  it("may be an RSA key with a member that only other types have", async () => {
    expect(await rejectionOf(await rsa(2048, { crv: "P-256" }), ["RS256"])).toBeUndefined();
  });

  it.each<[string, Members]>([
    ["without use and key_ops", {}],
    ["with use sig", { use: "sig" }],
    ["with key_ops that include verify", { key_ops: ["sign", "verify"] }],
    ["with members that nobody knows", { x5t: "abc", "urn:example": { a: 1 } }],
  ])("may come %s", async (_, members) => {
    expect(await rejectionOf({ ...bareEc, ...members })).toBeUndefined();
  });

  it("keeps no kid when it has none", async () => {
    const { kid: _kid, ...anonymous } = bareEc;
    expect((await importKeys([anonymous], ["ES256"])).keys).toMatchObject([{ keyId: undefined }]);
  });
});

describe("a JWK that must not verify", () => {
  it.each<[string, unknown]>([
    ["null", null],
    ["a string", "key"],
    ["a list", [ec]],
    ["a number", 7],
  ])("is no object: %s", async (_, jwk) => {
    expect(await rejectionOf(jwk)).toBe("is not an object");
  });

  it.each<[string, Members, string]>([
    ["a shared secret", { kty: "oct", k: "c2VjcmV0" }, "is a shared secret"],
    ["a private key", { ...ec, d: "AAAA" }, "is a private key"],
    ["a private key whose private member is empty", { ...ec, d: "" }, "is a private key"],
    ["one for encryption", { ...ec, use: "enc" }, "is not for signatures (use)"],
    ["one whose use is no string", { ...ec, use: ["sig"] }, "is not for signatures (use)"],
    ["one with key_ops of other kinds", { ...ec, key_ops: ["encrypt"] }, "is not for verification (key_ops)"],
    ["one with empty key_ops", { ...ec, key_ops: [] }, "is not for verification (key_ops)"],
    ["one whose key_ops is a string", { ...ec, key_ops: "verify" }, "is not for verification (key_ops)"],
    ["one whose kid is a number", { ...ec, kid: 1 }, "has a kid that is no string"],
    ["one whose kid is null", { ...ec, kid: null }, "has a kid that is no string"],
    ["one of an algorithm that is not configured", { ...ec, alg: "ES384" }, "fits none of the issuer's algorithms"],
    ["one whose alg differs in case", { ...ec, alg: "es256" }, "fits none of the issuer's algorithms"],
    ["one whose alg is null", { ...ec, alg: null }, "fits none of the issuer's algorithms"],
    ["one on another curve", { ...bareEc, crv: "P-384" }, "fits none of the issuer's algorithms"],
    ["one on a curve of Koblitz", { ...bareEc, crv: "secp256k1" }, "fits none of the issuer's algorithms"],
    ["one of an unknown type", { ...bareEc, kty: "AKP" }, "fits none of the issuer's algorithms"],
    ["one without a type", { ...bareEc, kty: undefined }, "fits none of the issuer's algorithms"],
    ["one without its point", { kty: "EC", crv: "P-256" }, "has members that make no key"],
    ["one whose point is not on the curve", { ...bareEc, y: bareEc.x }, "has members that make no key"],
    ["one whose members are no strings", { ...bareEc, x: 5 }, "has members that make no key"],
  ])("is left out: %s", async (_, jwk, why) => {
    expect(await rejectionOf(jwk)).toBe(why);
  });

  it.each(["RS256", "PS256"] as const)(
    "is left out for %s: under 2048 bits, while one of 2048 is taken",
    async (alg) => {
      expect(await rejectionOf(await rsa(1024), [alg])).toBe("is an RSA key that is too weak");
      expect(await rejectionOf(await rsa(2048), [alg])).toBeUndefined();
      // Moduli of ones, in 255 and in 256 octets.
      const ones = (n: string) => rejectionOf({ kty: "RSA", n, e: "AQAB" }, [alg]);
      expect(await ones("_".repeat(340))).toBe("is an RSA key that is too weak");
      expect(await ones(`${"_".repeat(340)}_w`)).toBeUndefined();
    },
  );

  it("is left out: an X25519 key, which agrees on keys and signs nothing", async () => {
    const pair = (await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"])) as CryptoKeyPair;
    const jwk = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
    const { kty, crv, x } = jwk;
    expect(await rejectionOf({ kty, crv, x }, ["EdDSA"])).toBe("fits none of the issuer's algorithms");
  });

  it("is left out under HS algorithms, so that no public key becomes a secret", async () => {
    expect(await rejectionOf(bareEc, ["HS256"])).toBe("fits none of the issuer's algorithms");
  });
});

it("reports what was left out by its index and imports the others in order", async () => {
  const other = (await TestIssuer.create("https://issuer.example", "ES256", "key-2")).publicJwk;
  const { keys, rejected } = await importKeys([{ kty: "oct" }, ec, null, other], ["ES256"]);
  expect(keys.map(({ keyId }) => keyId)).toEqual(["key-1", "key-2"]);
  expect(rejected.map(({ index }) => index)).toEqual([0, 2]);
});

describe("a shared secret", () => {
  it.each([
    ["HS256", 32],
    ["HS384", 48],
    ["HS512", 64],
  ] as const)("is imported for %s, without an id", async (algorithm, length) => {
    const key = await importSecret(new Uint8Array(length).fill(7), algorithm);
    expect(key).toMatchObject({ keyId: undefined, algorithm });
  });

  it.each(["EdDSA", "Ed25519", "ES256", "RS256", "PS256"] as const)("never becomes a key for %s", async (algorithm) => {
    await expect(importSecret(new Uint8Array(32), algorithm)).rejects.toThrow(TypeError);
  });
});

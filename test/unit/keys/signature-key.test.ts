import { generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { JWS_ALGORITHMS } from "../../../src/keys/jws-algorithms.ts";
import { SignatureKey } from "../../../src/keys/signature-key.ts";
import { SIGNATURE_ALGORITHMS } from "../../../src/model/trusted-issuer.ts";
import { toBase64url } from "../../../src/platform/base64url.ts";
import { holds } from "./holds.ts";

describe("the table of algorithms", () => {
  it("has exactly those that can be configured", () => {
    expect(Object.keys(JWS_ALGORITHMS).sort()).toEqual([...SIGNATURE_ALGORITHMS].sort());
  });

  it.each(SIGNATURE_ALGORITHMS)("pairs %s with the hash, salt and signature of its RFC", (algorithm) => {
    const { hash, saltLength, signatureLength, namedCurve } = JWS_ALGORITHMS[algorithm];
    const bits = Number(algorithm.slice(2));
    const family = algorithm.slice(0, 2);
    expect(hash).toBe(family === "Ed" ? undefined : `SHA-${bits}`);
    expect(saltLength).toBe(family === "PS" ? bits / 8 : undefined);
    const octets = { HS: bits / 8, ES: { 256: 64, 384: 96, 512: 132 }[bits], Ed: 64 };
    expect(signatureLength).toBe(octets[family as keyof typeof octets]);
    const curves = { ES: { 256: "P-256", 384: "P-384", 512: "P-521" }[bits], Ed: "Ed25519" };
    expect(namedCurve).toBe(curves[family as keyof typeof curves]);
  });
});

describe("an RSA key", () => {
  it.each([2048, 2176, 3072, 4096])(
    "of %i bits verifies signatures of its length and no others",
    async (bits) => {
      const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: bits });
      const key = new SignatureKey("k", "RS256", publicKey as CryptoKey);
      const token = await new SignJWT({}).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
      expect(await holds(key, token)).toBe(true);
      const start = token.slice(0, token.lastIndexOf(".") + 1);
      for (const octets of [0, 1, bits / 8 - 1, bits / 8, bits / 8 + 1, 6000]) {
        expect(await holds(key, start + toBase64url(new Uint8Array(octets)))).toBe(false);
      }
    },
    60_000,
  );
});

describe("a defect", () => {
  it("is no bad signature: a key of another kind than its algorithm", async () => {
    const { publicKey } = await generateKeyPair("ES256");
    const key = new SignatureKey("k", "Ed25519", publicKey as CryptoKey);
    await expect(key.verify("a.b", "A".repeat(86))).rejects.toThrow();
  });

  it("is no bad signature: a key that may not verify", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    const key = new SignatureKey("k", "ES256", privateKey as CryptoKey);
    await expect(key.verify("a.b", "A".repeat(86))).rejects.toThrow();
  });

  it("is no bad signature: text that no parser would have let through", async () => {
    const { publicKey } = await generateKeyPair("ES256");
    const key = new SignatureKey("k", "ES256", publicKey as CryptoKey);
    await expect(key.verify("a.b", "?".repeat(86))).rejects.toThrow();
  });
});

import { CompactSign, type CryptoKey, exportJWK, FlattenedSign, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { importKeys } from "../../../src/keys/import-keys.ts";
import { JWS_ALGORITHMS } from "../../../src/keys/jws-algorithms.ts";
import { fromBase64url, toBase64url } from "../../../src/platform/base64url.ts";
import { createPair, encodeJson, type Pair, sign, signWith, verdict } from "./jose-and-ours.ts";

describe("both refuse a good key's signature", () => {
  it.each([
    ["PS256", 0],
    ["PS256", 31],
    ["PS256", 33],
    ["PS384", 32],
    ["PS512", 62],
    ["PS512", 65],
  ] as const)("for %s with %i octets of salt", async (algorithm, saltLength) => {
    const pair = await createPair(algorithm);
    expect(await verdict(pair, await signWith(pair, { saltLength }))).toBe(false);
    expect(await verdict(pair, await signWith(pair, {}))).toBe(true);
  });

  it.each([
    ["ES256", "SHA-384"],
    ["ES256", "SHA-512"],
    ["ES384", "SHA-256"],
    ["ES512", "SHA-256"],
  ] as const)("for %s over %s", async (algorithm, hash) => {
    const pair = await createPair(algorithm);
    expect(await verdict(pair, await signWith(pair, { hash }))).toBe(false);
    expect(await verdict(pair, await signWith(pair, {}))).toBe(true);
  });

  it.each([
    ["RS256", "RS512"],
    ["RS256", "PS256"],
    ["PS256", "RS256"],
    ["PS384", "PS256"],
  ] as const)(
    "that one RSA key made for %s, when the header says %s",
    async (made, said) => {
      const { publicKey, privateKey } = await generateKeyPair(made, { extractable: true });
      const jwk = await exportJWK(publicKey);
      const [ours] = (await importKeys([jwk], [said])).keys;
      if (ours === undefined) throw new Error("no key");
      const { hash, name } = JWS_ALGORITHMS[said];
      const jose = await crypto.subtle.importKey("jwk", jwk as JsonWebKey, { name, hash: `${hash}` }, false, [
        "verify",
      ]);
      const pair: Pair = { algorithm: said, signing: privateKey, jose: jose as CryptoKey, ours };
      const signingInput = `${encodeJson({ alg: said })}.${encodeJson({})}`;
      const data = new TextEncoder().encode(signingInput);
      const signature = await crypto.subtle.sign(JWS_ALGORITHMS[made], privateKey as globalThis.CryptoKey, data);
      expect(await verdict(pair, `${signingInput}.${toBase64url(new Uint8Array(signature))}`)).toBe(false);
    },
    30_000,
  );
});

it.each(["spki", "jwk"] as const)("both refuse an HMAC whose secret is the public key, as %s", async (format) => {
  const pair = await createPair("RS256");
  const exported = await crypto.subtle.exportKey(format, pair.jose as globalThis.CryptoKey);
  const secret =
    exported instanceof ArrayBuffer ? new Uint8Array(exported) : new TextEncoder().encode(JSON.stringify(exported));
  for (const alg of ["HS256", "HS384", "HS512"]) {
    const token = await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg }).sign(secret);
    const [, payload, signature] = token.split(".");
    expect(await verdict(pair, token)).toBe(false);
    expect(await verdict(pair, `${encodeJson({ alg: "RS256" })}.${payload}.${signature}`)).toBe(false);
  }
});

it("both believe an ECDSA signature with s negated, which is another signature of the same content", async () => {
  const order = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n;
  const pair = await createPair("ES256");
  const token = await sign(pair);
  const dot = token.lastIndexOf(".");
  const signature = fromBase64url(token.slice(dot + 1));
  const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const negated = (order - BigInt(`0x${hex(signature.slice(32))}`)).toString(16).padStart(64, "0");
  for (let i = 0; i < 32; i++) signature[32 + i] = Number.parseInt(negated.slice(2 * i, 2 * i + 2), 16);
  expect(await verdict(pair, `${token.slice(0, dot)}.${toBase64url(signature)}`)).toBe(true);
});

describe("Jotgate alone refuses what jose believes", () => {
  /** The last character with an unused bit set: the same octets. */
  const respelled = (segment: string) => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return `${segment.slice(0, -1)}${alphabet[alphabet.indexOf(segment.slice(-1)) + 1]}`;
  };

  it.each<[string, (signature: string) => string]>([
    ["in another spelling", respelled],
    ["with padding", (signature) => `${signature}==`],
    ["with a blank inside", (signature) => `${signature.slice(0, 40)} ${signature.slice(40)}`],
    ["with a line feed behind", (signature) => `${signature}\n`],
  ])("a signature %s: one token must not have two texts", async (_, change) => {
    const pair = await createPair("ES256");
    const [header, payload, signature = ""] = (await sign(pair)).split(".");
    expect(await verdict(pair, `${header}.${payload}.${change(signature)}`)).toEqual({ ours: false, jose: true });
  });

  it("a header or payload in another spelling, even where it was signed like that", async () => {
    const pair = await createPair("HS256");
    const [header = "", payload = ""] = ['{"alg":"HS256"}  ', '{"sub":"alice"} '].map((text) =>
      toBase64url(new TextEncoder().encode(text)),
    );
    const key = await crypto.subtle.importKey("raw", pair.signing as Uint8Array, JWS_ALGORITHMS.HS256, false, ["sign"]);
    const signed = async (signingInput: string) => {
      const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signingInput));
      return `${signingInput}.${toBase64url(new Uint8Array(signature))}`;
    };
    expect(await verdict(pair, await signed(`${header}.${payload}`))).toBe(true);
    for (const input of [`${respelled(header)}.${payload}`, `${header}.${respelled(payload)}`]) {
      expect(await verdict(pair, await signed(input))).toEqual({ ours: false, jose: true });
    }
  });

  it("an extension in crit, even b64, which JWTs must not use (RFC 7797 §7)", async () => {
    const pair = await createPair("HS256");
    const signed = await new CompactSign(new TextEncoder().encode("{}"))
      .setProtectedHeader({ alg: "HS256", crit: ["b64"], b64: true })
      .sign(pair.signing);
    expect(await verdict(pair, signed)).toEqual({ ours: false, jose: true });

    const { protected: header, signature } = await new FlattenedSign(new TextEncoder().encode("e30"))
      .setProtectedHeader({ alg: "HS256", crit: ["b64"], b64: false })
      .sign(pair.signing);
    expect(await verdict(pair, `${header}.e30.${signature}`)).toEqual({ ours: false, jose: true });
  });

  it.each(["[]", "null", '"alice"', "alice", ""])("a payload that is no claims set: %j", async (payload) => {
    const pair = await createPair("ES256");
    const signed = await new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: "ES256" })
      .sign(pair.signing);
    expect(await verdict(pair, signed)).toEqual({ ours: false, jose: true });
  });
});

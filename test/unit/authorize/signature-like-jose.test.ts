// jose is what most Workers verify tokens with: what it says of a signature is what Jotgate has to say.
import { CompactSign } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { fromBase64url, toBase64url } from "../../../src/platform/base64url.ts";
import { createPair, encodeJson, type Pair, sign, verdict } from "./jose-and-ours.ts";

const pairs = new Map<SignatureAlgorithm, Pair>();
beforeAll(async () => {
  for (const algorithm of SIGNATURE_ALGORITHMS) pairs.set(algorithm, await createPair(algorithm));
}, 60_000);

describe.each(SIGNATURE_ALGORITHMS)("%s: both", (algorithm) => {
  let pair: Pair;
  let token: string;
  let octets: readonly [Uint8Array, Uint8Array, Uint8Array];
  beforeAll(async () => {
    pair = pairs.get(algorithm) as Pair;
    token = await sign(pair);
    const [header = "", payload = "", signature = ""] = token.split(".");
    octets = [fromBase64url(header), fromBase64url(payload), fromBase64url(signature)];
  });

  /** The token with another signature. */
  const withSignature = (signature: Uint8Array) =>
    `${token.slice(0, token.lastIndexOf("."))}.${toBase64url(signature)}`;

  it("believe a good token", async () => {
    expect(await verdict(pair, token)).toBe(true);
  });

  it.each([
    ["header", 0],
    ["payload", 1],
    ["signature", 2],
  ] as const)(
    "refuse it with any one octet of the %s changed in one bit",
    async (_, part) => {
      for (let i = 0; i < octets[part].length; i++) {
        const changed = octets.map((bytes) => Uint8Array.from(bytes));
        const bytes = changed[part] ?? new Uint8Array();
        bytes[i] = (bytes[i] ?? 0) ^ (1 << (i % 8));
        expect(await verdict(pair, changed.map(toBase64url).join(".")), `octet ${i}`).toBe(false);
      }
    },
    60_000,
  );

  it.each<[string, (signature: Uint8Array) => Uint8Array]>([
    ["empty", () => new Uint8Array()],
    ["of one octet", () => new Uint8Array(1)],
    ["cut in half", (bytes) => bytes.slice(0, bytes.length / 2)],
    ["short of its last octet", (bytes) => bytes.slice(0, -1)],
    ["short of its first octet", (bytes) => bytes.slice(1)],
    ["with a zero behind", (bytes) => Uint8Array.of(...bytes, 0)],
    ["with a zero in front", (bytes) => Uint8Array.of(0, ...bytes)],
    ["twice", (bytes) => Uint8Array.of(...bytes, ...bytes)],
    ["of zeros", (bytes) => new Uint8Array(bytes.length)],
    ["of ones", (bytes) => new Uint8Array(bytes.length).fill(255)],
    ["of zeros but for the last bit", (bytes) => new Uint8Array(bytes.length).fill(1, -1)],
    ["in reverse", (bytes) => Uint8Array.from(bytes).reverse()],
    [
      "with its halves exchanged",
      (bytes) => Uint8Array.of(...bytes.slice(bytes.length / 2), ...bytes.slice(0, bytes.length / 2)),
    ],
    ["in DER", toDer],
    ["very long", () => new Uint8Array(6_000)],
  ])("refuse a signature %s", async (_, change) => {
    expect(await verdict(pair, withSignature(change(octets[2])))).toBe(false);
  });

  it("refuse the signature of another key", async () => {
    expect(await verdict(pair, await sign(await createPair(algorithm)))).toBe(false);
  }, 30_000);

  it("refuse tokens of every other algorithm", async () => {
    for (const other of pairs.values()) {
      if (other.algorithm !== algorithm) expect(await verdict(pair, await sign(other)), other.algorithm).toBe(false);
    }
  });

  it("refuse a good signature over a header that says otherwise", async () => {
    for (const alg of [...SIGNATURE_ALGORITHMS, "none", "", "constructor", algorithm.toLowerCase()]) {
      const [, payload, signature] = token.split(".");
      const relabelled = `${encodeJson({ alg })}.${payload}.${signature}`;
      expect(await verdict(pair, relabelled), alg).toBe(alg === algorithm);
    }
  });

  it("believe a token of any payload that is a JSON object in UTF-8", async () => {
    for (const payload of [{}, { sub: "用户", name: "\u{1f600}\u0000\u2028" }, { x: "a".repeat(5_000) }]) {
      const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: algorithm, kid: "ключ" })
        .sign(pair.signing);
      expect(await verdict(pair, signed)).toBe(true);
    }
  });
});

/** An ECDSA signature as X.509 writes it; the same for others, where it means nothing. */
function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const integer = (bytes: Uint8Array) => [2, bytes.length + 1, 0, ...bytes];
  const content = [...integer(signature.slice(0, half)), ...integer(signature.slice(half))];
  return Uint8Array.of(0x30, 0x81, content.length, ...content);
}

// RFC 7518 §3.4 and RFC 8032 §5.1.7: numbers that no signature may have, under a key that signed well.
import { describe, expect, it } from "vitest";
import { fromBase64url, toBase64url } from "../../../src/platform/base64url.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard, NOW, outcome } from "../authorize/guard.ts";

/** Orders of the groups: SP 800-186 for the curves of NIST, RFC 8032 §5.1 for Ed25519. */
const ORDER = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ES512:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  Ed25519: 2n ** 252n + 27742317777372353535851937790883648493n,
} as const;

async function signed(algorithm: keyof typeof ORDER) {
  const issuer = await TestIssuer.create("https://issuer.example", algorithm);
  const guard = await Guard.create(issuer);
  const token = await issuer.sign(issuer.claims({}, NOW));
  const lastDot = token.lastIndexOf(".");
  const signature = fromBase64url(token.slice(lastDot + 1));
  const size = signature.length / 2;
  return {
    size,
    first: signature.slice(0, size),
    second: signature.slice(size),
    verdict: async (...parts: readonly Uint8Array[]) => {
      const changed = Uint8Array.from(parts.flatMap((part) => [...part]));
      return outcome(await guard.verify(`${token.slice(0, lastDot)}.${toBase64url(changed)}`));
    },
  };
}

function bigEndian(number: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => Number((number >> BigInt(8 * (size - 1 - at))) & 255n));
}

function readBigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

const INVALID = { reason: "signature_invalid" };

describe.each(["ES256", "ES384", "ES512"] as const)("%s", (algorithm) => {
  const order = ORDER[algorithm];

  it("holds for the pair as it was made", async () => {
    const { first, second, verdict } = await signed(algorithm);
    expect(await verdict(first, second)).toBe("pass");
  });

  it.each([
    ["zero", 0n],
    ["the order", order],
    ["one more than the order", order + 1n],
  ])("does not hold when either number is %s", async (_, number) => {
    const { first, second, size, verdict } = await signed(algorithm);
    const wrong = bigEndian(number, size);
    expect(await verdict(wrong, second)).toEqual(INVALID);
    expect(await verdict(first, wrong)).toEqual(INVALID);
    expect(await verdict(wrong, wrong)).toEqual(INVALID);
  });

  it("does not hold for a number that is too large by the order, if it fits at all", async () => {
    const { first, second, size, verdict } = await signed(algorithm);
    const larger = (bytes: Uint8Array) => bigEndian(readBigEndian(bytes) + order, size);
    expect(await verdict(larger(first), second)).toEqual(INVALID);
    expect(await verdict(first, larger(second))).toEqual(INVALID);
  });

  it("does not hold without leading zeros, though the numbers stay the same", async () => {
    const { first, second, verdict } = await signed(algorithm);
    expect(await verdict(first.slice(1), second.slice(1))).toEqual(INVALID);
    expect(await verdict(Uint8Array.of(0, ...first), Uint8Array.of(0, ...second))).toEqual(INVALID);
  });
});

describe("Ed25519", () => {
  it("does not hold for an S that is too large by the order: one signature has one spelling", async () => {
    const { first, second, size, verdict } = await signed("Ed25519");
    const larger = bigEndian(readBigEndian(second.toReversed()) + ORDER.Ed25519, size).toReversed();
    expect(await verdict(first, second)).toBe("pass");
    expect(await verdict(first, larger)).toEqual(INVALID);
  });

  it("does not hold for an R that is no point", async () => {
    const { second, verdict } = await signed("Ed25519");
    // y = 2 has no x on the curve.
    expect(await verdict(bigEndian(2n, 32).toReversed(), second)).toEqual(INVALID);
  });
});

// What signatures can be turned into without the key: of ES256 (RFC 7518 §3.4: r and s, 32 octets each) and of Ed25519.

/** Order of P-256 (SEC 2, section 2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Order of the group that Ed25519 works in (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same r with n - s: it verifies as well, because ECDSA does not say which of the two it means. */
export function highS(signature: string): string {
  return signature.slice(0, 32) + octetsOf(N - numberOf(signature.slice(32)));
}

/** ASN.1 in DER, as X.509 and many libraries write signatures. */
export function derSignature(signature: string): string {
  return tagged(0x30, derInteger(signature.slice(0, 32)) + derInteger(signature.slice(32)));
}

/** Of Ed25519: the same R with S + L, which lax verifiers take for S (RFC 8032 §5.1.7). */
export function sPlusL(signature: string): string {
  const [r, s] = [signature.slice(0, 32), [...signature.slice(32)].reverse().join("")];
  return r + [...octetsOf(numberOf(s) + L)].reverse().join("");
}

function derInteger(octets: string): string {
  const shortest = octets.replace(/^\0+(?=[\s\S])/, "");
  return tagged(0x02, shortest.charCodeAt(0) >= 0x80 ? `\0${shortest}` : shortest);
}

function tagged(tag: number, content: string): string {
  return String.fromCharCode(tag, content.length) + content;
}

function numberOf(octets: string): bigint {
  let number = 0n;
  for (const octet of octets) number = number * 256n + BigInt(octet.charCodeAt(0));
  return number;
}

function octetsOf(number: bigint): string {
  const digits = number.toString(16).padStart(64, "0").match(/../g) ?? [];
  return digits.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
}

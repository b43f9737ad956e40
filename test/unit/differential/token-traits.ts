// Looks at single parts of a token, apart from the code that is tested.

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** True when bits are set that no octet of the segment uses (RFC 4648 §3.5). */
export function hasUnusedBits(segment: string): boolean {
  const bits = { 2: 15, 3: 3 }[segment.length % 4] ?? 0;
  return (ALPHABET.indexOf(segment.slice(-1)) & bits) !== 0;
}

/** Text that a revocation can be kept for. */
export function isName(text: string): boolean {
  const { length } = new TextEncoder().encode(text);
  return length > 0 && length <= 512 && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

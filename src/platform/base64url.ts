/** Base64url without padding (RFC 7515 §2). */
export function toBase64url(bytes: Uint8Array): string {
  return encodeOctets(String.fromCharCode(...bytes));
}

/** As {@link toBase64url}. @param octets a character for each, none beyond U+00FF */
export function encodeOctets(octets: string): string {
  return btoa(octets).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param text base64url without padding, in its only spelling: this function does not refuse other ones
 * @throws DOMException for characters that base64 does not have
 */
export function fromBase64url(text: string): Uint8Array {
  const octets = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i++) bytes[i] = octets.charCodeAt(i);
  return bytes;
}

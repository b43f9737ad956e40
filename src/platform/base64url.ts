/** Base64url without padding (RFC 7515 §2). */
export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
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

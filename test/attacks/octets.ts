// Octets are strings here, one character for each octet: they can be joined, cut and compared like the text around them.

export function toOctets(bytes: ArrayBuffer | Uint8Array): string {
  let octets = "";
  for (const byte of new Uint8Array(bytes)) octets += String.fromCharCode(byte);
  return octets;
}

export function fromOctets(octets: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
}

export function encodeBase64url(octets: string): string {
  return btoa(octets).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function decodeBase64url(text: string): string {
  return atob(text.replaceAll("-", "+").replaceAll("_", "/"));
}

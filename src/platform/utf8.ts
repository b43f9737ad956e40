/** Makes octets of text (RFC 3629). */
export const utf8 = new TextEncoder();

// A pure function that every runtime has. This folder is compiled without a platform's types, so it is named here.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Longest token that is looked at, in characters. The largest real ones, with group claims, stay well below. */
export const MAX_TOKEN_LENGTH = 16 * 1024;

/** Longest identifier (`kid`, subject, token id, session id, client) in bytes of UTF-8. */
export const MAX_IDENTIFIER_BYTES = 512;

/** True for text of 1 to 512 bytes in UTF-8. */
export function isIdentifierSized(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > MAX_IDENTIFIER_BYTES) return false;
  // No UTF-16 unit takes more than three bytes.
  return 3 * length <= MAX_IDENTIFIER_BYTES || new TextEncoder().encode(text).length <= MAX_IDENTIFIER_BYTES;
}

/** Last second of the year 9999, as a NumericDate. What is later was meant as milliseconds. */
export const LAST_TIME = 253_402_300_799;

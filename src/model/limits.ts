/** Longest token that is looked at, in characters. The largest real ones, with group claims, stay well below. */
export const MAX_TOKEN_LENGTH = 16 * 1024;

/** Longest identifier (`kid`, subject, token id, session id, client) in bytes of UTF-8. */
export const MAX_IDENTIFIER_BYTES = 512;

/** True for text of 1 to 512 bytes in UTF-8. */
export function isIdentifierSized(text: string): boolean {
  if (text.length === 0 || text.length > MAX_IDENTIFIER_BYTES) return false;
  // No UTF-16 unit takes more than three bytes.
  if (3 * text.length <= MAX_IDENTIFIER_BYTES) return true;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes <= MAX_IDENTIFIER_BYTES;
}

/** Last second of the year 9999, as a NumericDate. What is later was meant as milliseconds. */
export const LAST_TIME = 253_402_300_799;

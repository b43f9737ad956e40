import { expect, it } from "vitest";
import { isIdentifierSized } from "../../../src/model/limits.ts";

// Characters on both sides of each length that UTF-8 has.
it.each([
  ["no character", "", 0, false],
  ["one character", "a", 1, true],
  ["U+007F", "\u007f".repeat(512), 512, true],
  ["U+007F and one more", "\u007f".repeat(513), 513, false],
  ["U+0080", "\u0080".repeat(256), 512, true],
  ["U+0080 and one more", `${"\u0080".repeat(256)}a`, 513, false],
  ["U+07FF", "\u07ff".repeat(256), 512, true],
  ["U+0800", `${"\u0800".repeat(170)}aa`, 512, true],
  ["U+0800 and one more", "\u0800".repeat(171), 513, false],
  ["U+FFFF", `${"\uffff".repeat(170)}aa`, 512, true],
  ["U+FFFF and one more", "\uffff".repeat(171), 513, false],
  ["U+10000", "\u{10000}".repeat(128), 512, true],
  ["U+10000 and one more", `${"\u{10000}".repeat(128)}a`, 513, false],
  ["U+10FFFF", "\u{10ffff}".repeat(128), 512, true],
])("an identifier is 1 to 512 bytes of UTF-8: %s", (_what, text, bytes, expected) => {
  expect(new TextEncoder().encode(text)).toHaveLength(bytes);
  expect(isIdentifierSized(text)).toBe(expected);
});

/** Characters at which readers of text differ. */
export const CHARACTERS: readonly string[] = [
  ..." \t\r\n\0\v\f.,;:=/\\%&?#@!*+-_~'\"`$^|<>()[]{}09azAZ",
  ..."éßıſKİµ\u00a0\u0085\u00ad\u200b\u2028\u202e\ufeff\ufffd\uff0f\uff0e\u0130\u0307",
  "\u{1f600}",
  "\ud800",
  "\udfff",
  "\r\n",
  "%00",
  "%2f",
  "%2e",
  "%5c",
  "%25",
  "%c0%af",
  "..",
  "//",
];

/** Values at which readers of numbers differ. */
export const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  59,
  60,
  61,
  300,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e21,
  1.7976931348623157e308,
  5e-324,
  1_800_000_000,
  1_799_999_940,
  1_800_000_060,
  1_800_000_300,
  253_402_300_799,
  253_402_300_800,
  1_800_000_000_000,
];

/** JSON that stands where other JSON was expected. */
export const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  "",
  "x",
  "0",
  "\ud800",
  [],
  {},
  [null],
  [[]],
  ["x", "x"],
  { toString: 1, constructor: 2 },
  JSON.parse('{"__proto__":{"a":1}}'),
  "x".repeat(513),
  ...NUMBERS,
];

/** Names that objects have without having them, and some that are read. */
export const NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "x",
  "0",
];

import { decodeJwt } from "jose";
import { describe, expect, it, vi } from "vitest";
import { decodeObject } from "../../../src/authorize/decode-object.ts";
import { toBase64url } from "../../../src/platform/base64url.ts";

function encode(text: string): string {
  return toBase64url(new TextEncoder().encode(text));
}

describe("an object is read", () => {
  it.each<[string, unknown]>([
    ["empty", {}],
    ["with the last letter of ASCII", { x: "\u007f" }],
    ["with the first one beyond", { x: "\u0080" }],
    ["with the last of Latin-1", { "\u00ff": "\u00ff" }],
    ["with two, three and four octets to a letter", { sub: "é用😀" }],
    ["with separators that only JSON takes", { x: "\u2028\u2029" }],
    ["with the highest code point", { x: "\u{10ffff}" }],
    ["with a byte order mark inside", { x: "\ufeff" }],
    ["with a byte order mark in a name", { "\ufeffiss": 1 }],
    ["with characters for base64's last letters", { x: "??>>~~ÿÿ" }],
    ["large", { groups: Array.from({ length: 500 }, (_, index) => `gruppe-ä-${index}`) }],
  ])("%s", (_, value) => {
    expect(decodeObject(encode(JSON.stringify(value)))).toEqual(value);
  });

  it("whose letters are escaped, lone surrogates included", () => {
    expect(decodeObject(encode(String.raw`{"x":"\u00e9\ud800"}`))).toEqual({ x: "é\ud800" });
  });

  it("with the blanks around it that JSON allows", () => {
    expect(decodeObject(encode(' \t\r\n{"x":1}\n\r\t '))).toEqual({ x: 1 });
  });
});

describe("there is none in", () => {
  it.each([
    ["nothing", ""],
    ["a list", "[1]"],
    ["null", "null"],
    ["text", '"é"'],
    ["a number", "1"],
    ["cut-off JSON beyond ASCII", '{"x":"é"'],
    ["a byte order mark in front", "\ufeff{}"],
    ["two byte order marks in front", "\ufeff\ufeff{}"],
    ["a byte order mark behind", "{}\ufeff"],
    ["a no-break space in front", "\u00a0{}"],
    ["a no-break space behind", "{}\u00a0"],
    ["a blank in front that JSON does not allow", "\v{}"],
    ["a blank behind that JSON does not allow", "{}\f"],
    ["an end without a beginning", '"x":1}'],
    ["two objects", "{}{}"],
  ])("%s", (_, text) => {
    expect(decodeObject(encode(text))).toBeUndefined();
  });

  it.each(['{"alg":"ES256","ki', '"alg":"ES256"}', "random octets", "[1]", ""])(
    "%j, which is seen without an exception",
    (text) => {
      const parse = vi.spyOn(JSON, "parse");
      try {
        expect(decodeObject(encode(text))).toBeUndefined();
        expect(parse).not.toHaveBeenCalled();
      } finally {
        parse.mockRestore();
      }
    },
  );

  it("UTF-8 that a decoder of Latin-1 would read: every octet beyond ASCII, alone", () => {
    for (let octet = 0x80; octet <= 0xff; octet++) {
      const bytes = Uint8Array.of(...new TextEncoder().encode('{"x":"'), octet, ...new TextEncoder().encode('"}'));
      expect(decodeObject(toBase64url(bytes)), octet.toString(16)).toBeUndefined();
    }
  });

  it("what is no base64url", () => {
    for (const text of ["?", "e30é", "e", "e30=="]) expect(decodeObject(text)).toBeUndefined();
  });
});

it("reads octets of any kind as jose does, a byte order mark aside", () => {
  const start = new TextEncoder().encode('{"x":"');
  const end = new TextEncoder().encode('"}');
  const lead = [0x41, 0x7f, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5];
  const following = [[], [0x80], [0x9f, 0x80], [0xa0, 0x80], [0xbb, 0xbf], [0x8f, 0xbf, 0xbf], [0x90, 0x80, 0x80]];
  let read = 0;
  for (const first of lead) {
    for (const rest of following) {
      const segment = toBase64url(Uint8Array.of(...start, first, ...rest, ...end));
      let expected: unknown;
      try {
        expected = decodeJwt(`.${segment}.`);
        read++;
      } catch {
        expected = undefined;
      }
      expect(decodeObject(segment), [first, ...rest].join()).toEqual(expected);
    }
  }
  expect(read).toBeGreaterThan(10);
});

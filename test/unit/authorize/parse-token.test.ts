import { describe, expect, it } from "vitest";
import { parseToken } from "../../../src/authorize/parse-token.ts";
import { isIdentifierSized, MAX_TOKEN_LENGTH } from "../../../src/model/limits.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import { forge, toBase64url } from "../../support/test-issuer.ts";

const HEADER = { alg: "ES256", kid: "key-1", typ: "at+jwt" };
const CLAIMS = { iss: "https://issuer.example" };

function parse(text: string) {
  return parseToken(new PresentedToken(text, { kind: "authorization" }));
}

function reason(text: string): string {
  const parsed = parse(text);
  return parsed.ok ? "pass" : parsed.refusal.reason;
}

/** Base64url of these bytes. */
function encode(...bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const H = toBase64url(JSON.stringify(HEADER));
const C = toBase64url(JSON.stringify(CLAIMS));
const S = "A".repeat(86);

describe("shape", () => {
  it("reads three segments", () => {
    expect(parse(`${H}.${C}.${S}`)).toEqual({
      ok: true,
      value: { header: { algorithm: "ES256", keyId: "key-1", type: "at+jwt" }, unverifiedClaims: CLAIMS },
    });
  });

  it.each([
    ["nothing", ""],
    ["one segment", H],
    ["two segments", `${H}.${C}`],
    ["four segments", `${H}.${C}.${S}.${S}`],
    ["five segments, as encrypted tokens have", `${H}.${C}.${S}.${S}.${S}`],
    ["an empty header", `.${C}.${S}`],
    ["an empty payload", `${H}..${S}`],
    ["an empty signature", `${H}.${C}.`],
    ["only dots", ".."],
    ["a dot in front", `.${H}.${C}.${S}`],
    ["a dot behind", `${H}.${C}.${S}.`],
    ["padding", `${H}.${C}.${S}==`],
    ["padding in the header", `${H}=.${C}.${S}`],
    ["a blank in front", ` ${H}.${C}.${S}`],
    ["a line feed behind", `${H}.${C}.${S}\n`],
    ["a line feed inside", `${H}.${C}\n.${S}`],
    ["the base64 alphabet, plus", `${H}.${C}.${S.slice(4)}A+AA`],
    ["the base64 alphabet, slash", `${H}.${C}.${S.slice(4)}A/AA`],
    ["a tilde", `${H}.${C}.${S.slice(4)}A~AA`],
    ["a letter beyond ASCII", `${H}.${C}.${S.slice(4)}AéAA`],
    ["a JSON serialization", JSON.stringify({ protected: H, payload: C, signature: S })],
    ["a segment of 4n+1 characters", `${H}.${C}.${"A".repeat(85)}`],
  ])("refuses %s", (_what, text) => {
    expect(reason(text)).toBe("token_malformed");
  });

  it.each([
    ["one octet, bits clear", "AA", "pass"],
    ["one octet, a bit set", "AB", "token_malformed"],
    ["one octet, the highest unused bit set", "AI", "token_malformed"],
    ["one octet, other content, bits clear", "-w", "pass"],
    ["one octet, other content, a bit set", "-x", "token_malformed"],
    ["two octets, bits clear", "AAA", "pass"],
    ["two octets, a bit set", "AAB", "token_malformed"],
    ["two octets, the higher unused bit set", "AAC", "token_malformed"],
    ["two octets, other content, bits clear", "__8", "pass"],
    ["two octets, other content, a bit set", "__9", "token_malformed"],
    ["three octets", "AAAB", "pass"],
  ])("takes only one spelling of the signature: %s", (_what, signature, expected) => {
    expect(reason(`${H}.${C}.${signature}`)).toBe(expected);
  });

  it("takes only one spelling of header and payload", () => {
    const header = toBase64url('{"alg":"ES256"}  ');
    const payload = toBase64url('{"iss":"x"}');
    expect([header.slice(-1), payload.slice(-1)]).toEqual(["A", "0"]);
    expect(reason(`${header}.${payload}.${S}`)).toBe("pass");
    expect(reason(`${header.slice(0, -1)}B.${payload}.${S}`)).toBe("token_malformed");
    expect(reason(`${header}.${payload.slice(0, -1)}1.${S}`)).toBe("token_malformed");
  });
});

describe("size", () => {
  /** A well-formed token of this length; signatures of 4n + 1 characters do not exist. */
  const withLength = (length: number) => {
    const parts = ["", " ", "  "].map((blanks) => {
      const start = `${toBase64url(JSON.stringify(HEADER) + blanks)}.${C}.`;
      return { start, rest: length - start.length };
    });
    const part = parts.find(({ rest }) => rest % 4 !== 1);
    return `${part?.start}${"A".repeat(part?.rest ?? 0)}`;
  };

  it("reads a token of 16,384 characters", () => {
    expect(withLength(MAX_TOKEN_LENGTH)).toHaveLength(16_384);
    expect(reason(withLength(MAX_TOKEN_LENGTH))).toBe("pass");
  });

  it("refuses one of 16,385 characters before it looks at its form", () => {
    expect(reason(withLength(MAX_TOKEN_LENGTH + 1))).toBe("token_too_large");
    expect(reason("?".repeat(MAX_TOKEN_LENGTH + 1))).toBe("token_too_large");
  });
});

describe("content", () => {
  it.each([
    ["no JSON", "alg"],
    ["cut-off JSON", '{"alg":"ES256"'],
    ["text behind the JSON", '{"alg":"ES256"}x'],
    ["a list", '["ES256"]'],
    ["null", "null"],
    ["a number", "1"],
    ["a string", '"alg"'],
    ["single quotes", "{'alg':'ES256'}"],
    ["a trailing comma", '{"alg":"ES256",}'],
    ["a comment", '{"alg":"ES256"}//'],
    ["a byte order mark", '\ufeff{"alg":"ES256"}'],
  ])("refuses a header or a payload that is %s", (_what, json) => {
    expect(reason(forge(json, CLAIMS))).toBe("token_malformed");
    expect(reason(forge(HEADER, json))).toBe("token_malformed");
  });

  it.each([
    ["a lone continuation octet", [0x80]],
    ["an overlong letter", [0xc1, 0xa1]],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
    ["an octet that UTF-8 does not have", [0xff]],
    ["Latin-1", [0xe9]],
  ])("refuses a header or a payload that is not UTF-8: %s", (_what, octets) => {
    const text = (value: string) => [...value].map((character) => character.charCodeAt(0));
    const header = encode(...text('{"alg":"ES256","x":"'), ...octets, ...text('"}'));
    const payload = encode(...text('{"iss":"'), ...octets, ...text('"}'));
    expect(reason(`${header}.${C}.${S}`)).toBe("token_malformed");
    expect(reason(`${H}.${payload}.${S}`)).toBe("token_malformed");
  });

  it("refuses UTF-16", () => {
    const utf16 = [...JSON.stringify(HEADER)].flatMap((character) => [character.charCodeAt(0), 0]);
    expect(reason(`${encode(...utf16)}.${C}.${S}`)).toBe("token_malformed");
  });

  it("reads and refuses deep nesting as any other content", () => {
    const depth = 6000;
    expect(reason(forge(HEADER, `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`))).toBe("pass");
    expect(reason(forge(HEADER, "[".repeat(depth)))).toBe("token_malformed");
  });

  it("reads duplicate members as JSON.parse does: the last counts", () => {
    const parsed = parse(forge('{"alg":"none","alg":"ES256"}', '{"sub":"alice","sub":"mallory"}'));
    expect(parsed.ok && [parsed.value.header.algorithm, parsed.value.unverifiedClaims["sub"]]).toEqual([
      "ES256",
      "mallory",
    ]);
  });

  it("keeps __proto__ as data", () => {
    const parsed = parse(forge('{"__proto__":{"crit":["x"]},"alg":"ES256"}', '{"__proto__":{"sub":"alice"}}'));
    expect(parsed.ok && parsed.value.unverifiedClaims["sub"]).toBeUndefined();
  });

  it("does not take alg from a member called __proto__", () => {
    expect(reason(forge('{"__proto__":{"alg":"ES256"}}', CLAIMS))).toBe("token_malformed");
  });
});

describe("header parameters", () => {
  it.each([
    ["without alg", { alg: undefined }, "token_malformed"],
    ["with an alg that is null", { alg: null }, "token_malformed"],
    ["with an alg that is a list", { alg: ["ES256"] }, "token_malformed"],
    ["with any alg text", { alg: "none" }, "pass"],
    ["without kid", { kid: undefined }, "pass"],
    ["with a kid of any characters", { kid: "../../etc/passwd\0'; drop" }, "pass"],
    ["with a kid that is a number", { kid: 1 }, "token_malformed"],
    ["with a kid that is null", { kid: null }, "token_malformed"],
    ["with a kid that is an object", { kid: {} }, "token_malformed"],
    ["with an empty kid", { kid: "" }, "token_malformed"],
    ["with a kid of 512 bytes", { kid: "k".repeat(512) }, "pass"],
    ["with a kid of 513 bytes", { kid: "k".repeat(513) }, "token_malformed"],
    ["with a kid of 512 bytes in 256 letters", { kid: "é".repeat(256) }, "pass"],
    ["with a kid of 514 bytes in 257 letters", { kid: "é".repeat(257) }, "token_malformed"],
    ["with a typ that is a number", { typ: 1 }, "token_malformed"],
    ["with a typ that is null", { typ: null }, "token_malformed"],
    ["with an extension that has to be understood", { crit: ["exp"], exp: 1 }, "token_malformed"],
    ["with one that Jotgate could know", { crit: ["b64"], b64: true }, "token_malformed"],
    ["with an empty crit", { crit: [] }, "token_malformed"],
    ["with a crit that is null", { crit: null }, "token_malformed"],
    ["with a crit that is no list", { crit: "exp" }, "token_malformed"],
    ["with an unencoded payload", { b64: false }, "token_malformed"],
    ["with a b64 that is neither", { b64: "false" }, "token_malformed"],
    ["with the b64 that changes nothing", { b64: true }, "pass"],
    ["with keys of its own", { jwk: {}, jku: "https://evil.example", x5u: "https://evil.example", x5c: [] }, "pass"],
    ["with parameters that nobody knows", { x: { y: [1] } }, "pass"],
  ])("%s", (_what, parameters, expected) => {
    expect(reason(forge({ ...HEADER, ...parameters }, CLAIMS))).toBe(expected);
  });

  it.each([
    [undefined, "absent"],
    ["JWT", "jwt"],
    ["jwt", "jwt"],
    ["at+jwt", "at+jwt"],
    ["AT+JWT", "at+jwt"],
    ["application/at+jwt", "at+jwt"],
    ["Application/AT+JWT", "at+jwt"],
    ["application/application/at+jwt", "application/at+jwt"],
    ["text/at+jwt", "text/at+jwt"],
    ["at+jwt; charset=utf-8", "at+jwt; charset=utf-8"],
    [" at+jwt", " at+jwt"],
    ["", ""],
    ["absent", "application/absent"],
    ["Absent", "application/absent"],
    ["application/absent", "application/absent"],
  ])("reads typ %j as %j", (typ, expected) => {
    const parsed = parse(forge({ ...HEADER, typ }, CLAIMS));
    expect(parsed.ok && parsed.value.header.type).toBe(expected);
  });
});

describe("the size of identifiers", () => {
  it.each([
    ["", false],
    ["a", true],
    ["a".repeat(512), true],
    ["a".repeat(513), false],
    ["é".repeat(256), true],
    [`${"é".repeat(256)}a`, false],
    ["語".repeat(170), true],
    [`${"語".repeat(170)}é`, true],
    [`${"語".repeat(170)}éa`, false],
    ["語".repeat(171), false],
    ["🔑".repeat(128), true],
    [`${"🔑".repeat(128)}a`, false],
  ])("%#: is counted in bytes of UTF-8", (text, fits) => {
    expect(isIdentifierSized(text)).toBe(fits);
    expect(new TextEncoder().encode(text).length <= 512 && text !== "").toBe(fits);
  });
});

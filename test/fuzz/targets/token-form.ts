import { isDeepStrictEqual } from "node:util";
import { parseToken } from "../../../src/authorize/parse-token.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";

const encode = (text: string) => Buffer.from(text).toString("base64url");
const TOKEN = `${encode('{"alg":"ES256","kid":"k"}')}.${encode('{"iss":"https://a.example","x":[1,"é"]}')}.${"A".repeat(86)}`;

/** The text of a token, as a client sends it. */
export const tokenForm: Target = {
  name: "token-form",
  about: "any text in the place of a token, held against an independent reading of RFC 7515",
  separator: ".",
  seeds: [
    ...[TOKEN, "a.b.c", "e30.e30.e30", "....", encode("{}")],
    ...["=", "A", ".e30.AA", "\n"].map((end) => TOKEN + end),
    // The same octets, and another last character.
    TOKEN.replace(/.$/, "B"),
    ...[
      '{"alg":"none","typ":"absent"}',
      '\ufeff{"alg":"ES256"}',
      '{"alg":"ES256","b64":true}',
      '{"alg":"ES256","alg":"none"}',
      '{"alg":"ES256","kid":"\\ud800"}',
      '{"__proto__":{"alg":"ES256"}}',
    ].map((header) => `${encode(header)}.e30.AA`),
    `${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url")}.e30.AA`,
  ],
  words: [
    ...[
      '{"alg":"ES256"}',
      '{"alg":1}',
      '{"alg":"a","crit":[]}',
      '{"alg":"a","b64":false}',
      '{"alg":"a","kid":""}',
      "[]",
      "1e999",
    ].map(encode),
    ...['{"alg":"a","typ":"APPLICATION/JWT"}', '\ufeff{"alg":"a"}', '{"alg":"\ud800"}', '{"a":{"a":[]},"alg":"a"}'].map(
      encode,
    ),
    ...[".", "=", "-", "_", "+", "/", "e30", "A", "B", "wQ", "7w"],
  ],
  work: { base: 200, perCharacter: 1 },

  run(input) {
    const parsed = parseToken(new PresentedToken(input, { kind: "authorization" }));
    const expected = read(input);
    if (!parsed.ok) {
      const { reason } = parsed.refusal;
      demand(reason === (input.length > 16_384 ? "token_too_large" : "token_malformed"), `It is refused as ${reason}.`);
      demand(expected === undefined, "A token that is well-formed is refused.");
      return reason;
    }
    demand(expected !== undefined, "A token that is not well-formed is read.");
    const { unverifiedClaims } = parsed.value;
    const { algorithm, keyId, type } = parsed.value.header;
    const { header, claims } = expected;
    demand(algorithm === header["alg"] && keyId === header["kid"], "The header was read differently.");
    demand((type === "absent") === !("typ" in header), "A type was lost or found.");
    demand(isDeepStrictEqual(unverifiedClaims, claims), "The payload was read differently.");
    return `${type === "absent" ? "no type" : "a type"}, ${keyId === undefined ? "no key" : "a key"}`;
  },
};

/** Reads a token by other means; undefined when it is none. */
function read(text: string): { header: Record<string, unknown>; claims: Record<string, unknown> } | undefined {
  const parts = text.split(".");
  if (text.length > 16_384 || parts.length !== 3 || parts.some((part) => part === "")) return undefined;
  if (parts.some((part) => Buffer.from(part, "base64url").toString("base64url") !== part)) return undefined;
  const [header, claims] = parts.slice(0, 2).map(readJson);
  if (header === undefined || claims === undefined) return undefined;
  const { alg, kid, typ, b64 } = header;
  if (typeof alg !== "string" || "crit" in header || (b64 !== undefined && b64 !== true)) return undefined;
  if ("typ" in header && typeof typ !== "string") return undefined;
  if ("kid" in header && !(typeof kid === "string" && kid !== "" && Buffer.byteLength(kid) <= 512)) return undefined;
  return { header, claims };
}

function readJson(part: string): Record<string, unknown> | undefined {
  try {
    const bytes = Buffer.from(part, "base64url");
    const text = bytes.toString("utf8");
    if (!Buffer.from(text).equals(bytes)) return undefined;
    const value: unknown = JSON.parse(text);
    return value?.constructor === Object || (typeof value === "object" && value !== null && !Array.isArray(value))
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

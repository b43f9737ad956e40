import { type Draft, encode, withMember } from "./draft.ts";

/** One thing that can be wrong, or only unusual, with a token. */
export interface Mutation {
  readonly name: string;
  readonly apply: (draft: Draft) => Draft;
}

/** Mutations of what a token says, at a moment in seconds. */
export function contentMutations(now: number): readonly Mutation[] {
  const times = [
    ...["null", '"1"', "[]", "{}", "true", "-1", "0", "1e999", "-1e999", "1e300", "0.5", "-0"],
    ...[
      -86_400, -61, -60.5, -60, -59.5, -59, -1, 0, 1, 59, 59.5, 60, 60.5, 61, 3_600, 31_535_990, 31_535_991, 99_999_999,
    ].map((offset) => `${now + offset}`),
  ];
  const identifiers = [
    ...["null", "5", "[]", "{}", "true", '""', '" "', '"é用户"', '"\\u0000"', '"a\\nb"', '"\\ud800"'],
    ...[512, 513, 5_000].map((length) => JSON.stringify("a".repeat(length))),
  ];
  const claims: Readonly<Record<string, readonly string[]>> = {
    exp: times,
    nbf: times,
    iat: times,
    sub: identifiers,
    jti: identifiers,
    client_id: identifiers,
    azp: identifiers,
    sid: identifiers,
    iss: [
      "null",
      "5",
      '""',
      '["https://issuer.example"]',
      ...texts("https://ISSUER.example", "https://issuer.example/"),
    ],
    aud: [
      ...["null", "5", "{}", "[]", '[["https://api.example"]]', '["https://api.example"]', '["https://api.example",1]'],
      ...[
        '["https://other.example","https://api.example"]',
        '[null,"https://api.example"]',
        '["https://other.example"]',
      ],
      ...['"https://API.example"', '"https://api.example/"', '"https://api.example https://other.example"', '""'],
    ],
    scope: ["null", "5", '""', '"read  write"', '["read","write"]', '["read write"]', "[1]", '"\\ud800"', "{}"],
    cnf: ["null", "{}", '{"jkt":"x"}', '{"x5t#S256":"x"}', "5"],
    ...Object.fromEntries(["name", "__proto__", "constructor", "toString"].map((name) => [name, ["1", '{"exp":1}']])),
  };
  return Object.entries(claims).flatMap(([name, values]) => members("claims", name, values));
}

/** Mutations of the header. */
export const HEADER_MUTATIONS: readonly Mutation[] = Object.entries({
  alg: [
    "null",
    "5",
    "[]",
    ...texts("", "none", "None", "HS256", "RS256", "ES256", "PS256", "EdDSA", "Ed25519", "es256"),
  ],
  kid: ["null", "5", "[]", ...texts("", "key-2", "KEY-1", "a".repeat(513), "../key-1", "ключ")],
  typ: [
    ...["null", "5", "[]"],
    ...texts(
      "",
      "JWT",
      "at+JWT",
      "AT+JWT",
      "application/at+jwt",
      "Application/AT+jwt",
      "application/application/at+jwt",
    ),
    ...texts("at+jwt; v=1", " at+jwt", "at-jwt", "id+jwt", "logout+jwt", "dpop+jwt"),
  ],
  crit: ["null", "[]", '["exp"]', '["b64"]', '"exp"'],
  b64: ["true", "false", "null"],
  zip: ['"DEF"'],
  cty: ['"JWT"'],
  jwk: ['{"kty":"oct","k":"AA"}'],
  jku: ['"https://attacker.example/jwks"'],
  x5u: ['"https://attacker.example/x"'],
  x5c: ['["AA"]'],
  __proto__: ['{"alg":"none"}'],
}).flatMap(([name, values]) => members("header", name, values));

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Mutations of how header and claims are written before they are signed. */
export const WRITING_MUTATIONS: readonly Mutation[] = (["writeHeader", "writeClaims"] as const).flatMap((write) =>
  Object.entries<(json: string) => Uint8Array>({
    "with blanks": (json) => encode(` ${json.replaceAll(",", " ,\t")}\r\n`),
    "behind a byte order mark": (json) => Uint8Array.of(...BYTE_ORDER_MARK, ...encode(json)),
    "in Latin-1": (json) =>
      Uint8Array.from(`${json.slice(0, -1)},"name":"é"}`, (character) => character.charCodeAt(0) & 255),
    "with an overlong slash": (json) =>
      Uint8Array.of(...encode(`${json.slice(0, -1)},"name":"`), 0xc0, 0xaf, ...encode('"}')),
    "in a list": (json) => encode(`[${json}]`),
    "as a string": (json) => encode(JSON.stringify(json)),
    "as null": () => encode("null"),
    "as an empty object": () => encode("{}"),
    "cut off": (json) => encode(json.slice(0, -1)),
    "with more behind": (json) => encode(`${json}{}`),
    "with a comment": (json) => encode(`${json}/**/`),
    "with a last comma": (json) => encode(`${json.slice(0, -1)},}`),
    "with every member twice": (json) => encode(`${json.slice(0, -1)},${json.slice(1)}`),
    "with other members first": (json) =>
      encode(`{"alg":"none","typ":"JWT","kid":"x","exp":1,"aud":"x","iss":"x",${json.slice(1)}`),
    "with other members last": (json) => encode(`${json.slice(0, -1)},"alg":"none","exp":1,"aud":"x","iss":"x"}`),
    "with 500 levels": (json) => encode(`${json.slice(0, -1)},"deep":${"[".repeat(500)}${"]".repeat(500)}}`),
    "with 17,000 characters": (json) => encode(`${json.slice(0, -1)},"long":"${"a".repeat(17_000)}"}`),
  }).map(([how, writer]) => ({ name: `${write} ${how}`, apply: (draft) => ({ ...draft, [write]: writer }) })),
);

/** Mutations of the token's text: of its segments before the signature is made, and of all of it afterwards. */
export const TEXT_MUTATIONS: readonly Mutation[] = [
  { name: "segments signed with padding", apply: (draft) => ({ ...draft, respell: pad }) },
  { name: "segments signed with unused bits", apply: (draft) => ({ ...draft, respell: setUnusedBits }) },
  { name: "segments signed in base64", apply: (draft) => ({ ...draft, respell: toBase64 }) },
  ...Object.entries<(segment: string) => string>({
    emptied: () => "",
    "with padding": pad,
    "with unused bits": setUnusedBits,
    "in base64": toBase64,
    "short of a character": (segment) => segment.slice(0, -1),
    "short of its first character": (segment) => segment.slice(1),
    "with a character more": (segment) => `${segment}A`,
    "with four characters more": (segment) => `${segment}AAAA`,
    "with its first character changed": (segment) => (segment.startsWith("A") ? "B" : "A") + segment.slice(1),
    "with its middle changed": (segment) => {
      const middle = segment.length >> 1;
      return segment.slice(0, middle) + (segment[middle] === "A" ? "B" : "A") + segment.slice(middle + 1);
    },
    "with a blank": (segment) => `${segment.slice(0, 4)} ${segment.slice(4)}`,
    "with a tab": (segment) => `${segment.slice(0, 4)}\t${segment.slice(4)}`,
    "in zeros": (segment) => "A".repeat(segment.length),
    twice: (segment) => segment + segment,
    "with a comma": (segment) => `${segment},`,
    "with a percent sign": (segment) => `${segment}%3D`,
  }).flatMap(([how, change]) =>
    ([0, 1, 2] as const).map((at) => ({
      name: `segment ${at} ${how}`,
      apply: (draft: Draft) =>
        tampering(draft, (token) => {
          const segments = token.split(".");
          segments[at] = change(segments[at] ?? "");
          return segments.join(".");
        }),
    })),
  ),
  ...Object.entries<(token: string) => string>({
    "with a dot in front": (token) => `.${token}`,
    "with a dot behind": (token) => `${token}.`,
    "with a fourth segment": (token) => `${token}.AA`,
    "with five segments": (token) => `${token}.AA.AA`,
    "without signature": (token) => token.slice(0, token.lastIndexOf(".")),
    "of header alone": (token) => token.slice(0, token.indexOf(".")),
    "in upper case": (token) => token.toUpperCase(),
    "in quotes": (token) => `"${token}"`,
    twice: (token) => `${token}, Bearer ${token}`,
  }).map(([how, change]) => ({ name: `token ${how}`, apply: (draft: Draft) => tampering(draft, change) })),
];

function tampering(draft: Draft, change: (token: string) => string): Draft {
  return { ...draft, tamper: (token) => change(draft.tamper(token)) };
}

/** One mutation for each value, and one that takes the member away. */
function members(part: "header" | "claims", name: string, values: readonly string[]): Mutation[] {
  return [undefined, ...values].map((json) => ({
    name: `${part} ${name} ${json === undefined ? "left out" : json.slice(0, 60)}`,
    apply: (draft) => ({ ...draft, [part]: withMember(draft[part], name, json) }),
  }));
}

function texts(...values: readonly string[]): string[] {
  return values.map((value) => JSON.stringify(value));
}

function pad(segment: string): string {
  return segment + "=".repeat((4 - (segment.length % 4)) % 4);
}

function toBase64(segment: string): string {
  return segment.replaceAll("-", "+").replaceAll("_", "/");
}

/** The same octets in another spelling: the bits that no octet uses are set. */
function setUnusedBits(segment: string): string {
  const unused = { 2: 15, 3: 3 }[segment.length % 4] ?? 0;
  const last = ALPHABET.indexOf(segment.slice(-1));
  return segment === "" ? "" : segment.slice(0, -1) + ALPHABET[last | unused];
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

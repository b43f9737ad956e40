import type { AttackKey, AttackKeys } from "./keys.ts";
import { mergeJson } from "./merge-json.ts";
import { decodeBase64url, encodeBase64url, fromOctets, toOctets } from "./octets.ts";
import { derSignature, highS, sPlusL } from "./signature-spellings.ts";

/** What templates may refer to. */
export interface Surroundings {
  readonly keys: AttackKeys;
  /** NumericDate in seconds. */
  readonly now: number;
  /** URL of a server of the attacker's, which nobody must ever ask for anything. */
  readonly canary: string;
}

/** The values of one template, as octets. */
export interface Values {
  readonly list: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

type AttackFunction = (values: Values, surroundings: Surroundings) => string | Promise<string>;

/** What each template stands for. README.md explains them. */
export const FUNCTIONS: ReadonlyMap<string, AttackFunction> = new Map<string, AttackFunction>([
  ["nul", () => "\0"],
  ["cr", () => "\r"],
  ["lf", () => "\n"],
  ["tab", () => "\t"],
  ["bom", () => "\xef\xbb\xbf"],
  ["bytes", ({ list }) => list.map((hex) => String.fromCharCode(Number.parseInt(hex, 16))).join("")],
  ["utf16", ({ list: [text = ""] }) => `\xff\xfe${[...text].map((character) => `${character}\0`).join("")}`],
  ["repeat", ({ list: [times, text = ""] }) => text.repeat(Number(times))],
  ["now", ({ list: [offset = "0"] }, { now }) => String(now + Number(offset))],
  ["canary", (_values, { canary }) => canary],

  ["b64", ({ list }) => encodeBase64url(list.join(""))],
  ["standard", ({ list: [text = ""] }) => text.replaceAll("-", "+").replaceAll("_", "/")],
  ["padded", ({ list: [text = ""] }) => text + "=".repeat((4 - (text.length % 4)) % 4)],
  ["respelled", ({ list: [text = ""] }) => respell(text)],
  ["cut", ({ list: [count, text = ""] }) => text.slice(0, text.length - Number(count))],
  ["part", ({ list: [number, token = ""] }) => token.split(".")[Number(number) - 1] ?? ""],

  ["header", writeHeader],
  ["claims", writeClaims],
  ["jws", async (values, surroundings) => writeJws(values, surroundings)],
  [
    "signed",
    ({ list: [input = ""], named }, surroundings) => sign(input, keyOf(named, surroundings), named.get("scheme")),
  ],
  ["hmac", ({ list: [input = ""], named }) => signWithSecret(input, named.get("secret") ?? "")],
  ["der", ({ list: [token = ""] }) => withSignature(token, derSignature)],
  ["s-plus-l", ({ list: [token = ""] }) => withSignature(token, sPlusL)],
  ["high-s", ({ list: [token = ""] }) => withSignature(token, highS)],

  ["jwk", ({ list: [name = ""] }, { keys }) => JSON.stringify(keyNamed(name, keys).jwk)],
  ["member", ({ list: [member = "", name = ""] }, { keys }) => String(keyNamed(name, keys).jwk[member])],
  ["spki", ({ list: [name = ""] }, { keys }) => keyNamed(name, keys).spki],
  ["pem", ({ list: [name = ""] }, { keys }) => writePem(keyNamed(name, keys))],
]);

/** The header that a token of this key has, changed by the JSON object that is given, and without the members in `no`. */
function writeHeader({ list: [changes = "{}"], named }: Values, surroundings: Surroundings): string {
  const { algorithm, keyId } = keyOf(named, surroundings);
  return mergeJson({ alg: algorithm, kid: keyId, typ: "at+jwt" }, changes, named.get("no"));
}

/** Claims with which a token of this key passes, changed by the JSON object that is given, and without those in `no`. */
function writeClaims({ list: [changes = "{}"], named }: Values, surroundings: Surroundings): string {
  const { now } = surroundings;
  const claims = {
    iss: keyOf(named, surroundings).issuer,
    aud: "https://api.example",
    sub: "alice",
    client_id: "shop",
    scope: "read",
    jti: "token-1",
    iat: now - 60,
    exp: now + 240,
  };
  return mergeJson(claims, changes, named.get("no"));
}

function writeJws({ named }: Values, surroundings: Surroundings): Promise<string> {
  const key = keyOf(named, surroundings);
  const keyName = new Map([["key", key.name]]);
  const part = (write: typeof writeClaims, changes: string | undefined, no: string | undefined) =>
    write(
      {
        list: changes === undefined ? [] : [changes],
        named: no === undefined ? keyName : new Map([...keyName, ["no", no]]),
      },
      surroundings,
    );
  const header = named.get("header-text") ?? part(writeHeader, named.get("header"), named.get("no-header"));
  const claims = named.get("claims-text") ?? part(writeClaims, named.get("claims"), named.get("no-claims"));
  return sign(`${encodeBase64url(header)}.${encodeBase64url(claims)}`, key, named.get("scheme"));
}

async function sign(input: string, key: AttackKey, scheme: string | undefined): Promise<string> {
  return `${input}.${encodeBase64url(await key.sign(input, scheme))}`;
}

async function signWithSecret(input: string, secret: string): Promise<string> {
  const parameters = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromOctets(secret), parameters, false, ["sign"]);
  return `${input}.${encodeBase64url(toOctets(await crypto.subtle.sign(parameters, key, fromOctets(input))))}`;
}

function withSignature(token: string, change: (signature: string) => string): string {
  const dot = token.lastIndexOf(".");
  return `${token.slice(0, dot)}.${encodeBase64url(change(decodeBase64url(token.slice(dot + 1))))}`;
}

/** Another text that lenient decoders take for the same octets: the unused bits of the last character are not zero. */
function respell(text: string): string {
  if (text.length % 4 < 2) throw new Error("this length has one spelling only");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) + 1];
}

function keyOf(named: Values["named"], { keys }: Surroundings): AttackKey {
  return keyNamed(named.get("key") ?? "es256", keys);
}

function keyNamed(name: string, keys: AttackKeys): AttackKey {
  const key = keys.get(name);
  if (key === undefined) throw new Error(`there is no key called ${name}`);
  return key;
}

function writePem({ spki }: AttackKey): string {
  const lines = btoa(spki).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}

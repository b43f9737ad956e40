// RFC 7517 and RFC 7518 §6: what a published set may contain beside keys that verify, and how their members are read.
import { afterEach, describe, expect, it, vi } from "vitest";
import { fetchJson } from "../../../src/keys/fetch-json.ts";
import { importKeys } from "../../../src/keys/import-keys.ts";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import { fromBase64url, toBase64url } from "../../../src/platform/base64url.ts";
import { TestIssuer } from "../../support/test-issuer.ts";
import { stubNetwork } from "../keys/network.ts";

const issuer = await TestIssuer.create();
const { publicJwk } = issuer;

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a JWK Set", () => {
  it("may have members that nobody knows", async () => {
    const set = await readKeySet({ keys: [publicJwk], note: "hello", "x-more": [] }, ["ES256"]);
    expect(set.find("ES256", issuer.keyId)?.keyId).toBe(issuer.keyId);
  });

  it("stays usable beside keys of unknown types, without members and out of range", async () => {
    const others = [
      { kty: "AKP", alg: "ML-DSA-44", pub: "AA" },
      {},
      { kty: "EC" },
      { ...publicJwk, kid: "b", x: "AA" },
    ];
    const set = await readKeySet({ keys: [...others, publicJwk, null, "text"] }, ["ES256"]);
    expect(set.find("ES256", issuer.keyId)?.keyId).toBe(issuer.keyId);
    expect(set.find("ES256", "b")).toBeUndefined();
  });

  it("that names a member twice means the last, set and key alike", async () => {
    const key = JSON.stringify({ ...publicJwk, kid: undefined });
    const text = `{"keys":"x","keys":[${key.replace("{", '{"kid":"first","kid":"last",')}]}`;
    stubNetwork(() => new Response(text));
    const set = await readKeySet(await fetchJson("https://issuer.example/jwks", "*/*", AbortSignal.timeout(5_000)), [
      "ES256",
    ]);
    expect(set.find("ES256", "last")?.keyId).toBe("last");
    expect(set.find("ES256", "first")).toBeUndefined();
  });
});

describe("a JWK with certificates", () => {
  it.each([
    ["x5c", ["bm8gY2VydGlmaWNhdGU="]],
    ["x5t", "AAAA"],
    ["x5t#S256", "AAAA"],
    ["x5u", "https://elsewhere.example/certificate"],
  ])("is the key that its own members say; %s is not looked at", async (name, value) => {
    const network = stubNetwork(() => new Response());
    const { keys } = await importKeys([{ ...publicJwk, [name]: value }], ["ES256"]);
    expect(keys).toHaveLength(1);
    expect(network.urls).toEqual([]);
  });
});

describe("members of a JWK", () => {
  const shortened = (text: unknown) => toBase64url(fromBase64url(String(text)).slice(1));
  const lengthened = (text: unknown) => toBase64url(Uint8Array.of(0, ...fromBase64url(String(text))));

  it.each([
    ["x is an octet short", { ...publicJwk, x: shortened(publicJwk["x"]) }],
    ["y is an octet short", { ...publicJwk, y: shortened(publicJwk["y"]) }],
    ["x is empty", { ...publicJwk, x: "" }],
    ["x and y are zero", { ...publicJwk, x: toBase64url(new Uint8Array(32)), y: toBase64url(new Uint8Array(32)) }],
  ])("what is no point on the curve is no key: %s", async (_, jwk) => {
    expect((await importKeys([jwk], ["ES256"])).keys).toEqual([]);
  });

  it("a zero in front of x makes no other point: the runtime reads numbers", async () => {
    const { keys } = await importKeys([{ ...publicJwk, x: lengthened(publicJwk["x"]) }], ["ES256"]);
    const token = await issuer.sign();
    const lastDot = token.lastIndexOf(".");
    expect(await keys[0]?.verify(token.slice(0, lastDot), token.slice(lastDot + 1))).toBe(true);
  });

  it.each([31, 33, 0])("an Ed25519 key of %i octets is none", async (octets) => {
    const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(new Uint8Array(octets)) };
    expect((await importKeys([jwk], ["EdDSA", "Ed25519"])).keys).toEqual([]);
  });

  it("an RSA key without n or without e is none", async () => {
    const rsa = (await TestIssuer.create("https://issuer.example", "RS256")).publicJwk;
    expect((await importKeys([rsa], ["RS256"])).keys).toHaveLength(1);
    expect((await importKeys([{ ...rsa, n: undefined }], ["RS256"])).keys).toEqual([]);
    expect((await importKeys([{ ...rsa, e: undefined }], ["RS256"])).keys).toEqual([]);
  });
});

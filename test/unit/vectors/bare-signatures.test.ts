import { describe, expect, it } from "vitest";
import { importKeys } from "../../../src/keys/import-keys.ts";
import { JWS_ALGORITHMS } from "../../../src/keys/jws-algorithms.ts";
import type { VerificationKey } from "../../../src/model/key-source.ts";
import type { SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { toBase64url } from "../../../src/platform/base64url.ts";
import ecdsa from "../../vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json?raw";
import ed25519 from "../../vectors/wycheproof/ed25519_test.json?raw";
import pss from "../../vectors/wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json?raw";
import pkcs1 from "../../vectors/wycheproof/rsa_signature_2048_sha256_test.json?raw";
import { KNOWN_DEVIATIONS, outcomesOf } from "./known-deviations.ts";
import { deviationsIn, type Jwk, judgeAll, readVectors, type Vector, type VectorGroup } from "./wycheproof.ts";

/** Algorithm, file, its vectors, and how many have a message that is text and another that is not. */
const FILES = [
  ["ES256", "ecdsa_secp256r1_sha256_p1363_test.json", ecdsa, 262, 0],
  ["EdDSA", "ed25519_test.json", ed25519, 84, 67],
  ["Ed25519", "ed25519_test.json", ed25519, 84, 67],
  ["RS256", "rsa_signature_2048_sha256_test.json", pkcs1, 258, 1],
  ["PS256", "rsa_pss_2048_sha256_mgf1_32_test.json", pss, 107, 1],
] as const;

describe.each(FILES)("%s signatures of %s", (algorithm, file, text, ofText, ofOctets) => {
  const vectors = readVectors(text);
  const known = outcomesOf(KNOWN_DEVIATIONS[file]);
  /** A signing input is text; the keys take no other. */
  const texts = vectors.filter((vector) => messageOf(vector) !== undefined);
  const octets = vectors.filter((vector) => messageOf(vector) === undefined);

  it("are as many as were published", () => {
    expect([texts.length, octets.length]).toEqual([ofText, ofOctets]);
  });

  it("hold under the imported key where they are valid, and nowhere else", async () => {
    const outcomes = await judgeAll(texts, async (vector) => {
      const key = await keyOf(vector.group, algorithm);
      return key.verify(messageOf(vector) ?? "", toBase64url(fromHex(vector.sig)));
    });
    expect(deviationsIn(outcomes)).toEqual(known);
  });

  it("hold with the algorithm's parameters where no text was signed", async () => {
    const parameters = JWS_ALGORITHMS[algorithm];
    const outcomes = await judgeAll(octets, async ({ group, msg, sig }) => {
      const { kty, crv, n, e, x, y } = jwkOf(group);
      const jwk = { kty, crv, n, e, x, y } as JsonWebKey;
      const key = await crypto.subtle.importKey("jwk", jwk, parameters, false, ["verify"]);
      return crypto.subtle.verify(parameters, key, fromHex(sig), fromHex(msg));
    });
    expect(deviationsIn(outcomes)).toEqual({});
  });

  it("do not hold under the key of another group, or with another message", async () => {
    const [vector] = texts.filter(({ result }) => result === "valid");
    if (vector === undefined) throw new Error("no valid vector");
    const key = await keyOf(vector.group, algorithm);
    expect(await key.verify(`${messageOf(vector)} `, toBase64url(fromHex(vector.sig)))).toBe(false);
    const other = vectors.find(({ group }) => JSON.stringify(jwkOf(group)) !== JSON.stringify(jwkOf(vector.group)));
    if (other === undefined) return;
    const otherKey = await keyOf(other.group, algorithm);
    expect(await otherKey.verify(messageOf(vector) ?? "", toBase64url(fromHex(vector.sig)))).toBe(false);
  });
});

async function keyOf(group: VectorGroup, algorithm: SignatureAlgorithm): Promise<VerificationKey> {
  const { keys, rejected } = await importKeys([jwkOf(group)], [algorithm]);
  const [key] = keys;
  if (key === undefined) throw new Error(rejected[0]?.why);
  return key;
}

/** Keys of groups without a JWK are points: both coordinates in full length, behind an octet that says so. */
function jwkOf({ publicKeyJwk, keyJwk, publicKey }: VectorGroup): Jwk {
  const jwk = publicKeyJwk ?? keyJwk;
  if (jwk !== undefined) return jwk;
  const point = fromHex(publicKey?.uncompressed).slice(1);
  return { kty: "EC", crv: "P-256", x: toBase64url(point.slice(0, 32)), y: toBase64url(point.slice(32)) };
}

/** The message, when it is what a text encodes to. */
function messageOf({ msg }: Vector): string | undefined {
  try {
    return utf8.decode(fromHex(msg));
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function fromHex(hex = ""): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

import { fromOctets, toOctets } from "./octets.ts";

/** A key pair, or a secret, that was made when the tests started. */
export interface AttackKey {
  /** As the files call it, and its `kid` where nothing else is said. */
  readonly name: string;
  readonly keyId: string;
  readonly algorithm: string;
  /** `iss` of tokens signed with it. */
  readonly issuer: string;
  /** Public half, without `kid` and `alg`; of a secret, the secret. */
  readonly jwk: Readonly<Record<string, unknown>>;
  /** Private half. */
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** SubjectPublicKeyInfo in DER; the secret itself of a secret. */
  readonly spki: string;
  /** @param scheme another algorithm than the key's own, for a key of the same type */
  sign(octets: string, scheme?: string): Promise<string>;
}

export type AttackKeys = ReadonlyMap<string, AttackKey>;

/** Whose key is what. An attacker's key is known to nobody; which keys an issuer publishes, and how, says scene.ts. */
const PLAN: readonly (readonly [name: string, algorithm: Algorithm, issuer: string, keyId?: string])[] = [
  ["es256", "ES256", "https://issuer.example"],
  ["es384", "ES384", "https://issuer.example"],
  ["rs256", "RS256", "https://issuer.example"],
  ["ps256", "PS256", "https://issuer.example"],
  ["ed25519", "EdDSA", "https://issuer.example"],
  ["rsa-without-alg", "RS256", "https://issuer.example"],
  ["rsa-1024", "RS1024", "https://issuer.example"],
  ["for-encryption", "ES256", "https://issuer.example"],
  ["not-for-verifying", "ES256", "https://issuer.example"],
  ["published-private", "ES256", "https://issuer.example"],
  ["published-secret", "HS256", "https://issuer.example"],
  ["twice", "ES256", "https://issuer.example"],
  ["twice-too", "ES256", "https://issuer.example", "twice"],
  ["withdrawn", "ES256", "https://issuer.example"],
  ["other-es256", "ES256", "https://other.example", "es256"],
  ["other-only", "ES256", "https://other.example"],
  ["hs256", "HS256", "https://secret.example"],
  ["cookie-es256", "ES256", "https://cookie.example"],
  ["gone-es256", "ES256", "https://gone.example"],
  ["attacker-es256", "ES256", "https://issuer.example", "es256"],
  ["attacker-rs256", "RS256", "https://issuer.example", "rs256"],
  ["attacker-hs256", "HS256", "https://issuer.example", "es256"],
];

const ALGORITHMS = {
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  EdDSA: { name: "Ed25519" },
  RS256: rsa("RSASSA-PKCS1-v1_5", 2048),
  RS1024: rsa("RSASSA-PKCS1-v1_5", 1024),
  PS256: { ...rsa("RSA-PSS", 2048), saltLength: 32 },
  HS256: { name: "HMAC", hash: "SHA-256", length: 256 },
} as const;

type Algorithm = keyof typeof ALGORITHMS;

export async function makeKeys(): Promise<AttackKeys> {
  const keys = await Promise.all(PLAN.map((planned) => makeKey(...planned)));
  return new Map(keys.map((key) => [key.name, key]));
}

async function makeKey(name: string, algorithm: Algorithm, issuer: string, keyId = name): Promise<AttackKey> {
  const parameters = ALGORITHMS[algorithm];
  const made: unknown = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  const { publicKey, privateKey } = isPair(made)
    ? made
    : { publicKey: made as CryptoKey, privateKey: made as CryptoKey };
  const spki = await crypto.subtle.exportKey(publicKey.type === "public" ? "spki" : "raw", publicKey);
  return {
    name,
    keyId,
    algorithm: algorithm === "RS1024" ? "RS256" : algorithm,
    issuer,
    jwk: await exportMembers(publicKey),
    privateJwk: await exportMembers(privateKey),
    spki: toOctets(spki as ArrayBuffer),
    sign: async (octets, scheme) => {
      const [key, by] = scheme === undefined ? [privateKey, parameters] : await rebind(privateKey, scheme);
      return toOctets(await crypto.subtle.sign(by, key, fromOctets(octets)));
    },
  };
}

/** The same private key for another algorithm of its type. */
async function rebind(key: CryptoKey, scheme: string) {
  const parameters = ALGORITHMS[scheme as Algorithm];
  const octets = await crypto.subtle.exportKey("pkcs8", key);
  return [await crypto.subtle.importKey("pkcs8", octets, parameters, false, ["sign"]), parameters] as const;
}

/** What makes the key, and nothing about its use. Runtimes may export members that are there and undefined. */
async function exportMembers(key: CryptoKey): Promise<Record<string, unknown>> {
  const { alg, key_ops, ext, ...members } = Object.fromEntries(
    Object.entries(await crypto.subtle.exportKey("jwk", key)),
  );
  return JSON.parse(JSON.stringify(members)) as Record<string, unknown>;
}

function isPair(made: unknown): made is { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey } {
  return typeof made === "object" && made !== null && "privateKey" in made;
}

function rsa(name: string, modulusLength: number) {
  return { name, modulusLength, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" };
}

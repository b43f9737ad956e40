/** Signs as the configured issuer, and as somebody else. Keys are made anew in each run. */
export interface Signer {
  /** Public key, `key-1`. */
  readonly jwk: object;
  /** A second one of the same algorithm. */
  readonly secondJwk: object;
  sign(signingInput: string): Promise<Uint8Array>;
  /** With a key that nobody published. */
  signAsAnother(signingInput: string): Promise<Uint8Array>;
}

export const OURS = "https://issuer.example";
export const SECRET = "a shared secret for tests, with 32 bytes and more";

const ALGORITHMS = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  ES256: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
} as const;

export type Algorithm = keyof typeof ALGORITHMS;

const SIGNERS: Readonly<Record<Algorithm, Signer>> = {
  HS256: await withSecret(),
  ES256: await withKeyPairs("ES256"),
  EdDSA: await withKeyPairs("EdDSA"),
};

export function signerFor(algorithm: Algorithm): Signer {
  return SIGNERS[algorithm];
}

async function withSecret(): Promise<Signer> {
  const importSecret = (text: string) =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(text), ALGORITHMS.HS256, false, ["sign"]);
  const [ours, another] = await Promise.all([importSecret(SECRET), importSecret(`another ${SECRET}`)]);
  return { jwk: {}, secondJwk: {}, sign: signWith("HS256", ours), signAsAnother: signWith("HS256", another) };
}

async function withKeyPairs(algorithm: "ES256" | "EdDSA"): Promise<Signer> {
  const generate = async () =>
    (await crypto.subtle.generateKey(ALGORITHMS[algorithm], true, ["sign", "verify"])) as CryptoKeyPair;
  const [ours, second, another] = await Promise.all([generate(), generate(), generate()]);
  const publish = async ({ publicKey }: CryptoKeyPair, kid: string) => {
    const { kty, crv, x, y } = (await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey;
    return { kty, crv, x, ...(y && { y }), kid, alg: algorithm };
  };
  return {
    jwk: await publish(ours, "key-1"),
    secondJwk: await publish(second, "key-2"),
    sign: signWith(algorithm, ours.privateKey),
    signAsAnother: signWith(algorithm, another.privateKey),
  };
}

function signWith(algorithm: Algorithm, key: CryptoKey): (signingInput: string) => Promise<Uint8Array> {
  return async (input) =>
    new Uint8Array(await crypto.subtle.sign(ALGORITHMS[algorithm], key, new TextEncoder().encode(input)));
}

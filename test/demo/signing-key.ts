import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Namespace } from "./environment.ts";

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

const STORED_AS = "signing-key";

let remembered: SigningKey | undefined;

/** The issuer's one key: generated on first use, then kept in its namespace so that tokens outlive a restart. */
export async function signingKey(state: Namespace): Promise<SigningKey> {
  // Two first requests at once could each store a key; whoever starts the demo asks once before anybody else does.
  remembered ??= await load((await state.get(STORED_AS)) ?? (await generate(state)));
  return remembered;
}

async function generate(state: Namespace): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: `demo-${crypto.randomUUID()}`, alg: "ES256", use: "sig" };
  const stored = JSON.stringify(jwk);
  await state.put(STORED_AS, stored);
  return stored;
}

async function load(stored: string): Promise<SigningKey> {
  const { d, ...publicJwk } = JSON.parse(stored) as JWK & { kid: string };
  return {
    keyId: publicJwk.kid,
    privateKey: (await importJWK({ ...publicJwk, d: String(d) })) as CryptoKey,
    publicKey: (await importJWK(publicJwk)) as CryptoKey,
    publicJwk,
  };
}

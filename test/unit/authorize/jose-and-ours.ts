// What jose says of a token's signature, and what Jotgate says of it.
import { type CryptoKey, compactVerify, exportJWK, generateKeyPair, SignJWT } from "jose";
import { JOSEError } from "jose/errors";
import { parseToken } from "../../../src/authorize/parse-token.ts";
import { verifySignature } from "../../../src/authorize/verify-signature.ts";
import { importKeys, importSecret } from "../../../src/keys/import-keys.ts";
import { JWS_ALGORITHMS } from "../../../src/keys/jws-algorithms.ts";
import type { VerificationKey } from "../../../src/model/key-source.ts";
import { PresentedToken } from "../../../src/model/token.ts";
import type { SignatureAlgorithm } from "../../../src/model/trusted-issuer.ts";
import { toBase64url } from "../../../src/platform/base64url.ts";

/** One algorithm's key in the hands of both. */
export interface Pair {
  readonly algorithm: SignatureAlgorithm;
  readonly signing: CryptoKey | Uint8Array;
  readonly jose: CryptoKey | Uint8Array;
  readonly ours: VerificationKey;
}

export async function createPair(algorithm: SignatureAlgorithm): Promise<Pair> {
  if (algorithm.startsWith("HS")) {
    const secret = crypto.getRandomValues(new Uint8Array(64));
    return { algorithm, signing: secret, jose: secret, ours: await importSecret(secret, algorithm) };
  }
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const [ours] = (await importKeys([await exportJWK(publicKey)], [algorithm])).keys;
  if (ours === undefined) throw new Error(`no key for ${algorithm}`);
  return { algorithm, signing: privateKey, jose: publicKey, ours };
}

export function sign({ algorithm, signing }: Pair): Promise<string> {
  return new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: algorithm }).sign(signing);
}

async function oursSays({ ours }: Pair, text: string): Promise<boolean> {
  const token = new PresentedToken(text, { kind: "authorization" });
  const parsed = parseToken(token);
  return parsed.ok && verifySignature(token, parsed.value.header.algorithm, ours);
}

async function joseSays({ jose, algorithm }: Pair, text: string): Promise<boolean> {
  try {
    await compactVerify(text, jose, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof JOSEError) return false;
    throw error;
  }
}

/** What both say of this token: `true` or `false`; `{ours, jose}` when they differ. */
export async function verdict(pair: Pair, text: string): Promise<unknown> {
  const [ours, jose] = await Promise.all([oursSays(pair, text), joseSays(pair, text)]);
  return ours === jose ? ours : { ours, jose };
}

export function encodeJson(value: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}

/** Signs as no library would: with parameters that are not those of the algorithm in the header. */
export async function signWith(pair: Pair, parameters: object): Promise<string> {
  const signingInput = `${encodeJson({ alg: pair.algorithm })}.${encodeJson({ sub: "alice" })}`;
  const data = new TextEncoder().encode(signingInput);
  const key = pair.signing as globalThis.CryptoKey;
  const signature = await crypto.subtle.sign({ ...JWS_ALGORITHMS[pair.algorithm], ...parameters }, key, data);
  return `${signingInput}.${toBase64url(new Uint8Array(signature))}`;
}

import { importKeys, importSecret } from "../../keys/import-keys.ts";
import { JWS_ALGORITHMS } from "../../keys/jws-algorithms.ts";
import { KeySet } from "../../keys/key-set.ts";
import type { KeyLookup, KeySource, VerificationKey } from "../../model/key-source.ts";
import type { SignatureAlgorithm, TrustedIssuer } from "../../model/trusted-issuer.ts";
import { toBase64url } from "../../platform/base64url.ts";

/** `kid` of every throw-away key. */
export const TEST_KEY_ID = "test-key";

interface SigningKey {
  readonly verification: VerificationKey;
  /** @returns the signature in base64url */
  sign(signingInput: string): Promise<string>;
}

/** Keys that live as long as one run: one for each issuer and algorithm, in place of the issuer's own. */
export class ThrowAwayKeys implements KeySource {
  readonly #keys = new Map<string, Promise<SigningKey>>();

  /** @param owner an issuer, or anything else for a key that is nobody's */
  keyOf(owner: string, algorithm: SignatureAlgorithm): Promise<SigningKey> {
    const name = JSON.stringify([owner, algorithm]);
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = generate(algorithm);
      this.#keys.set(name, key);
    }
    return key;
  }

  async findKey(issuer: TrustedIssuer, algorithm: string, keyId: string | undefined): Promise<KeyLookup> {
    const listed = issuer.algorithms.find((candidate) => candidate === algorithm);
    if (listed === undefined) return { status: "not_found" };
    const { verification } = await this.keyOf(issuer.issuer, listed);
    const key = new KeySet([verification]).find(algorithm, issuer.keys.kind === "secret" ? undefined : keyId);
    return key === undefined ? { status: "not_found" } : { status: "found", key };
  }
}

async function generate(algorithm: SignatureAlgorithm): Promise<SigningKey> {
  const parameters = JWS_ALGORITHMS[algorithm];
  if (parameters.kty === "oct") {
    const secret = crypto.getRandomValues(new Uint8Array(64));
    const key = await crypto.subtle.importKey("raw", secret, parameters, false, ["sign"]);
    return { verification: await importSecret(secret, algorithm), sign: signer(key, parameters) };
  }
  const size = parameters.kty === "RSA" ? { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } : {};
  const pair = (await crypto.subtle.generateKey({ ...parameters, ...size }, true, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, crv, n, e, x, y } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  const { keys } = await importKeys([{ kty, crv, n, e, x, y, kid: TEST_KEY_ID, alg: algorithm }], [algorithm]);
  const [verification] = keys;
  if (verification === undefined) throw new Error(`No key was made for ${algorithm}.`);
  return { verification, sign: signer(pair.privateKey, parameters) };
}

function signer(key: CryptoKey, parameters: (typeof JWS_ALGORITHMS)[SignatureAlgorithm]): SigningKey["sign"] {
  return async (signingInput) => {
    const signature = await crypto.subtle.sign(parameters, key, new TextEncoder().encode(signingInput));
    return toBase64url(new Uint8Array(signature));
  };
}

import type { VerificationKey } from "../model/key-source.ts";
import type { SignatureAlgorithm } from "../model/trusted-issuer.ts";
import { fromBase64url } from "../platform/base64url.ts";
import { utf8 } from "../platform/utf8.ts";
import { JWS_ALGORITHMS } from "./jws-algorithms.ts";

/** A verification key in the hands of WebCrypto. */
export class SignatureKey implements VerificationKey {
  readonly keyId: string | undefined;
  readonly algorithm: SignatureAlgorithm;
  readonly #key: CryptoKey;
  /** Characters of every signature in base64url: without padding, they tell the number of octets. */
  readonly #signatureCharacters: number;

  /** @param key imported with the parameters of this very algorithm */
  constructor(keyId: string | undefined, algorithm: SignatureAlgorithm, key: CryptoKey) {
    this.keyId = keyId;
    this.algorithm = algorithm;
    this.#key = key;
    const { modulusLength = 0 } = key.algorithm as { modulusLength?: number };
    const octets = JWS_ALGORITHMS[algorithm].signatureLength ?? Math.ceil(modulusLength / 8);
    this.#signatureCharacters = Math.ceil((octets * 4) / 3);
  }

  async verify(signingInput: string, signature: string): Promise<boolean> {
    // Of a wrong length the runtime makes an error for some algorithms, and a bad signature for others.
    if (signature.length !== this.#signatureCharacters) return false;
    const parameters = JWS_ALGORITHMS[this.algorithm];
    return crypto.subtle.verify(parameters, this.#key, fromBase64url(signature), utf8.encode(signingInput));
  }
}

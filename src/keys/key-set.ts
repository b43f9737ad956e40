import type { VerificationKey } from "../model/key-source.ts";

/** One issuer's verification keys as of one fetch; replaced as a whole, never changed. */
export class KeySet {
  readonly #keys: readonly VerificationKey[];

  constructor(keys: readonly VerificationKey[]) {
    this.#keys = keys;
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /**
   * The one key that a token's header names; undefined when there is none, or more than one (RFC 7517 §4.5 wants them
   * distinct). A token without `kid` gets a key only if it is the only one for its algorithm: keys are never tried in turn.
   */
  find(algorithm: string, keyId: string | undefined): VerificationKey | undefined {
    const named = (key: VerificationKey) => key.algorithm === algorithm && (keyId === undefined || key.keyId === keyId);
    const candidate = this.#keys.find(named);
    return candidate === this.#keys.findLast(named) ? candidate : undefined;
  }
}

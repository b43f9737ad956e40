import { afterEach, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import combined from "../../vectors/wycheproof/json_web_crypto_test.json?raw";
import current from "../../vectors/wycheproof/json_web_encryption_test.json?raw";
import { Guard, NO_KEY_LOOKUP, NO_REVOCATION_LOOKUP, outcome, verdict } from "../authorize/guard.ts";
import { readVectors, textOf } from "./wycheproof.ts";

const FILES = [
  ["json_web_encryption_test.json", readVectors(current), 139],
  ["json_web_crypto_test.json", readVectors(combined).filter(({ jwe }) => jwe !== undefined), 34],
] as const;

describe.each(FILES)("the encrypted content of %s", (_file, vectors, count) => {
  afterEach(() => void vi.restoreAllMocks());

  it(`is refused, all ${count}, for its form alone: no key is looked up and nothing decrypted or verified`, async () => {
    const guard = await Guard.create(await TestIssuer.create(), {
      keys: NO_KEY_LOOKUP,
      revocations: NO_REVOCATION_LOOKUP,
    });
    const work = (["decrypt", "unwrapKey", "importKey", "deriveBits", "deriveKey", "verify", "digest"] as const).map(
      (name) => vi.spyOn(crypto.subtle, name),
    );
    expect(vectors.length).toBe(count);
    for (const { tcId, jwe } of vectors) {
      const text = textOf(jwe);
      expect(outcome(await guard.verify(text)), `${tcId}`).toEqual({ reason: "token_malformed" });
      expect(verdict(await guard.decideToken(text)), `${tcId}`).toMatch(
        COMPACT.test(text) ? "token_malformed" : /^credentials_(malformed|repeated)$/,
      );
    }
    for (const spy of work) expect(spy).not.toHaveBeenCalled();
  });
});

/** What `Authorization: Bearer` can carry (RFC 6750 §2.1); JSON serializations are refused before they are a token. */
const COMPACT = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Where Jotgate and a published result differ: what the file says, what came of it, and why that is right. */
export type KnownDeviations = Readonly<Record<number, readonly [outcome: string, why: string]>>;

const REFUSED = "valid, refused";
const ACCEPTED = "invalid, accepted";

/**
 * Every deviation from Project Wycheproof's vectors, by file and `tcId`. The tests hold it to be complete and current: one that
 * is not here fails, and so does one that is here and no longer occurs.
 */
export const KNOWN_DEVIATIONS = {
  "json_web_signature_test.json": {
    ...same([259, 264, 268, 272, 320, 325], REFUSED, "An empty payload is no claims set (RFC 7519 §7.2)."),
    ...same(
      [346, 350],
      REFUSED,
      "The key is for PS256 and the token says PS384: one key, one algorithm (RFC 8725 §3.1).",
    ),
    ...same([347, 351], REFUSED, "The key is for ES521, which does not exist: with P-521 it is ES512 (RFC 7518 §3.4)."),
    ...same([367, 370], ACCEPTED, "Faulty vectors: the wrong padding got lost, what is left is the valid tcId 357."),
    ...same([372, 373], REFUSED, "Characters that base64url does not have were put in (RFC 7515 §2)."),
  },
  "json_web_key_test.json": {
    ...same([2, 13, 14, 15], REFUSED, "A shared secret in a key set: it is taken from the configuration alone."),
    7: [ACCEPTED, "The key's generator was broken (ROCA); nothing but its issuer's withdrawal ends a published key."],
  },
  "json_web_crypto_test.json": {
    46: [ACCEPTED, "The key of tcId 7 of json_web_key_test.json."],
    48: [REFUSED, "A shared secret in a key set, as in tcId 2 of json_web_key_test.json."],
  },
  "ecdsa_secp256r1_sha256_p1363_test.json": {},
  "ed25519_test.json": {},
  "rsa_signature_2048_sha256_test.json": {
    8: [
      "acceptable, refused",
      "The hash's identifier lacks its NULL, a legacy that RFC 8017 §9.2 lets verifiers refuse.",
    ],
  },
  "rsa_pss_2048_sha256_mgf1_32_test.json": {},
} satisfies Record<string, KnownDeviations>;

/** What `deviationsIn` has to find. */
export function outcomesOf(known: KnownDeviations): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(known).map(([tcId, [outcome]]) => [tcId, outcome]));
}

function same(tcIds: readonly number[], outcome: string, why: string): KnownDeviations {
  return Object.fromEntries(tcIds.map((tcId) => [tcId, [outcome, why]]));
}

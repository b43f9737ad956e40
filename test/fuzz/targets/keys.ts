import { createPublicKey } from "node:crypto";
import { readKeySet } from "../../../src/keys/read-key-set.ts";
import { SIGNATURE_ALGORITHMS } from "../../../src/model/trusted-issuer.ts";
import { demand } from "../demand.ts";
import type { Target } from "../target.ts";
import { SIGNERS } from "./trusted.ts";

const ASYMMETRIC = SIGNATURE_ALGORITHMS.filter((algorithm) => !algorithm.startsWith("HS"));

/** Fixed keys, so that an input says the same in every run. They sign nothing. */
const EC = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
const OKP = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const RSA = { kty: "RSA", n: String(SIGNERS["rs"]?.publicJwk["n"]), e: "AQAB" };

/** What an issuer publishes as its keys. */
export const keys: Target = {
  name: "keys",
  about: "JWK Sets as issuers publish them: which keys are taken, and for which algorithm",
  seeds: [
    JSON.stringify({ keys: [{ ...EC, kid: "1", alg: "ES256", use: "sig" }] }),
    JSON.stringify({
      keys: [
        { ...OKP, kid: "1" },
        { ...EC, kid: "1" },
      ],
    }),
    JSON.stringify({ keys: [{ ...OKP, key_ops: ["verify"] }, { kty: "oct", k: "AAAA" }, { ...EC, d: "AAAA" }, null] }),
    '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}',
    '{"keys":{}}',
  ],
  words: [
    ..."keys kty crv alg kid use sig enc key_ops verify sign n e x y d k EC RSA OKP oct P-256 P-384 P-521 Ed25519 X25519 AQAB Aw Ag".split(
      " ",
    ),
    ...[EC.x, EC.y, OKP.x, RSA.n, "AAAA", ...ASYMMETRIC],
  ],
  work: { base: 3_000, perCharacter: 40 },

  async run(input) {
    const jwks = parse(input);
    let set: Awaited<ReturnType<typeof readKeySet>>;
    try {
      set = await readKeySet(jwks, ASYMMETRIC);
    } catch (error) {
      demand(
        error instanceof Error && /^(?:is not a JWK Set|has more than 100 keys)$/.test(error.message),
        `It fails: ${error}`,
      );
      return error.message;
    }
    const listed = (jwks as { keys: unknown[] }).keys;
    const found = new Set<string>();
    for (const algorithm of ASYMMETRIC) {
      for (const kid of new Set([undefined, "", ...listed.map((jwk) => (jwk as { kid?: unknown } | null)?.kid)])) {
        if (kid !== undefined && typeof kid !== "string") continue;
        const key = set.find(algorithm, kid);
        if (key === undefined) continue;
        found.add(algorithm);
        demand(key.algorithm === algorithm, "A key is found for another algorithm.");
        const named = listed.filter(
          (jwk) => isPossible(jwk, algorithm) && (kid === undefined || (jwk as { kid?: unknown }).kid === kid),
        );
        demand(named.length >= 1, "A key is found that nobody published for this.");
        demand(!(await key.verify("a.b", "A".repeat(86))), "A signature of zeros holds.");
        demand(!(await key.verify("a.b", "")), "An empty signature holds.");
      }
    }
    return [...found].join();
  },
};

/** Whether node:crypto takes it for a public key that may verify this algorithm's signatures. */
function isPossible(jwk: unknown, algorithm: string): boolean {
  if (typeof jwk !== "object" || jwk === null) return false;
  const { alg, use, d, key_ops } = jwk as Record<string, unknown>;
  if (d !== undefined || (alg !== undefined && alg !== algorithm) || (use !== undefined && use !== "sig")) return false;
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes("verify"))) return false;
  try {
    const { kty, crv, ...members } = jwk as Record<string, unknown>;
    // WebCrypto makes text of members that are none.
    const texts = ["n", "e", "x", "y"].map((name) => [
      name,
      members[name] === undefined ? undefined : String(members[name]),
    ]);
    const key = createPublicKey({ key: { kty, crv, ...Object.fromEntries(texts) }, format: "jwk" });
    const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
    switch (algorithm.slice(0, 2)) {
      case "RS":
      case "PS":
        return key.asymmetricKeyType === "rsa" && modulusLength >= 2048;
      case "ES":
        return namedCurve === { ES256: "prime256v1", ES384: "secp384r1", ES512: "secp521r1" }[algorithm];
      default:
        return key.asymmetricKeyType === "ed25519";
    }
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

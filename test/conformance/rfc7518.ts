import {
  byConstruction,
  different,
  inFile,
  must,
  mustNot,
  notApplicable,
  ours,
  type Specification,
  should,
} from "./demand.ts";
import {
  importing,
  issuerConfig,
  publishedKeys,
  signatureKey,
  signatureLike,
  signatureSpecial,
  signatureValues,
  verifying,
} from "./tests.ts";

const wycheproof = inFile("unit/vectors/bare-signatures");

export const RFC7518: Specification = {
  title: "RFC 7518: JSON Web Algorithms",
  url: "https://www.rfc-editor.org/rfc/rfc7518",
  about:
    "Left out: encryption and key agreement (§4, §5, §8.4, §8.7), private keys (§6.2.2, §6.3.2), passwords (§8.8) and registration (§7): the guard verifies signatures and MACs and nothing else.",
  demands: [
    must(
      "2, 6.3.1.2",
      "Numbers in a JWK have no octets too many.",
      different("what a configured or published key says is read as a number; zeros in front change nothing."),
      publishedKeys("members of a JWK > a zero in front of x makes no other point: the runtime reads numbers"),
    ),
    must(
      "3.2",
      "An HMAC key is at least as long as the hash.",
      issuerConfig(
        "a shared secret > for HS256 has at least 32 bytes",
        "a shared secret > for HS384 has at least 48 bytes",
        "a shared secret > for HS512 has at least 64 bytes",
      ),
    ),
    must(
      "3.2",
      "An HMAC is compared in constant time.",
      byConstruction(
        "WebCrypto's `verify` both computes and compares ([signature-key.ts](../src/keys/signature-key.ts)).",
      ),
    ),
    must(
      "3.3, 3.5",
      "An RSA key has 2048 bits or more.",
      importing(
        "a JWK that must not verify > is left out for RS256: under 2048 bits, while one of 2048 is taken",
        "a JWK that must not verify > is left out for PS256: under 2048 bits, while one of 2048 is taken",
      ),
    ),
    ours(
      "3.3",
      "RSASSA-PKCS1-v1_5 signatures are verified with the hash of their name.",
      signatureKey("the table of algorithms > pairs RS256 with the hash, salt and signature of its RFC"),
      verifying("the signature > of RS256 does not hold as RS512 with the same RSA key"),
    ),
    must(
      "3.4",
      "An ECDSA signature is the pair of numbers in full length, 64, 96 or 132 octets, leading zeros included, and nothing else.",
      signatureValues("… > does not hold without leading zeros, though the numbers stay the same"),
      signatureLike("…: both > refuse a signature in DER", "…: both > refuse a signature with a zero behind"),
    ),
    ours(
      "3.4",
      "Both numbers of an ECDSA signature lie between 1 and the order of the group (SEC 1, FIPS 186).",
      signatureValues(
        "… > does not hold when either number is …",
        "… > does not hold for a number that is too large by the order, if it fits at all",
      ),
      wycheproof("… signatures of … > hold under the imported key where they are valid, and nowhere else"),
    ),
    ours(
      "3.4",
      "Each ECDSA algorithm goes with its curve and its hash.",
      signatureSpecial(
        "both refuse a good key's signature > for ES256 over SHA-512",
        "both refuse a good key's signature > for ES512 over SHA-256",
      ),
      importing("a JWK that must not verify > is left out: one on another curve"),
    ),
    ours(
      "3.5",
      "RSASSA-PSS uses MGF1 with the same hash and a salt as long as the hash.",
      signatureSpecial(
        "both refuse a good key's signature > for PS256 with 31 octets of salt",
        "both refuse a good key's signature > for PS384 with 32 octets of salt",
      ),
    ),
    mustNot(
      "3.6",
      "Unsecured JWSs (`none`) are accepted by default, or by a switch for everything.",
      verifying('refused before any key is looked up > alg "none"', 'refused before any key is looked up > alg "nOnE"'),
      issuerConfig('an issuer > {"algorithms":["none"]}: issuers[0].algorithms[0] does not fit'),
    ),
    must("3.6", "An unsecured JWS has an empty signature.", notApplicable("none is accepted, whatever its signature.")),
    must(
      "6.2.1",
      "An EC key has `crv`, `x` and `y`.",
      importing("a JWK that must not verify > is left out: one without its point"),
    ),
    must(
      "6.2.1.2, 6.2.1.3",
      "The coordinates of an EC key have the full length of the field.",
      different(
        "the runtime reads them as numbers, so that a zero too many in front changes nothing; what is no point on the curve is refused.",
      ),
      publishedKeys(
        "members of a JWK > what is no point on the curve is no key: …",
        "members of a JWK > a zero in front of x makes no other point: the runtime reads numbers",
      ),
    ),
    must(
      "6.3.1",
      "An RSA key has `n` and `e`.",
      publishedKeys("members of a JWK > an RSA key without n or without e is none"),
    ),
    should(
      "6.4",
      "A symmetric JWK names its algorithm, unless it is known otherwise.",
      issuerConfig(
        'a shared secret > does not go with ["HS256","HS512"]',
        "a shared secret > as a JWK gives the bytes of k",
      ),
    ),
    ours(
      "3.2",
      "Secrets are used with one algorithm.",
      verifying("a shared secret > verifies HS256, whatever kid a token has, and no other HS algorithm"),
    ),
  ],
};

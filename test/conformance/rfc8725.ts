import {
  different,
  inFile,
  must,
  mustNot,
  notApplicable,
  note,
  ours,
  type Specification,
  should,
  shouldNot,
} from "./demand.ts";
import {
  claims,
  discovery,
  headerParameters,
  identityClaims,
  importing,
  issuerConfig,
  keySet,
  parsing,
  permission,
  publishedKeys,
  signatureValues,
  verifying,
  verifyingSignature,
} from "./tests.ts";

const operatorSettings = inFile("unit/config/operator-settings");
const ring = inFile("unit/keys/key-ring");
const recordNames = inFile("unit/revocation/record-name");

export const RFC8725: Specification = {
  title: "RFC 8725 and draft-ietf-oauth-rfc8725bis: JWT Best Current Practices",
  url: "https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc8725bis/",
  about:
    "Sections are those of the draft, which keeps the numbers of RFC 8725 up to §3.12 and will replace it; what only the draft has is marked with *bis*. Left out: what binds those who make tokens.",
  demands: [
    must(
      "2.8",
      "Where one kind of JWT could be taken for another, that is prevented.",
      verifying(
        'refused before any key is looked up > typ "logout+jwt"',
        'refused before any key is looked up > typ "id+jwt"',
      ),
      issuerConfig('an issuer > {"acceptedTypes":["at+jwt","logout+jwt"]}: issuers[0].acceptedTypes has logout+jwt'),
    ),
    must(
      "3.1",
      "The accepted algorithms are configured, and no other is ever used.",
      verifying(
        'refused before any key is looked up > alg "ES384"',
        'refused before any key is looked up > alg "HS256"',
      ),
      issuerConfig("an issuer > {}: issuers[0].algorithms is missing"),
    ),
    must(
      "3.1",
      "`alg` names the very algorithm that is used.",
      verifyingSignature(
        "… > never shows the key a token of another algorithm",
        "… > believes the bound algorithm and not the header",
      ),
    ),
    must(
      "3.1 *bis*",
      "`alg` agrees with the algorithm of the key that `kid` names.",
      keySet("a token with a kid > gets no key of another algorithm"),
    ),
    must(
      "3.1",
      "Each key is used with exactly one algorithm, which is enforced when it is used.",
      importing(
        "a JWK that can verify > is bound to the first configured algorithm that fits its type when it names none",
      ),
      verifyingSignature("… > never shows the key a token of another algorithm"),
      verifying("the signature > of PS256 does not hold as RS256 with the same RSA key"),
    ),
    must(
      "3.1 *bis*",
      "Which algorithms are permitted is decided for each issuer.",
      issuerConfig('an issuer > {"algorithms":[]}: issuers[0].algorithms does not fit'),
      ring("keys belong to their issuer > so that two issuers with the same kid get each their own key"),
    ),
    ours(
      "3.1 *bis*",
      "What is allowed is listed, not what is forbidden; `noNE` and its kin get nowhere.",
      verifying(
        'refused before any key is looked up > alg "noNE"',
        'refused before any key is looked up > alg " none"',
      ),
    ),
    must(
      "3.2",
      "Only algorithms that are current and meet the application's needs are allowed.",
      issuerConfig('an issuer > {"algorithms":["ES256","ES256K"]}: issuers[0].algorithms[1] does not fit'),
    ),
    must("3.2", "Algorithms can be exchanged.", importing("a JWK that can verify > is imported for … and bound to it")),
    shouldNot(
      "3.2",
      "`none` is consumed unless asked for.",
      note("it cannot be asked for."),
      verifying('refused before any key is looked up > alg "none"'),
    ),
    should(
      "3.2",
      "RSA encryption by PKCS#1 v1.5 is avoided, ECDSA is deterministic where signatures are made.",
      notApplicable(
        "the guard decrypts nothing. Its own assertions are signed by WebCrypto, whose ECDSA is random and not a setting.",
      ),
    ),
    should(
      "3.2 *bis*",
      "Fully specified names are preferred, such as `Ed25519` to `EdDSA` (RFC 9864).",
      importing(
        "a JWK that can verify > is imported for Ed25519 and bound to it",
        "a JWK that can verify > is imported for EdDSA and bound to it",
      ),
    ),
    must(
      "3.3",
      "A token of which any cryptographic operation fails is refused as a whole.",
      verifyingSignature("… > does not hold, and does not throw, for a signature of …"),
    ),
    must(
      "3.3",
      "Of nested tokens every layer is validated.",
      notApplicable("nested tokens are refused."),
      headerParameters("cty > a nested token is refused, for its payload is no claims set"),
    ),
    must(
      "3.3 *bis*",
      "Signed tokens can be told from encrypted ones.",
      parsing("shape > refuses five segments, as encrypted tokens have"),
    ),
    must(
      "3.4",
      "Points and other inputs of cryptography are validated.",
      publishedKeys("members of a JWK > what is no point on the curve is no key: …"),
      signatureValues("Ed25519 > does not hold for an R that is no point"),
    ),
    mustNot(
      "3.5",
      "Passwords serve as keys of MACs; keys have enough entropy.",
      different("the length of a shared secret is checked, not how it came about; two issuers cannot share one."),
      issuerConfig(
        "a shared secret > for HS256 has at least 32 bytes",
        "reports a shared secret that two issuers have: each could sign the other's tokens",
      ),
    ),
    shouldNot("3.6", "What is to be encrypted is compressed before.", notApplicable("encrypted tokens are refused.")),
    must(
      "3.7",
      "UTF-8 is used, and no other encoding.",
      parsing("content > refuses UTF-16", "content > refuses a header or a payload that is not UTF-8: Latin-1"),
    ),
    must(
      "3.8",
      "The keys that are used belong to the issuer in `iss`.",
      verifying("the key > of another issuer does not count, not even under the same kid"),
      ring("keys belong to their issuer > so that a kid of another issuer is not found"),
    ),
    must(
      "3.8",
      "`sub` corresponds to a valid subject at the issuer.",
      identityClaims("sub > must not be empty", "sub > must not be with half of a surrogate pair"),
      note(
        "whether a subject exists is for its issuer to say, and for the origin; the guard hands on issuer and subject together.",
      ),
    ),
    must(
      "3.9",
      "A JWT that does not name the recipient in `aud`, or names nobody, is refused where its issuer makes tokens for several.",
      claims("aud > undefined: …", 'aud > "https://other.example": {"reason":"audience_mismatch"}'),
      issuerConfig("an issuer > {}: issuers[0].audiences is missing"),
    ),
    ours(
      "3.10 *bis*",
      "Claims are treated as an attacker's words.",
      permission("claim rules > do not find what every object has: …"),
      recordNames("no two identities share a name by moving characters between their parts"),
    ),
    must(
      "3.10",
      "`kid` injects nothing into any look-up.",
      keySet('a token with a kid > gets no key for "__proto__" when the set has only a'),
      parsing("header parameters > with a kid of any characters", "header parameters > with a kid of 513 bytes"),
    ),
    should(
      "3.10",
      "`jku` and `x5u` are not followed blindly.",
      headerParameters("certificates and their thumbprints are not looked at > …: …"),
    ),
    must(
      "3.10 *bis*",
      "An address that was not checked against a list is not fetched where it leads into the own network.",
      notApplicable(
        "addresses of keys come from configuration, or from the metadata of a configured issuer, never from a token.",
      ),
      discovery("metadata is refused > when its jwks_uri is plain http on this machine, while the issuer is elsewhere"),
    ),
    should(
      "3.11",
      "Tokens are typed explicitly; a `typ` that is there has to be an expected one.",
      verifying(
        'refused before any key is looked up > typ "at+jwt2"',
        'typ > "JWT" where only at+jwt is accepted (RFC 9068)',
      ),
      different(
        "for issuers that do not type their tokens, a missing `typ` and `JWT` are accepted unless `acceptedTypes` says otherwise.",
      ),
    ),
    must(
      "3.12",
      "Kinds of tokens of one issuer have rules that exclude each other.",
      claims('aud > "https://other.example": {"reason":"audience_mismatch"}'),
      verifying(
        'refused before any key is looked up > typ "secevent+jwt"',
        'refused before any key is looked up > typ "dpop+jwt"',
      ),
      operatorSettings(
        "operators besides those with secrets > an issuer that others take with any audience is not for operators",
      ),
    ),
    should("3.13 *bis*", "The iterations of PBES2 are limited.", notApplicable("encrypted tokens are refused.")),
    must(
      "3.14 *bis*",
      "What has characters beyond letters, digits, `-`, `_` and `.` is no JWT.",
      parsing(
        "shape > refuses a JSON serialization",
        "shape > refuses a tilde",
        "shape > refuses a letter beyond ASCII",
        "shape > refuses a blank in front",
      ),
    ),
    should("3.15 *bis*", "What a JWE expands to is limited.", notApplicable("encrypted tokens are refused.")),
    ours(
      "3.5",
      "No secret of the guard's own is an issuer's.",
      issuerConfig("a shared secret > is not Jotgate's own …, which no issuer may know"),
    ),
  ],
};

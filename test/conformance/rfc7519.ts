import { different, inFile, must, mustNot, notApplicable, note, ours, type Specification, should } from "./demand.ts";
import {
  algorithms,
  claims,
  comparing,
  headerParameters,
  identityClaims,
  issuerConfig,
  parsing,
  records,
  signatureSpecial,
  verifying,
} from "./tests.ts";

const recordNames = inFile("unit/revocation/record-name");
const decided = inFile("unit/vectors/rfc-decisions");
const encrypted = inFile("unit/vectors/json-web-encryption");

export const RFC7519: Specification = {
  title: "RFC 7519: JSON Web Token",
  url: "https://www.rfc-editor.org/rfc/rfc7519",
  about:
    "Left out: how to make a JWT (§7.1), registration (§10), unsecured JWTs (§6; see RFC 7518 §3.6) and encryption algorithms (§8).",
  demands: [
    must("1, 7.2", "A JWT is in compact serialization.", parsing("shape > refuses a JSON serialization")),
    must(
      "2",
      "A NumericDate is a JSON number; fractions are allowed.",
      claims(
        "times, with a tolerance of 60 s > exp has to be a finite number that is not negative",
        "times, with a tolerance of 60 s > reads fractions of seconds",
      ),
    ),
    must(
      "2",
      "A `StringOrURI` with a colon is a URI.",
      different(
        "`iss` and `aud` are compared with configured values character by character, which is stricter; `sub` is a name and not resolved.",
      ),
      verifying("refused before any key is looked up > our issuer with a slash"),
      identityClaims("sub > may be a URL"),
    ),
    must(
      "4",
      "A JWT with a claim twice is refused, or the last one counts.",
      parsing("content > reads duplicate members as JSON.parse does: the last counts"),
      verifying("refused before any key is looked up > iss twice, the last untrusted"),
    ),
    must(
      "4",
      "Claims that nobody knows are ignored.",
      claims("claims that have to be there, and one that must not > claims that nobody knows are ignored"),
    ),
    ours(
      "4.1.1",
      "`iss` is a string whose case counts.",
      verifying(
        "refused before any key is looked up > our issuer in another case",
        "refused before any key is looked up > an iss that is a list",
      ),
    ),
    must(
      "4.1.2",
      "`sub` is unique at its issuer or everywhere.",
      notApplicable(
        "only the issuer can see to that; the guard never takes a subject without its issuer, in records and in headers.",
      ),
      verifying("a good token > says who it is from, which key signed it and what it claims"),
    ),
    must(
      "4.1.3",
      "A JWT whose `aud` does not name the recipient is refused; `aud` is a string or a list of strings, compared with case.",
      claims(
        'aud > ["https://other.example"]: {"reason":"audience_mismatch"}',
        'aud > "https://API.example": {"reason":"audience_mismatch"}',
        'aud > ["https://other.example","https://api.example"]: "pass"',
        'aud > ["https://api.example",1]: …',
      ),
    ),
    mustNot(
      "4.1.4",
      "A JWT is accepted on or after its `exp`, but for a small leeway.",
      claims(
        "times, with a tolerance of 60 s > exp is now minus the tolerance",
        "times, with a tolerance of 60 s > exp is one second later",
        "times, with a tolerance of 60 s > without tolerance: exp is now",
      ),
      issuerConfig('an issuer > {"clockTolerance":301}: issuers[0].clockTolerance does not fit'),
    ),
    must(
      "4.1.4",
      "`exp` is a number.",
      claims("times, with a tolerance of 60 s > exp has to be a finite number that is not negative"),
    ),
    mustNot(
      "4.1.5",
      "A JWT is accepted before its `nbf`, but for a small leeway.",
      claims(
        "times, with a tolerance of 60 s > nbf is one second later",
        "times, with a tolerance of 60 s > without tolerance: nbf is in the next second",
      ),
    ),
    must(
      "4.1.5",
      "`nbf` is a number.",
      claims("times, with a tolerance of 60 s > nbf has to be a finite number that is not negative"),
    ),
    must(
      "4.1.6",
      "`iat` is a number.",
      claims("times, with a tolerance of 60 s > iat has to be a finite number that is not negative"),
    ),
    must(
      "4.1.7",
      "`jti` values do not collide, among issuers neither.",
      notApplicable(
        "only issuers can see to that; of two issuers the guard keeps them apart, for a record's name is made of both.",
      ),
      recordNames("no two identities share a name by moving characters between their parts"),
    ),
    should(
      "5.1",
      "`typ` JWT is understood in upper case, and by other cases.",
      verifying('typ > "JWT" is accepted by default', 'typ > "jwt" is accepted by default'),
    ),
    must(
      "5.2, 7.2",
      "A `cty` of JWT means that the payload is a JWT, which is validated in its turn.",
      different(
        "`cty` is not read. A nested JWT is refused because its payload is no claims set; a claims set is taken for one even where `cty` says otherwise.",
      ),
      headerParameters(
        "cty > a nested token is refused, for its payload is no claims set",
        "cty > … changes nothing about a payload that is a claims set",
      ),
    ),
    should(
      "5.3",
      "Claims that a header repeats agree with those in the payload.",
      note("claims in a header are never read, so that there is nothing to agree with."),
      headerParameters("claims that a header repeats or contradicts are not read: only the payload speaks"),
    ),
    must(
      "7.2",
      "A JWT that fails any step is refused as a whole.",
      verifying("refused before any key is looked up > a malformed token"),
      signatureSpecial("Jotgate alone refuses what jose believes > a payload that is no claims set: …"),
      decided("examples that are no signed claims sets are refused for their form, before any key is looked up > …: …"),
    ),
    must(
      "7.2",
      "Header and payload are base64url without other characters, and JSON objects in UTF-8.",
      parsing(
        "content > refuses a header or a payload that is null",
        "content > refuses a header or a payload that is not UTF-8: Latin-1",
        "shape > refuses padding in the header",
      ),
    ),
    must(
      "7.2",
      "JWS and JWE are told apart.",
      parsing("shape > refuses five segments, as encrypted tokens have"),
      encrypted(
        "the encrypted content of … > is refused, all …, for its form alone: no key is looked up and nothing decrypted or verified",
      ),
    ),
    should(
      "7.2",
      "A JWT whose algorithm the application does not accept is refused.",
      verifying('refused before any key is looked up > alg "ES384"'),
    ),
    must(
      "7.3",
      "Texts are compared as RFC 7515 §5.3 says.",
      comparing(
        "Unicode is not normalised > aud: what looks alike is another audience",
        "escapes in JSON are no difference > …",
      ),
    ),
    must(
      "8",
      "HS256 and `none` are implemented.",
      different("HS256 is; `none` is not, and later texts forbid it (RFC 9068 §4, RFC 7518 §3.6)."),
      algorithms("an issuer with a shared secret for HS256 > is believed for tokens under that secret only"),
    ),
    should(
      "8",
      "RS256 and ES256 are implemented.",
      algorithms(
        "an issuer that signs with RS256 > is believed for its own tokens, and for none that is relabelled or signed by another",
        "an issuer that signs with ES256 > is believed for its own tokens, and for none that is relabelled or signed by another",
      ),
    ),
    ours(
      "11.1",
      "No decision rests on claims whose signature was not checked.",
      verifying("the signature > comes before the claims: a forged token learns nothing about them"),
    ),
    must(
      "12",
      "What a token says about people is kept from those it is not for.",
      records("no record tells who asked for what > for a request that is …"),
    ),
  ],
};

import { different, inFile, must, notApplicable, note, type Specification, should } from "./demand.ts";
import { algorithms, answers, claims, discovery, identityClaims, permission, verifying } from "./tests.ts";

const provider = inFile("system/oidc-provider");
const ring = inFile("unit/keys/key-ring");
const config = inFile("unit/config/decode-config");
const decided = inFile("unit/vectors/rfc-decisions");

export const RFC9068: Specification = {
  title: "RFC 9068: JWT Profile for OAuth 2.0 Access Tokens",
  url: "https://www.rfc-editor.org/rfc/rfc9068",
  about:
    'Jotgate accepts tokens of issuers that do not follow this profile. For one that does, write `acceptedTypes = ["at+jwt"]` and `requiredClaims = ["client_id"]`; the rest is the default. Left out: §3 and what else binds authorization servers and clients.',
  demands: [
    must(
      "2.1",
      "Access tokens are signed, and not by `none`.",
      verifying(
        'refused before any key is looked up > alg "none"',
        "refused before any key is looked up > a malformed token",
      ),
    ),
    must(
      "2.1",
      "RS256 is supported.",
      algorithms(
        "an issuer that signs with RS256 > is believed for its own tokens, and for none that is relabelled or signed by another",
      ),
    ),
    must(
      "2.2",
      "`iss`, `exp`, `aud`, `sub`, `iat` and `jti` are there.",
      verifying("refused before any key is looked up > a token without iss"),
      claims(
        "times, with a tolerance of 60 s > exp has to be there",
        "times, with a tolerance of 60 s > iat has to be there",
        "aud > undefined: …",
      ),
      identityClaims(
        "sub > may be left out only if nothing depends on it",
        "jti > may be left out only if nothing depends on it",
      ),
    ),
    must(
      "2.2",
      "`client_id` is there.",
      different(
        'by default it is not asked for, since many issuers have `azp` or nothing; `requiredClaims = ["client_id"]` or `clients` asks for it.',
      ),
      claims("clients > with an allow-list, {}: …"),
    ),
    should(
      "2.2.3",
      "`scope` is a list of scopes with blanks between them.",
      identityClaims('scopes > "a b" are ["a","b"]'),
    ),
    must(
      "4",
      "`typ` is `at+jwt` or `application/at+jwt`, and tokens with any other are refused.",
      different(
        'the default also accepts `JWT` and no `typ`, as most issuers send them; `acceptedTypes = ["at+jwt"]` gives the demand.',
      ),
      verifying(
        'typ > "at+jwt" where only at+jwt is accepted (RFC 9068)',
        'typ > "application/at+jwt" where only at+jwt is accepted (RFC 9068)',
        'typ > "JWT" where only at+jwt is accepted (RFC 9068)',
        "typ > undefined where only at+jwt is accepted (RFC 9068)",
      ),
    ),
    should(
      "4",
      "A token that should be encrypted and is not is refused.",
      notApplicable("encrypted tokens are not supported, so that no issuer of a guard can have agreed on them."),
    ),
    must(
      "4",
      "`iss` is exactly the issuer's identifier.",
      verifying(
        "refused before any key is looked up > another issuer",
        "refused before any key is looked up > our issuer with a slash",
        "refused before any key is looked up > a blank around our issuer",
      ),
    ),
    must(
      "4",
      "`aud` contains an identifier of this resource, or the token is refused.",
      claims(
        'aud > []: {"reason":"audience_mismatch"}',
        'aud > "https://other.example": {"reason":"audience_mismatch"}',
      ),
      note("`audiences` has to be configured; `false` leaves the check out, in so many words."),
    ),
    must(
      "4",
      "The signature is validated by the algorithm in `alg`; `none` is refused.",
      verifying('refused before any key is looked up > alg "None"'),
      algorithms(
        "an issuer that signs with … > is believed for its own tokens, and for none that is relabelled or signed by another",
      ),
      decided("RFC 9068 3, signed for the test, as an access token > is …"),
    ),
    must(
      "4",
      "The keys are those that the authorization server provides.",
      provider(
        "tokens of a real OpenID provider, found by discovery > are accepted as at+jwt access tokens, by one discovery and one key-set fetch",
      ),
      ring("keys belong to their issuer > so that an issuer that is not in the ring has none"),
    ),
    must(
      "4",
      "The current time is before `exp`, but for a leeway of a few minutes at most.",
      claims(
        "times, with a tolerance of 60 s > exp is now minus the tolerance",
        "times, with a tolerance of 60 s > exp is long past",
      ),
    ),
    must(
      "4",
      "Errors are those of RFC 6750 §3.1, and a failed check is `invalid_token`.",
      answers(
        "token_type_not_accepted has its answer",
        "issuer_not_trusted has its answer",
        "audience_mismatch has its answer",
        "signature_invalid has its answer",
        "token_expired has its answer",
      ),
    ),
    should(
      "4",
      "Scopes and other claims about rights decide whether the call is allowed.",
      permission("scopes > …", "claim rules > hold all or fail"),
    ),
    must(
      "5",
      "An identifier in `aud` is that of one resource.",
      notApplicable("authorization servers hand them out; a guard can have several."),
    ),
    must(
      "4 (8414 §3.3)",
      "Metadata names exactly the issuer that it was asked of.",
      discovery("metadata is refused > when it names the issuer …"),
    ),
    should(
      "4",
      "Keys and issuer are found by metadata.",
      provider(
        "tokens of a real OpenID provider, found by discovery > are accepted under a new key after exactly one more key-set fetch, beside those of the old key",
      ),
      config("the smallest configuration > gives issuers their documented defaults"),
    ),
  ],
};

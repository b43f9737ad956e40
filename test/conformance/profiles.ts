import { different, inFile, must, mustNot, notApplicable, note, ours, type Specification, should } from "./demand.ts";
import {
  algorithms,
  claims,
  extracting,
  importing,
  parsing,
  publishedKeys,
  signatureKey,
  signatureSpecial,
  signatureValues,
} from "./tests.ts";

const selfRevocation = inFile("unit/operator/self-revocation");

/** Texts of which a few demands bind a verifier of JWTs. */
export const PROFILES: readonly Specification[] = [
  {
    title: "RFC 7797: JWS Unencoded Payload Option",
    url: "https://www.rfc-editor.org/rfc/rfc7797",
    about: "JWTs do not have this option; the rest of the text is about other JWSs.",
    demands: [
      mustNot(
        "7",
        "A JWT has `b64` with the value false.",
        parsing("header parameters > with an unencoded payload", "header parameters > with a b64 that is neither"),
      ),
      must(
        "6",
        "`crit` names `b64` where it is used, so that those who do not know it refuse.",
        signatureSpecial(
          "Jotgate alone refuses what jose believes > an extension in crit, even b64, which JWTs must not use (RFC 7797 §7)",
        ),
      ),
      should(
        "7",
        "`b64` is left out rather than true.",
        different("`b64: true` says what holds anyway, and passes unless it stands in `crit`."),
        parsing("header parameters > with the b64 that changes nothing"),
      ),
    ],
  },
  {
    title: "RFC 8037 and RFC 8032: Ed25519 in JOSE",
    url: "https://www.rfc-editor.org/rfc/rfc8037",
    about: "Left out: key agreement and Ed448, which no configuration can name, and how to sign.",
    demands: [
      must(
        "8037 §2",
        "`kty` is OKP, `crv` names the curve and `x` is the public key.",
        importing("a JWK that can verify > is imported for Ed25519 and bound to it"),
        publishedKeys("members of a JWK > an Ed25519 key of … octets is none"),
      ),
      mustNot(
        "8037 §2",
        "A public key has `d`.",
        importing(
          "a JWK that must not verify > is left out: a private key",
          "a JWK that must not verify > is left out: a private key whose private member is empty",
        ),
      ),
      mustNot(
        "8037 §3.1",
        "Keys for signatures (Ed25519) take part in key agreement.",
        notApplicable("the guard agrees on no keys; a key is imported to verify."),
      ),
      ours(
        "8037 §3.1",
        "`EdDSA` signs by the curve of the key, as RFC 8032 says.",
        algorithms(
          "an issuer that signs with EdDSA > is believed for its own tokens, and for none that is relabelled or signed by another",
        ),
      ),
      mustNot(
        "8037 §3.2",
        "Keys for agreement (X25519) verify signatures.",
        importing("a JWK that must not verify > is left out: an X25519 key, which agrees on keys and signs nothing"),
      ),
      ours(
        "8032 §5.1.7",
        "A signature is 64 octets.",
        signatureKey("the table of algorithms > pairs Ed25519 with the hash, salt and signature of its RFC"),
      ),
      must(
        "8032 §5.1.7",
        "S lies below the order of the group.",
        signatureValues(
          "Ed25519 > does not hold for an S that is too large by the order: one signature has one spelling",
        ),
      ),
      must(
        "8032 §5.1.7",
        "R decodes to a point.",
        signatureValues("Ed25519 > does not hold for an R that is no point"),
      ),
    ],
  },
  {
    title: "RFC 9449: DPoP",
    url: "https://www.rfc-editor.org/rfc/rfc9449",
    about: "DPoP is not supported. What remains is that a bound token must not pass for a bearer's.",
    demands: [
      must(
        "7.1",
        "A token that is bound to a key is used with a proof of the key.",
        note("there is nobody to check a proof; tokens with `cnf` are refused in any case."),
        claims(
          "claims that have to be there, and one that must not > a token bound to a key (cnf {}) is no bearer token",
        ),
        extracting("Authorization > with DPoP"),
      ),
      must(
        "7.2",
        "A resource that supports Bearer as well refuses a bound token sent as Bearer.",
        claims(
          'claims that have to be there, and one that must not > a token bound to a key (cnf {"jkt":"thumbprint"}) is no bearer token',
        ),
      ),
    ],
  },
  {
    title: "RFC 7009: Token Revocation",
    url: "https://www.rfc-editor.org/rfc/rfc7009",
    about:
      "Where `SELF_REVOCATION` is on, `POST /_jotgate/v1/revoke` takes this form. The guard is no authorization server: there are no clients to authenticate and no refresh tokens.",
    demands: [
      must(
        "2",
        "The endpoint speaks https only.",
        selfRevocation("a request for the end of a token > does not go in the clear"),
      ),
      must("2", "Refresh tokens can be revoked.", notApplicable("the guard never sees any.")),
      should(
        "2",
        "Access tokens can be revoked.",
        selfRevocation(
          "whoever holds a token may end it > with the token alone, and it is on record as their own doing",
        ),
      ),
      must("2.1", "`token` is required.", selfRevocation("a request for the end of a token > of …")),
      must(
        "2.1",
        "A token that is not what `token_type_hint` says is looked for under all types.",
        notApplicable("the hint is not read: there is one type."),
      ),
      ours(
        "2.1",
        "The token is validated before anything is revoked; clients are not authenticated, for whoever can show a token can do no more with it here than end it.",
        selfRevocation(
          "a request for the end of a token > of another issuer's key ends nothing",
          "whoever holds a token may end it > a token that is … is answered alike, and costs the ledger nothing",
        ),
      ),
      ours(
        "2.2",
        "An invalid token is answered 200 as any other: nobody learns anything.",
        selfRevocation(
          "whoever holds a token may end it > an expired token is answered alike, and costs the ledger nothing",
        ),
      ),
      ours(
        "2.2.1",
        "A token that cannot be revoked is answered `unsupported_token_type`, and a 503 means that the token still counts.",
        selfRevocation(
          "whoever holds a token may end it > a token whose issuer gives no ids is ended with its session, and not at all without one",
          "whoever holds a token may end it > while the ledger is out of reach, the token still counts and the answer says so",
        ),
      ),
      must(
        "5",
        "The endpoint is no means to deny service.",
        selfRevocation(
          "whoever holds a token may end it > a user can end ten tokens at once, and is then told to wait",
          "whoever holds a token may end it > pressing the button again costs the ledger nothing for ten seconds",
        ),
      ),
    ],
  },
];

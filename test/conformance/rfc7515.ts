import { inFile, must, mustNot, notApplicable, note, type Specification, should } from "./demand.ts";
import {
  algorithms,
  comparing,
  decoding,
  headerParameters,
  parsing,
  signatureLike,
  signatureSpecial,
  verifying,
} from "./tests.ts";

const examples = inFile("unit/vectors/rfc-signatures");
const decided = inFile("unit/vectors/rfc-decisions");

export const RFC7515: Specification = {
  title: "RFC 7515: JSON Web Signature",
  url: "https://www.rfc-editor.org/rfc/rfc7515",
  about:
    "Left out: how to produce a JWS (§5.1, parts of §4.1 and §6), registration (§9), and the JSON serializations (§3.2, §7.2), which JWTs do not have; they are refused.",
  demands: [
    must(
      "4",
      "A JWS with a header parameter twice is refused, or the last one counts.",
      parsing("content > reads duplicate members as JSON.parse does: the last counts"),
      verifying("refused before any key is looked up > iss twice, the last untrusted"),
    ),
    must(
      "4",
      "Header parameters that are not understood are ignored, unless they are critical.",
      parsing("header parameters > with parameters that nobody knows"),
      headerParameters("…, which only encrypted tokens have, is ignored in a signed one"),
    ),
    must(
      "4.1.1",
      "`alg` is there, understood and processed; its case counts.",
      parsing("header parameters > without alg", "header parameters > with an alg that is null"),
      verifying('refused before any key is looked up > alg "es256"'),
    ),
    must(
      "4.1.2, 4.1.5, 8",
      "Keys and certificates that `jku` and `x5u` point to are fetched over TLS from a server whose identity was checked.",
      notApplicable("no address in a token is ever fetched."),
      headerParameters("certificates and their thumbprints are not looked at > …: …"),
    ),
    must(
      "4.1.4",
      "`kid` is a string whose case counts.",
      parsing("header parameters > with a kid that is a number"),
      verifying("the key > is compared with kid by case"),
    ),
    must(
      "4.1.6",
      "Certificates in `x5c` are validated before their key is used.",
      notApplicable("no key out of a token is ever used."),
      headerParameters(
        "certificates and their thumbprints are not looked at > and a key in the header verifies nothing",
      ),
    ),
    must(
      "4.1.9",
      "A `typ` without a slash means the media type with `application/` in front.",
      parsing(
        'header parameters > reads typ "application/at+jwt" as "at+jwt"',
        'header parameters > reads typ "text/at+jwt" as "text/at+jwt"',
      ),
    ),
    must(
      "4.1.10",
      "The same for `cty`.",
      notApplicable("`cty` is not read: a payload has to be a claims set, whatever it is called."),
      headerParameters("cty > … changes nothing about a payload that is a claims set"),
    ),
    must(
      "4.1.11",
      "What `crit` names is understood and processed, or the JWS is invalid; `crit` itself is understood.",
      parsing(
        "header parameters > with an extension that has to be understood",
        "header parameters > with one that Jotgate could know",
      ),
      signatureSpecial(
        "Jotgate alone refuses what jose believes > an extension in crit, even b64, which JWTs must not use (RFC 7797 §7)",
      ),
      comparing("escapes in JSON are no difference > so that an escaped crit is one, too"),
      decided("RFC 7515 4.1.11 is refused under a good signature: its header makes an extension critical"),
    ),
    mustNot(
      "4.1.11",
      "`crit` is empty, no list, or names what is not there or what the standard defines.",
      parsing(
        "header parameters > with an empty crit",
        "header parameters > with a crit that is null",
        "header parameters > with a crit that is no list",
      ),
    ),
    must(
      "4.1.11",
      "`crit` counts only in the protected header.",
      notApplicable("the compact serialization has no other header."),
    ),
    must(
      "5.2, 7.1",
      "A compact JWS is exactly three segments; header, payload and signature decode as base64url without line breaks, blanks or other characters.",
      parsing(
        "shape > refuses four segments",
        "shape > refuses an empty signature",
        "shape > refuses padding",
        "shape > refuses a line feed inside",
        "shape > refuses the base64 alphabet, plus",
      ),
    ),
    must(
      "5.2",
      "The header is a JSON object in UTF-8.",
      parsing(
        "content > refuses a header or a payload that is a list",
        "content > refuses a header or a payload that is not UTF-8: an overlong letter",
        "content > refuses UTF-16",
      ),
      decoding("there is none in > a byte order mark in front"),
    ),
    must(
      "5.2",
      "The signature is checked over the very octets of header and payload that came, by the algorithm that `alg` names; otherwise the JWS is invalid.",
      algorithms(
        "an issuer that signs with … > is believed for its own tokens, and for none that is relabelled or signed by another",
      ),
      signatureLike("…: both > refuse it with any one octet of the … changed in one bit"),
      examples(
        "the signature of … > holds under the RFC's key",
        "the signature of … > does not hold once any character of it changed",
      ),
    ),
    should(
      "5.2",
      "A valid JWS whose algorithm the application does not accept is taken for invalid.",
      verifying(
        'refused before any key is looked up > alg "ES384"',
        'refused before any key is looked up > alg "none"',
      ),
    ),
    must(
      "5.3",
      "Texts in JSON are compared by their characters after escapes are read, without folding or normalising.",
      comparing(
        "escapes in JSON are no difference > …",
        "Unicode is not normalised > iss: what looks alike is another issuer",
        "Unicode is not normalised > kid: what looks alike is another key",
      ),
    ),
    must(
      "6",
      "Header parameters that take part in a decision about trust are integrity protected.",
      verifying("the signature > comes before the claims: a forged token learns nothing about them"),
      signatureLike("…: both > refuse a good signature over a header that says otherwise"),
    ),
    must("8", "Whoever supports `jku` and `x5u` supports TLS.", notApplicable("neither is supported.")),
    must(
      "10.1 (8725 §3.5)",
      "Keys have enough entropy.",
      notApplicable(
        "the guard makes no keys but those that its operator configures; of shared secrets it checks the length (RFC 7518 §3.2).",
      ),
    ),
    must(
      "10.6",
      "The algorithm inside a signature's encoding agrees with `alg`.",
      signatureSpecial(
        "both refuse a good key's signature > that one RSA key made for RS256, when the header says RS512",
        "both refuse a good key's signature > for ES256 over SHA-384",
        "both refuse a good key's signature > for PS256 with 0 octets of salt",
      ),
    ),
    must(
      "10.12",
      "JSON that does not conform is refused as a whole, trailing text included.",
      parsing(
        "content > refuses a header or a payload that is text behind the JSON",
        "content > refuses a header or a payload that is a trailing comma",
        "content > refuses a header or a payload that is single quotes",
      ),
    ),
    should(
      "10.13",
      "Characters beyond the Basic Multilingual Plane are kept and compared correctly.",
      comparing("characters beyond 16 bits are kept and compared as they are"),
    ),
    should(
      "9.2.1 (7517 §8.5.1)",
      "JSON is encoded in UTF-8.",
      note("only UTF-8 is read, and a byte order mark in front is refused: one content has one spelling."),
      parsing("content > refuses UTF-16", "content > refuses a header or a payload that is a byte order mark"),
    ),
  ],
};

import {
  different,
  inFile,
  must,
  mustNot,
  notApplicable,
  ours,
  type Specification,
  should,
  shouldNot,
} from "./demand.ts";
import { fetchingJson, importing, issuerConfig, keySet, keysOutage, publishedKeys } from "./tests.ts";

const ring = inFile("unit/keys/key-ring");
const ownPages = inFile("unit/app/own-pages");
const assertion = inFile("unit/gateway/assertion");
const decided = inFile("unit/vectors/rfc-decisions");
const wycheproof = inFile("unit/vectors/json-web-key");

export const RFC7517: Specification = {
  title: "RFC 7517: JSON Web Key",
  url: "https://www.rfc-editor.org/rfc/rfc7517",
  about:
    "Left out: registration (§8) and encrypted keys (§7), which the guard does not read; it fetches public keys only.",
  demands: [
    must(
      "4",
      "A JWK with a member twice is refused, or the last one counts.",
      publishedKeys("a JWK Set > that names a member twice means the last, set and key alike"),
    ),
    must(
      "4",
      "Members of a JWK that nobody knows are ignored.",
      importing("a JWK that can verify > may come with members that nobody knows"),
    ),
    must(
      "4.1",
      "`kty` is there; its case counts.",
      importing(
        "a JWK that must not verify > is left out: one without a type",
        "a JWK that must not verify > is left out: one of an unknown type",
      ),
    ),
    ours(
      "4.2",
      "A `use` that is there is honoured: keys for encryption verify nothing.",
      importing(
        "a JWK that must not verify > is left out: one for encryption",
        "a JWK that must not verify > is left out: one whose use is no string",
      ),
      decided(
        "the key sets of RFC 7517, as published by an issuer > A.1 yields its RSA key, and not the one for encryption",
      ),
    ),
    mustNot(
      "4.3",
      "`key_ops` names an operation twice.",
      different(
        "the guard asks only whether `verify` is among them: what else a set says of a key is its publisher's.",
      ),
      importing("a JWK that can verify > may come with key_ops that include verify"),
    ),
    shouldNot(
      "4.3",
      "`key_ops` names operations that have nothing to do with each other.",
      different("not checked, as above: a key is used to verify, by one algorithm, and for nothing else."),
    ),
    must(
      "4.3",
      "Where `use` and `key_ops` are both there, they agree; a key serves only if both allow it.",
      importing(
        "a JWK that must not verify > is left out: one with key_ops of other kinds",
        "a JWK that must not verify > is left out: one with empty key_ops",
      ),
    ),
    ours(
      "4.4",
      "An `alg` that is there is honoured.",
      importing(
        "a JWK that can verify > is bound to its own alg even where another configured algorithm comes first",
        "a JWK that must not verify > is left out: one of an algorithm that is not configured",
        "a JWK that must not verify > is left out: one whose alg differs in case",
      ),
    ),
    should(
      "4.5",
      "Keys in a set have distinct `kid`s; of those that do not, one `kid` for different types is told apart by type.",
      keySet(
        "a token with a kid > gets no key when two have this id",
        "a token with a kid > gets its key although one of another algorithm shares the id",
      ),
      ring("configured keys that no token can name are a problem > …"),
    ),
    must(
      "4.6-4.9",
      "Certificates of a JWK match its other members.",
      different(
        "certificates in a JWK are not looked at; the key is what its own members say, and the place that it came from vouches for it.",
      ),
      publishedKeys("a JWK with certificates > is the key that its own members say; … is not looked at"),
    ),
    must(
      "5",
      "A JWK Set is an object with a member `keys` that is a list.",
      keysOutage(
        "an answer that is no JWK Set never replaces one that is > a list",
        "an answer that is no JWK Set never replaces one that is > keys that are an object",
        "an answer that is no JWK Set never replaces one that is > no keys",
      ),
    ),
    must(
      "5",
      "A JWK Set with a member twice is refused, or the last one counts.",
      publishedKeys("a JWK Set > that names a member twice means the last, set and key alike"),
    ),
    must(
      "5",
      "Members of a JWK Set that nobody knows are ignored.",
      publishedKeys("a JWK Set > may have members that nobody knows"),
    ),
    should(
      "5",
      "Keys of unknown types, without members or out of range are ignored, and the rest is used.",
      publishedKeys("a JWK Set > stays usable beside keys of unknown types, without members and out of range"),
      importing("reports what was left out by its index and imports the others in order"),
      wycheproof(
        "the key sets of json_web_key_test.json > come out as published when they are fetched from an issuer, but for the known deviations",
      ),
    ),
    must(
      "7, 9.2",
      "Private and symmetric keys are kept from those they are not for.",
      ownPages(
        "the key that verifies assertions > is published where assertions are switched on, without its private part",
      ),
      assertion("the published JWK Set has only the public members of the key"),
      importing("a JWK that must not verify > is left out: a private key"),
    ),
    must("7", "The content type of encrypted keys says what they are.", notApplicable("no encrypted keys are read.")),
    ours(
      "9.1",
      "Keys are taken only from a source that is trusted to vouch for them, over a channel that nobody can change.",
      issuerConfig(
        'where an issuer\'s keys come from > {"jwksUri":"http://a.example/jwks"}: issuers[0].jwksUri is not a secure URL',
      ),
      fetchingJson("asks for the media type, follows no redirect and takes no cached answer"),
    ),
  ],
};

import { different, must, mustNot, notApplicable, type Specification, should, shouldNot } from "./demand.ts";
import {
  answers,
  bindings,
  claims,
  credentials,
  crossSite,
  extracting,
  permission,
  records,
  refusals,
  requests,
  responding,
  routeConfig,
  transport,
  verifyingSignature,
} from "./tests.ts";

export const RFC6750: Specification = {
  title: "RFC 6750: Bearer Token Usage",
  url: "https://www.rfc-editor.org/rfc/rfc6750",
  about:
    "Left out: §4 and most of §5.2 and §5.3, which speak to authorization servers and clients, and the conditions of §2.2 and §2.3 under which clients may send a token in body or query.",
  demands: [
    must(
      "2",
      "A client uses one way of sending the token in a request; a resource server answers 400 `invalid_request` to more (§3.1).",
      extracting("more than one credential > is refused: …", "Authorization > with two fields, joined"),
      credentials("credentials in Authorization > are refused when there are two, in one request on one socket"),
      answers("credentials_repeated has its answer"),
    ),
    must(
      "2.1",
      "The `Authorization` field with the scheme Bearer is supported; the scheme in any case, one or more blanks, then a `b64token` (RFC 9110 §11.1).",
      extracting(
        "Authorization > with the scheme as registered",
        "Authorization > with the scheme in mixed case",
        "Authorization > with several blanks",
        "Authorization > with every character of b64token",
        "Authorization > with a tab",
        "Authorization > with a quoted token",
        "Authorization > with a parameter",
      ),
      credentials("credentials in Authorization > are taken with the scheme … and kept from the origin"),
    ),
    must(
      "2.2",
      "A token in a form body is taken only under narrow conditions.",
      notApplicable("no body is ever looked at; a token there counts as none."),
      credentials("credentials in Authorization > are looked for neither in the query nor in a form"),
    ),
    shouldNot(
      "2.3",
      "Tokens are not taken from the query of the URI.",
      credentials("credentials in Authorization > are looked for neither in the query nor in a form"),
    ),
    must(
      "3",
      "A request without credentials, or whose token does not open the resource, is answered with `WWW-Authenticate`.",
      different(
        "every 401, every 400 about credentials and every 403 about scopes or claims challenges. A 403 about a cross-site cookie or an identity that fits in no header does not, for another token of the same caller would change nothing; nor does a 503, for nobody knows whether the token is good.",
      ),
      answers("only answers of 401, 400 for credentials and 403 for scopes and claims challenge, and outages never do"),
    ),
    must(
      "3",
      "All challenges use the scheme Bearer.",
      refusals("… > challenges by the grammar, always when the status is 401 and only by Bearer"),
    ),
    must(
      "3",
      "The scheme is followed by at least one parameter.",
      responding('the challenge > for {"reason":"token_missing"} is Bearer realm="api of shop"'),
    ),
    mustNot(
      "3",
      "`realm`, `scope`, `error`, `error_description` and `error_uri` stand in a challenge more than once.",
      refusals("… > challenges by the grammar, always when the status is 401 and only by Bearer"),
    ),
    should(
      "3",
      "A request whose token failed gets an `error`.",
      answers("token_expired has its answer", "signature_invalid has its answer"),
    ),
    mustNot(
      "3",
      "`scope` and `error` have characters beyond the allowed sets.",
      refusals("… > challenges by the grammar, always when the status is 401 and only by Bearer"),
      routeConfig(
        'a route > {"scopes":["a\\"b"]}: routes[0].scopes[0] does not fit',
        'a route > {"scopes":["é"]}: routes[0].scopes[0] does not fit',
      ),
    ),
    mustNot(
      "3",
      "`error_uri` has characters beyond its set.",
      notApplicable("no answer has an `error_uri` or an `error_description`."),
    ),
    should(
      "3.1",
      "A malformed request is answered 400 `invalid_request`.",
      answers("credentials_malformed has its answer"),
    ),
    should(
      "3.1",
      "A token that is expired, revoked, malformed or otherwise invalid is answered 401 `invalid_token`.",
      answers(
        "token_expired has its answer",
        "token_revoked has its answer",
        "token_malformed has its answer",
        "key_not_found has its answer",
      ),
    ),
    should(
      "3.1",
      "A token without the right is answered 403 `insufficient_scope`, where wanted with the scopes that it takes.",
      answers("insufficient_scope has its answer"),
      permission("scopes > …"),
    ),
    shouldNot(
      "3.1",
      "A request without credentials gets an error code.",
      responding('the challenge > for {"reason":"token_missing"} is Bearer realm="api of shop"'),
    ),
    must(
      "5.2",
      "The integrity of tokens is protected well enough that nobody can change one.",
      verifyingSignature(
        "… > does not hold once the payload is another's",
        "… > does not hold once one bit of the signature changed",
      ),
    ),
    must(
      "5.2, 5.3",
      "Tokens travel over TLS only.",
      transport('http to guard.example with {}: {"reason":"https_required","redirect":false}'),
      bindings("the origin > http://app.example: …"),
    ),
    must(
      "5.2",
      "Where TLS ends before the resource server, the token stays confidential on the way behind.",
      bindings("the origin > http://10.0.0.1: …"),
      requests("the request that the origin gets > goes to the configured origin whatever host the client names"),
    ),
    must(
      "5.2",
      "A token that refers to its content by a reference cannot be guessed.",
      notApplicable("only tokens that carry their content are accepted."),
    ),
    must(
      "5.2",
      "Tokens that hide their content from the client are encrypted.",
      notApplicable("encrypted tokens are not accepted; what a token tells its client is its issuer's choice."),
    ),
    must(
      "5.2",
      "Tokens have a limited lifetime.",
      claims(
        "lifetime and age > with maxLifetime 600, a token that lasts one second longer",
        "lifetime and age > maxLifetime is a day unless configured",
      ),
    ),
    mustNot(
      "5.3",
      "Tokens are kept in cookies that can travel in the clear.",
      notApplicable(
        "the guard sets no cookies; where one is configured as a source, `requireHttps` decides about plain http before any cookie is read.",
      ),
      transport('http to guard.example with {}: {"reason":"https_required","redirect":false}'),
    ),
    must(
      "5.3",
      "Whoever uses tokens in cookies takes precautions against cross-site request forgery.",
      crossSite(
        "a cookie's token by … > with {}: cross_site_request",
        "a cookie's token in an upgrade > by GET with …: cross_site_request",
      ),
      credentials("credentials in a configured cookie > with a POST and … are answered …"),
    ),
    mustNot(
      "5.3",
      "Tokens leak to those they are not for.",
      requests("the request that the origin gets > goes to the configured origin whatever host the client names"),
      records("no record tells who asked for what > for a request that is …"),
    ),
    should("5.3", "Tokens name the audience that they are for.", claims("aud > undefined: …")),
  ],
};

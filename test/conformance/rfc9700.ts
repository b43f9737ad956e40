import { different, inFile, must, notApplicable, note, type Specification, should } from "./demand.ts";
import {
  authorizing,
  bindings,
  claims,
  credentials,
  foreignHeaders,
  forwardedRequest,
  permission,
  records,
  responding,
  tokenMemory,
} from "./tests.ts";

const presented = inFile("unit/model/token");
const identity = inFile("system/forwarding/identity");
const written = inFile("unit/gateway/identity");
const recordNames = inFile("unit/revocation/record-name");

export const RFC9700: Specification = {
  title: "RFC 9700: Best Current Practice for OAuth 2.0 Security",
  url: "https://www.rfc-editor.org/rfc/rfc9700",
  about:
    "Left out: everything about authorization servers and clients (§2.1, §2.2.2, §2.4, §2.5, most of §4). What binds resource servers and reverse proxies is little:",
  demands: [
    should(
      "2.2.1, 4.9.3",
      "Resource servers use mechanisms that bind tokens to their sender.",
      different("neither DPoP nor mTLS is verified. A token with `cnf` is refused rather than taken for a bearer's."),
      claims(
        'claims that have to be there, and one that must not > a token bound to a key (cnf {"jkt":"thumbprint"}) is no bearer token',
      ),
    ),
    must(
      "2.3, 4.10.2",
      "For every request the resource server checks that the token was meant for it, and refuses otherwise.",
      claims('aud > "https://other.example": {"reason":"audience_mismatch"}'),
      tokenMemory("a token seen before > is refused when it …"),
    ),
    must(
      "2.3",
      "For every request it checks that the token was meant for this action on this resource.",
      permission("scopes > …"),
      authorizing(
        "an allowed bearer > is decided anew for each route: the token of one is not the permission of another",
      ),
    ),
    should(
      "2.6",
      "TLS reaches from the client to the resource server.",
      note("it ends at Cloudflare, where the guard runs; see §4.13."),
      bindings("the origin > http://app.example: …"),
    ),
    must(
      "4.3.2",
      "Clients do not send tokens in the query. A resource server that does not take them there keeps them from trying.",
      credentials("credentials in Authorization > are looked for neither in the query nor in a form"),
    ),
    must(
      "4.9.3",
      "Tokens are treated as secrets: neither stored nor passed on in plain text.",
      different(
        "nothing of a token is stored or logged. In the memory of an isolate the text of a token seen twice is kept, since nothing shorter says that two are the same; it leaves that memory only over TLS, where a route forwards the token.",
      ),
      presented("a presented token > does not tell its text to an error that quotes it"),
      records("no record tells who asked for what > for a token that is …"),
      recordNames("a name > shows nothing of what it stands for and is fit for KV"),
    ),
    must(
      "4.11",
      "Nobody exposes open redirectors.",
      responding(
        "the redirect to https > of … leads to …",
        "the redirect to https > is not offered where plain http is refused",
      ),
      note(
        "the only redirect is to the same URL over https, with the Host that the platform let through; it is off unless configured.",
      ),
    ),
    must(
      "4.12",
      "A redirect does not make the browser repeat credentials elsewhere (307).",
      notApplicable("it concerns forms with passwords; the guard's 308 leads to the same host."),
    ),
    must(
      "4.13",
      "A reverse proxy cleans requests so that every header that matters for security is authentic.",
      foreignHeaders(
        "headers that are ours to say are removed > in the spelling …",
        "headers that would tell the origin another request than the one judged are removed > as …",
      ),
      identity("identity headers > on … > are ours alone when the client sends …"),
    ),
    must(
      "4.13",
      "The link between proxy and application is protected against eavesdropping, injection and replay.",
      bindings("the origin > http://10.0.0.1: …", "the origin > may be a binding that is a service: a service"),
      forwardedRequest("the assertion > goes along for …, where it is switched on"),
    ),
    should(
      "4.15",
      "A client's identity is not taken for a user's.",
      different(
        "only the issuer can keep the two apart. The guard hands on `client_id` beside `sub`, and claim rules can demand what only users' or only clients' tokens have.",
      ),
      written("the identity > names subject, issuer, scopes and client"),
    ),
  ],
};

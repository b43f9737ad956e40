import {
  different,
  inFile,
  must,
  mustNot,
  notApplicable,
  notMet,
  ours,
  type Specification,
  should,
  shouldNot,
} from "./demand.ts";
import {
  answers,
  cachePrivacy,
  canonicalPath,
  extracting,
  foreignHeaders,
  forwardedRequest,
  forwardedResponse,
  gateway,
  issuerConfig,
  refusals,
  requests,
  responding,
  responses,
  routes,
  streaming,
} from "./tests.ts";

const handshakes = inFile("unit/gateway/handshake-method");
const identity = inFile("system/forwarding/identity");
const written = inFile("unit/gateway/identity");
const eventStream = inFile("system/connections/event-stream");
const messages = inFile("system/conformance/messages");
const brokenUploads = inFile("system/conformance/broken-uploads");
const preflight = inFile("system/forwarding/preflight");

const PLATFORM = "the platform reads and writes messages; a Worker sees neither their framing nor their connections.";

/** HTTP, as far as it binds a gateway and does not happen below the Worker. */
export const HTTP: readonly Specification[] = [
  {
    title: "RFC 9110: HTTP Semantics",
    url: "https://www.rfc-editor.org/rfc/rfc9110",
    about:
      "What binds gateways, and servers that authenticate. Left out: representations, conditional and range requests, which are the origin's, and forward proxies, whose rules about `Authorization` and the target do not bind a gateway.",
    demands: [
      should(
        "4.2.4",
        "A URI from elsewhere that has user information is an error.",
        issuerConfig(
          'where an issuer\'s keys come from > {"jwksUri":"https://user@a.example/jwks"}: issuers[0].jwksUri is not a secure URL',
        ),
      ),
      must(
        "5.1",
        "Fields that nobody knows are forwarded, unless `Connection` names them or they are blocked on purpose.",
        gateway("fields that nobody knows are passed on, and the values of one field stay in order"),
        foreignHeaders("everything else stays as it is"),
      ),
      mustNot(
        "5.3",
        "The order of the values of one field changes.",
        gateway("fields that nobody knows are passed on, and the values of one field stay in order"),
        forwardedResponse("the origin's answer > keeps several cookies apart"),
      ),
      mustNot(
        "5.3",
        "A field that is no list is sent more than once; `Authorization` is none.",
        extracting("Authorization > with two fields, joined", "Authorization > with two equal fields, joined"),
      ),
      mustNot("5.3", "A request takes effect before all of its header has come.", notApplicable(PLATFORM)),
      must(
        "5.4",
        "What is larger than the server wishes to process is answered with a 4xx.",
        extracting("Authorization > refuses a token of 16,385 characters, whatever they are"),
        answers("token_too_large has its answer"),
      ),
      must(
        "5.5",
        "CR, LF and NUL in a field are refused or replaced; what the guard itself writes has none.",
        messages(
          "a message that is no good > is answered 400 and reaches nobody: with a NUL in a field",
          "a message that is no good > is answered 400 and reaches nobody: with a lone carriage return in a field",
        ),
        written("a value > control characters are encoded"),
      ),
      mustNot("6.5.1", "Trailers are merged into headers.", messages("trailers do not become header fields")),
      must(
        "7.6",
        "`Connection` is implemented, and what is for one connection is not forwarded.",
        foreignHeaders("headers that belong to one connection are removed > as …"),
      ),
      mustNot(
        "7.6",
        "A message is forwarded to the gateway itself, without protection from loops.",
        different("the origin has to be another host; Cloudflare ends what loops all the same."),
      ),
      must(
        "7.6.1",
        "`Connection` is parsed, the fields that it names and itself are removed, and only then the gateway's own are set.",
        foreignHeaders(
          "headers that belong to one connection are removed > with those that Connection names, and Connection itself",
        ),
        identity("identity headers > cannot be taken away by Connection: …"),
        forwardedRequest("the origin is told > our identity even when the client has Connection name it"),
      ),
      should(
        "7.6.1",
        "Fields that are known to be for one connection go, named or not.",
        foreignHeaders(
          "headers that belong to one connection are removed > as Keep-Alive",
          "headers that belong to one connection are removed > as Proxy-Connection",
          "headers that belong to one connection are removed > as TE",
          "a response loses what concerned the connection to the origin, and what its Connection names",
        ),
      ),
      must(
        "7.6.2",
        "`Max-Forwards` of an OPTIONS or TRACE request is counted down, and 0 is answered here.",
        different(
          "TRACE is refused. An OPTIONS request goes to the origin as it came: the guard wants to be no hop of its own in a path that clients explore.",
        ),
        routes(
          "the first rule for path and method decides > never matches TRACE, not even where any method is allowed",
        ),
      ),
      must(
        "7.6.3",
        "A gateway adds `Via` to the requests that it forwards.",
        different(
          "it does not: common servers answer requests with `Via` otherwise (nginx stops compressing by default), and the origin should answer as if the client had asked it. Protection from loops, which `Via` also serves, is Cloudflare's.",
        ),
      ),
      mustNot(
        "7.7",
        "A message that says `no-transform` is transformed.",
        gateway("an answer that says no-transform is not transformed"),
      ),
      mustNot(
        "7.8",
        "A switch is made to a protocol that the client did not ask for; `Upgrade` is compared without case. The origin is asked for WebSocket alone, and only when the client asks for it.",
        foreignHeaders(
          "an upgrade > to WebSocket is kept, with the key of its handshake",
          'an upgrade > to "h2c" is removed',
        ),
        handshakes("a WebSocket handshake keeps its Upgrade", "a … is no handshake, and loses it"),
        forwardedResponse("a WebSocket that the origin accepts is handed on"),
      ),
      mustNot(
        "8.6",
        "A `Content-Length` is forwarded that is known to be wrong.",
        eventStream("a guarded event stream > keeps its type, and its length where it has one"),
        responses("the response that the client gets > is compressed as the origin compressed it"),
      ),
      should(
        "9.1",
        "A method that the resource does not allow is answered 405.",
        different(
          "404, as for a path that no route matches: nobody learns which paths there are without being allowed.",
        ),
        routes("the first rule for path and method decides > PUT /a/c falls to no_matching_route"),
        answers("no_matching_route has its answer"),
      ),
      mustNot(
        "9.2.2",
        "A request that is not idempotent is repeated by itself.",
        gateway("a request whose origin fails is sent once > POST"),
      ),
      mustNot(
        "9.3.2",
        "An answer to HEAD has content; it should have the fields of one to GET.",
        refusals("… > has the same header fields for HEAD and no content"),
        requests("the request that the origin gets > is a HEAD for a HEAD, which is answered without a body"),
      ),
      should(
        "9.3.8",
        "What TRACE reflects has no credentials.",
        requests("the request that the origin gets > does not exist for TRACE, which would echo credentials"),
      ),
      must(
        "9.3.6",
        "CONNECT to a wrong target is refused.",
        routes(
          "the first rule for path and method decides > never matches CONNECT, not even where any method is allowed",
        ),
      ),
      ours(
        "10.2.3",
        "`Retry-After` is a number of seconds or a date.",
        responding("says when to try again only when that makes sense"),
      ),
      must(
        "11.6.1, 15.5.2",
        "A 401 has `WWW-Authenticate` with at least one challenge.",
        refusals("… > challenges by the grammar, always when the status is 401 and only by Bearer"),
      ),
      mustNot(
        "11.6.1",
        "`WWW-Authenticate` of an answer that is forwarded is changed.",
        gateway("the origin's own challenge reaches the client as it is, several of them apart from ours"),
      ),
      ours(
        "11.7.2",
        "Credentials for a proxy are not passed on.",
        gateway("proxy credentials go no further, whatever the route"),
      ),
      should("15.4.9", "A 308 has `Location`.", responding("the redirect to https > of … leads to …")),
      ours(
        "15.6.3, 15.6.5",
        "A gateway answers 502 when the origin's answer is no good and 504 when it does not come in time.",
        answers("origin_unreachable has its answer", "origin_timeout has its answer"),
        responses("an origin that fails > and does not answer in time is a 504"),
      ),
      mustNot(
        "3.3",
        "Requests on one connection are taken for one user's.",
        forwardedRequest("the origin is told > nobody's identity on a … request, whatever the client says"),
        preflight("a CORS preflight > opens the door to nothing but itself"),
      ),
    ],
  },
  {
    title: "RFC 9111: HTTP Caching",
    url: "https://www.rfc-editor.org/rfc/rfc9111",
    about:
      "The guard is no cache of answers; it stands in front of caches and behind them. Left out: what binds caches.",
    demands: [
      mustNot(
        "3.5",
        "A shared cache answers others with what a request with `Authorization` got, unless the answer says that it may.",
        forwardedResponse(
          "the origin's answer > never becomes publicly cacheable for a bearer, and stays as it is for anybody",
        ),
        forwardedRequest(
          "a request of a bearer follows no redirect and is answered from no cache if it is authenticated",
        ),
        cachePrivacy(
          'a Cache-Control of "public" becomes "private"',
          'a Cache-Control of "s-maxage=600, must-revalidate" becomes "private, must-revalidate"',
        ),
        responses("shared caches > may not store the answer to a token on …"),
      ),
      ours(
        "5.2.2.5",
        "What no cache may keep says `no-store`: every refusal.",
        responding("a refusal > carries the request id and is never stored"),
      ),
    ],
  },
  {
    title: "RFC 9112: HTTP/1.1",
    url: "https://www.rfc-editor.org/rfc/rfc9112",
    about:
      "Messages are read and written by the runtime; the tests show what it does where Cloudflare's own servers do not stand before it. Left out: what binds clients, and chunks and connections in detail.",
    demands: [
      must(
        "3.2",
        "A request without Host, or with two, is answered 400.",
        messages(
          "a message that is no good > is answered 400 and reaches nobody: without Host",
          "a message that is no good > is answered 400 and reaches nobody: with two Hosts",
        ),
      ),
      shouldNot(
        "3.2",
        "A target that is wrong is mended and used: it may have been made to get past a filter.",
        canonicalPath(
          "a path that an origin may read differently is refused > an encoded slash",
          "a path that an origin may read differently is refused > a lone percent sign",
          "a path that an origin may read differently is refused > a raw blank",
        ),
        requests("the request that the origin gets > does not exist for …, which origins read differently"),
      ),
      must(
        "3.2.2",
        "Of an absolute target the authority counts, not Host.",
        different("neither decides where a request goes: routes match paths, and the origin is configured."),
        requests("the request that the origin gets > goes to the configured origin whatever host the client names"),
        canonicalPath("a path that an origin may read differently is refused > an absolute URL"),
      ),
      must(
        "5.1, 5.2",
        "A field with a blank before its colon, and a line that goes on in the next, are answered 400.",
        messages(
          "a message that is no good > is answered 400 and reaches nobody: with a blank before the colon",
          "a message that is no good > is answered 400 and reaches nobody: with a folded line",
        ),
      ),
      must(
        "2.2",
        "What stands between start line and first field behind a blank is not taken for a field.",
        messages("a message that is no good > is answered 400 and reaches nobody: with a blank before its first field"),
      ),
      must(
        "6.1, 6.3",
        "A message with both `Transfer-Encoding` and `Content-Length` is read by the former, forwarded without the latter, and the last on its connection.",
        messages(
          "a message with a length and chunks > is read by its chunks, forwarded without a length, and is the last on its connection: …",
        ),
      ),
      must(
        "6.1, 6.3",
        "Codings of which chunked is not the last, lengths that are none or several, and codings in HTTP/1.0 are refused.",
        messages(
          "a message that is no good > is answered 400 and reaches nobody: with chunked not last",
          "a message that is no good > is answered 400 and reaches nobody: with two lengths",
          "a message that is no good > is answered 400 and reaches nobody: with a length that has a sign",
          "a message that is no good > is answered 400 and reaches nobody: with chunked in HTTP/1.0",
        ),
      ),
      should(
        "6.1",
        "A coding that is not known is answered 501.",
        different("the runtime answers 400."),
        messages("a message that is no good > is answered 400 and reaches nobody: with an unknown coding"),
      ),
      must(
        "6.3, 8",
        "A response that breaks off is not taken for a whole one.",
        streaming("a response that breaks off at the origin > breaks off at the client, too"),
      ),
      must(
        "6.3, 8",
        "A request that breaks off is not taken for a whole one.",
        brokenUploads("an upload that breaks off at the client breaks off at the origin > …"),
        gateway("an upload that breaks off > ends the request to the origin, which is not told that it was all"),
      ),
      must(
        "6.3, 8",
        "… also when the origin has begun to answer.",
        notMet(
          "a request with a length breaks off; one in chunks then ends like a whole one. The runtime closes it when the client is gone, and the guard, which has no part in it any more, cannot break it off. An origin that answers before it has read everything should want a length, or look for an end in the content.",
        ),
        brokenUploads(
          "an upload that breaks off at the client breaks off at the origin > short of its length, after the origin began to answer",
        ),
      ),
    ],
  },
];

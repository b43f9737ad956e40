import { byConstruction, inFile, note, ours, type Specification } from "./demand.ts";
import {
  authorizing,
  canonicalPath,
  claims,
  discovery,
  fetchingJson,
  foreignHeaders,
  forwardedRequest,
  identityClaims,
  keySet,
  keysOutage,
  keysUnknown,
  parsing,
  permission,
  records,
  requests,
  routes,
  streaming,
  tokenMemory,
  verifying,
} from "./tests.ts";

const coalescing = inFile("system/coalescing");
const coldStart = inFile("unit/app/cold-start");
const configuration = inFile("system/configuration");
const failures = inFile("unit/app/failures");
const identity = inFile("system/forwarding/identity");
const kvReader = inFile("unit/revocation/kv-reader");
const kvFailing = inFile("unit/revocation/kv-reader-failing");
const keysFresh = inFile("unit/keys/remote-keys-fresh");
const mirrorReader = inFile("unit/revocation/mirror-reader");
const operatorApi = inFile("unit/operator/operator-api");
const operators = inFile("unit/operator/authenticate");
const outbox = inFile("unit/ledger/outbox");
const preflight = inFile("system/forwarding/preflight");
const recordMemory = inFile("unit/revocation/record-memory");
const recordName = inFile("unit/revocation/record-name");
const recordValue = inFile("unit/revocation/record-value");
const revocation = inFile("unit/authorize/check-revocation");
const seenTwice = inFile("unit/model/seen-twice");
const story = inFile("system/the-story");
const strict = inFile("unit/revocation/mirror-reader-strict");
const submit = inFile("unit/ledger/submit");
const ledgerCommands = inFile("unit/ledger/commands");
const written = inFile("unit/gateway/identity");
const worlds = inFile("simulation/worlds");
const enforcement = inFile("system/ledger/enforcement");
const singleCharacter = inFile("unit/properties/single-character");
const whatever = inFile("unit/properties/whatever-arrives");
const told = inFile("unit/properties/identity");
const raising = inFile("unit/properties/raising");
const kitFaults = inFile("kit/guard-under-faults");

/** What no text demands in so many words, and the history of other guards does. */
export const OURS: Specification = {
  title: "Beyond the texts",
  about: "What we learned from how others were broken. The first column says what it is about.",
  demands: [
    ours(
      "requests",
      "Default deny: a path, method or upgrade that no route names is refused.",
      routes(
        "the first rule for path and method decides > refuses everything when there are no rules",
        "the first rule for path and method decides > GET /b falls to no_matching_route",
      ),
      configuration("the smallest useful configuration > refuses …, which no rule names"),
    ),
    ours(
      "requests",
      "Guard and origin read a path alike, or it is refused: encoded slashes, dot segments, parameters, empty segments, encodings of encodings.",
      canonicalPath(
        "a path that an origin may read differently is refused > a thrice encoded slash",
        "a path that an origin may read differently is refused > double dots with a path parameter",
        "a path that an origin may read differently is refused > an empty segment in the middle",
        "a path that an origin may read differently is refused > an encoded NUL",
      ),
      requests("the request that the origin gets > does not exist for …, which origins read differently"),
    ),
    ours(
      "requests",
      "What nearly is a guarded path (case, trailing dot, blank or slash) does not fall through to a later public route.",
      routes(
        "a path that nearly is that of a guarded rule does not fall through to a later one > GET /ADMIN falls to path_ambiguous",
        "a path that nearly is that of a guarded rule does not fall through to a later one > GET /admin/ falls to path_ambiguous",
      ),
    ),
    ours(
      "requests",
      "No path leads to another host with the token.",
      forwardedRequest(
        "the target > stays on the origin even for a path that the decision should never have let through",
        "the target > of /@evil.example is https://origin.example/@evil.example",
      ),
      requests("the request that the origin gets > goes to the configured origin whatever host the client names"),
    ),
    ours(
      "requests",
      "Nothing that a client writes switches a check off: no user agent, no method override, no original URL.",
      foreignHeaders(
        "headers that would tell the origin another request than the one judged are removed > as X-HTTP-Method-Override",
        "headers that would tell the origin another request than the one judged are removed > as X-Original-URL",
        "headers that would tell the origin another request than the one judged are removed > as X-Middleware-Subrequest",
      ),
    ),
    ours(
      "requests",
      "A CORS preflight opens nothing but itself, and only where the route says so.",
      preflight("a CORS preflight > opens the door to nothing but itself"),
      routes("a CORS preflight > does not pass by a later rule when the path nearly is that of a guarded one"),
    ),
    ours(
      "requests",
      "No answer of the guard's own allows another origin to read it; what CORS allows is the origin's affair.",
      note(
        "the guard adds no CORS fields at all, with one exception: the answer to whoever ends their own token, which says nothing.",
      ),
      inFile("unit/operator/self-revocation")(
        "whoever holds a token may end it > a page of any site may ask, and none may read the answer",
      ),
    ),
    ours(
      "requests",
      "Upgrades pass the same checks as any request.",
      streaming(
        "a WebSocket > does not open without a token",
        "a WebSocket > opens with a cookie's token for the guard's own pages only",
      ),
      foreignHeaders('an upgrade > to "h2c" is removed'),
    ),
    ours(
      "requests",
      "Redirects of origin and issuer are not followed.",
      forwardedRequest(
        "a request of a bearer follows no redirect and is answered from no cache if it is authenticated",
      ),
      fetchingJson("a status > of 302 is not followed"),
    ),
    ours(
      "identity",
      "Identity headers are the guard's alone, in every spelling that an origin may fold, and on public routes as well.",
      foreignHeaders(
        "headers that are ours to say are removed > in the spelling X_Jotgate_Subject",
        "headers that are ours to say are removed > in the spelling X~Jotgate|Subject",
        "headers that are ours to say are removed > under names of the operator's choice: x_user-id",
      ),
      identity("identity headers > on … > are ours alone when the client sends …"),
      forwardedRequest("the origin is told > nobody's identity on a … request, whatever the client says"),
    ),
    ours(
      "identity",
      "Two texts never share a spelling in a header; what does not fit is refused, never cut. A claim of another type shares that of its JSON.",
      written(
        "a value > never shares its spelling with another",
        "a value > that is the text … is written as the JSON is: types do not reach the origin",
        "a value that is too long for a header is not cut > 4,097 do not",
        "a value > survives a header unchanged",
      ),
      told("what the origin is told of a caller > is told apart for any two callers"),
    ),
    ours(
      "form",
      "One token has one text: unused bits of base64url are zero, and there is no padding.",
      parsing(
        "shape > takes only one spelling of the signature: one octet, a bit set",
        "shape > takes only one spelling of header and payload",
      ),
      tokenMemory("what only looks like a token seen before > is refused with its claims encoded in another way"),
      singleCharacter("of a valid … token > no character can be … anywhere and leave a token that is allowed"),
    ),
    ours(
      "form",
      "Sizes are limited before anything is decoded: token, `kid`, `jti`, `sub`.",
      parsing(
        "size > refuses one of 16,385 characters before it looks at its form",
        "header parameters > with a kid of 513 bytes",
      ),
      identityClaims("sub > must not be of 513 bytes", "jti > must not be of 513 bytes"),
    ),
    ours(
      "form",
      "`__proto__` and its kin are data.",
      parsing("content > keeps __proto__ as data", "content > does not take alg from a member called __proto__"),
      claims("claims that have to be there, and one that must not > a required claim is not found on Object.prototype"),
      permission("claim rules > do not find what every object has: …"),
    ),
    ours(
      "claims",
      "A time that parses to infinity does not make a token that never ends; lifetimes are bounded.",
      claims(
        "times, with a tolerance of 60 s > exp has to be a finite number that is not negative",
        "times, with a tolerance of 60 s > an exp as far away as numbers go is too long a lifetime, not a token without end",
      ),
    ),
    ours(
      "claims",
      "A token from the future is refused.",
      claims("times, with a tolerance of 60 s > iat is one second later"),
    ),
    ours(
      "claims",
      "A token without an id cannot be revoked by it, and is refused unless its issuer is configured so.",
      identityClaims(
        "jti > may be left out only if nothing depends on it",
        "claims of other names > a token id is neither needed nor read for an issuer without token ids",
      ),
    ),
    ours(
      "claims",
      "Scopes are compared whole; a member of a list with a blank in it is refused, for it would read as two.",
      identityClaims('scopes > ["a b"] is refused'),
      permission("scopes > …"),
    ),
    ours(
      "keys",
      "Keys are never tried in turn; a `kid` that fits two is refused.",
      keySet(
        "a token without a kid > gets none of two candidates: keys are not tried in turn",
        "a token with a kid > gets no key when two have this id",
      ),
    ),
    ours(
      "keys",
      "The fetch of a key set has a fixed https address, a time limit, a size limit, no redirects, and replaces the old set only if it is one.",
      fetchingJson("a document > is refused from 65,537 bytes on, …", "the signal > ends a body that hangs"),
      keysOutage(
        "an answer that is no JWK Set never replaces one that is > …",
        "an endpoint that does not answer is given up after 3 seconds",
      ),
      discovery("metadata is refused > when its jwks_uri is plain http"),
    ),
    ours(
      "keys",
      "Unknown key ids cause one fetch for each issuer, isolate and 30 seconds, however many there are; they do not keep a new key from being found.",
      keysUnknown(
        "1,000 requests with distinct unknown kids > cause one fetch per cool-down, however long they go on",
        "a new key > is found once the cool-down is over, when unknown kids caused a fetch shortly before",
      ),
      coalescing(
        "key-set fetches > are at most one more for 1,000 tokens with unknown key ids, on an isolate that knows the issuer's keys",
      ),
    ),
    ours(
      "keys",
      "A key set outlives its endpoint for a stated time and not longer; then the guard says 503.",
      keysOutage(
        "while the key endpoint fails > known keys go on serving up to the stale limit of 86,400 seconds and not beyond",
        "while the key endpoint fails > an issuer without any keys is unavailable",
      ),
    ),
    ours(
      "keys",
      "A key that is withdrawn, or whose id has new material, takes along what was remembered of its signatures.",
      keysFresh(
        "a withdrawn key > works until the next refresh and not after it",
        "a withdrawn key > is gone as well when its id has new material",
      ),
      tokenMemory("a token seen before > is checked anew when its kid has other material"),
    ),
    ours(
      "revocation",
      "Records are about issuer and id, never about the token's text; different identities never share a name.",
      recordName(
        "no two identities share a name by moving characters between their parts",
        "the published test vectors > hold for … …",
      ),
      revocation("the look-up > asks once, for the identity that was verified"),
    ),
    ours(
      "revocation",
      "A record that is there counts, also when it is empty or cannot be read.",
      kvReader("a record that cannot be understood > counts when its value is the empty string"),
      recordValue("a record cannot be understood > when its value is …"),
      revocation("when the state is not known > a record that cannot be read is never passed over (…)"),
    ),
    ours(
      "revocation",
      "Versions are safe integers on both sides; a malformed one refuses.",
      identityClaims('the token version > "1" is refused', "the token version > … is refused"),
      recordValue("a record cannot be understood > when the minimum version is …"),
    ),
    ours(
      "revocation",
      "A version only rises.",
      ledgerCommands("restrictions only rise: what asks for less changes nothing and gets the record as it stands"),
      submit("raises of one user at the same time end at the highest version"),
      raising("in a ledger > raising only raises, whatever comes in whatever order, and ends at the highest"),
    ),
    ours(
      "revocation",
      "State that cannot be had in time is a 503, unless the route says otherwise, and what is known to be revoked stays so.",
      kvFailing("a store that hangs > is unavailable after 2 seconds and not before"),
      revocation(
        "when the state is not known > a route that denies gives no verdict on the token",
        "when the state is not known > what was revoked before stays revoked (…)",
      ),
    ),
    ours(
      "revocation",
      "A record lasts as long as the tokens that it is about, and as KV takes.",
      ledgerCommands("a command about … becomes a record that lasts as long as such a token"),
      outbox("a token with exp … expires in KV at …, which is never too soon for KV to take"),
    ),
    ours(
      "revocation",
      "The delay until a revocation counts is stated, and holds under faults.",
      worlds("in simulated worlds > …, all promises are kept, and there was something to keep"),
      enforcement("every guard > enforces … from B on, and no longer once it is lifted"),
      mirrorReader("a fresh mirror > is one of less than B: … ms after the question KV or mirror is …"),
      strict("a strict route > asks the ledger for each request, however fresh the mirror is"),
    ),
    ours(
      "revocation",
      "A token goes and comes as its records say, end to end.",
      story(
        "the story of a token > goes from 200 to 401 by a revocation, to 200 by a new token, to 401 by a raised version, to 200 by that version",
      ),
    ),
    ours(
      "memory",
      "What is remembered of a token is found by its whole text only, and counts for the same issuer, key and place of presentation: times, revocation and permission are judged anew.",
      tokenMemory(
        "a token seen before > is refused when it …",
        "what only looks like a token seen before > is refused with its signature under other claims",
        "a token seen before > passes up to the last moment of its tolerance and not beyond it",
      ),
    ),
    ours(
      "memory",
      "What was refused may pass later: before `nbf`, before its key was published.",
      tokenMemory(
        "a forgery seen before > passes once a key is published under which its signature holds",
        "a token that was refused before its key was known is looked at again",
      ),
    ),
    ours(
      "memory",
      "Floods of distinct tokens, key ids and identities leave memory bounded and regular users in place.",
      tokenMemory("a flood > of distinct … leaves those of regular users in place and the memory bounded"),
      seenTwice("a flood of new keys > does not touch what was asked for before"),
      recordMemory("memory is bounded > so that a flood of absences drives out no record"),
    ),
    ours(
      "order",
      "Work is done in the order of its price: shape, issuer, algorithm, key, signature, claims, store.",
      authorizing("no key is looked up > …", "no revocation state is looked up > …"),
      coldStart("unsigned tokens, and those of issuers that are not trusted, cause no fetch at all"),
      verifying("the signature > comes before the claims: a forged token learns nothing about them"),
    ),
    ours(
      "order",
      "Permission is judged for each request, and only for who is authenticated.",
      authorizing(
        "permission is judged last > a revoked token hears that it is bad, not what it lacks",
        "an allowed bearer > is decided anew for each route: the token of one is not the permission of another",
      ),
    ),
    ours(
      "failures",
      "Every defect becomes an answer of the guard's own, and nothing is forwarded; a wrong configuration stops it.",
      failures(
        "a defect > is answered by an empty 500; nothing is forwarded",
        "with a wrong configuration > … is answered 503 and not forwarded",
      ),
      whatever(
        "whatever arrives, authorize() decides and never throws > for any method, path, host and header fields",
        "whatever arrives, the guard answers and never fails > for any request that the platform can make",
      ),
    ),
    ours(
      "failures",
      "An outage is never a 401 and never an allow.",
      coldStart("a key endpoint that fails means 503 and no challenge, so that clients keep their tokens"),
      failures(
        "a revocation store that throws inside is no defect > but state that cannot be had: 503, and nothing is forwarded",
      ),
      kitFaults(
        "a guard whose KV is > … answers and records what the table says, forwards nothing else, and is itself with the next request",
      ),
    ),
    ours(
      "operators",
      "Operators are authenticated by themselves; commands may be repeated.",
      operators("an operator is known by the secret > …"),
      ledgerCommands(
        "the same id again changes nothing and gets the same answer, also from another object and at the same time",
      ),
      operatorApi(
        "who may ask > … may do …: …",
        "who may ask > a page in a browser may not, whoever is signed in there",
      ),
    ),
    ours(
      "operators",
      "Operators' secrets are compared in constant time, all of them.",
      byConstruction(
        "hashes of one length, by `crypto.subtle.timingSafeEqual`, in a loop that ends with the last of them ([authenticate.ts](../src/operator/authenticate.ts)).",
      ),
    ),
    ours(
      "records",
      'What was decided is on record (with `DECISION_LOG = "refused"`, what was refused), with issuer and key and without token, claims or path.',
      records(
        "one record is written > of a bearer who passed",
        "no record tells who asked for what > for a token that is …",
      ),
      failures("a defect > is recorded by its kind, the request and where it came from, never by its message"),
    ),
  ],
};

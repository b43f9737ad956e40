import type { ClaimPath } from "../model/claims.ts";
import { isObject } from "../model/json-values.ts";
import { isIdentifierSized } from "../model/limits.ts";
import { OPERATOR_ROLES } from "../model/operator.ts";
import type { HttpsPolicy } from "../model/route-rule.ts";
import { SIGNATURE_ALGORITHMS } from "../model/trusted-issuer.ts";
import { anyOf, choice, type Form, type InputOf, list, map, only, optional, table, where } from "./form.ts";
import type { RemedyName } from "./remedies.ts";

/**
 * Everything an operator can set, with the names of `createJotgate(config)`. In `wrangler.toml` the same names stand in
 * `[vars]`, the outermost in upper case: `requireHttps` is `REQUIRE_HTTPS`.
 *
 * The name on each form is the remedy that is shown when a value does not fit it (remedies.ts).
 */
export interface JotgateConfig extends InputOf<typeof guardSchema> {
  /** Issuers whose tokens are accepted. */
  readonly issuers: readonly IssuerConfig[];
  /** Rules, first match wins. What no rule matches is refused. */
  readonly routes: readonly RouteConfig[];
}

export type IssuerConfig = InputOf<typeof issuerSchema>;
export type RouteConfig = InputOf<typeof routeSchema>;

function notEmpty<O extends { readonly length: number }, I>(form: Form<O, I>, remedy: RemedyName = "notEmpty") {
  return where(form, ({ length }) => length > 0, remedy);
}

function matching(pattern: RegExp, remedy: RemedyName) {
  return where(text, (value) => pattern.test(value), remedy);
}

function numberOf(unit: string, least: number, most: number) {
  const remedy = ["number", unit, least, most] as const;
  return where(only(isNumber, ...remedy), (value) => value >= least && value <= most, ...remedy);
}

function seconds(least: number, most: number) {
  return numberOf("seconds", least, most);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

const anyText = only(isString, "text");
export const text = notEmpty(anyText, "noText");
const flag = only(isBoolean, "flag");
const texts = notEmpty(list(text, "texts"));
const scopes = notEmpty(list(matching(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "scope"), "texts"));
const scalar = only(
  (value): value is string | number | boolean => isString(value) || isNumber(value) || isBoolean(value),
  "scalar",
);
const claimPath = map(
  anyOf([text, texts], "claimPath"),
  (claim): ClaimPath => (typeof claim === "string" ? [claim] : claim),
);

/** Headers that HTTP, the platform or the credentials themselves use. */
const RESERVED_HEADER =
  /^(?:accept-encoding|authorization|cache-control|cf-.*|connection|content-.*|cookie|date|expect|forwarded|host|keep-alive|origin|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade|via|x-forwarded-.*|x-jotgate-(?:assertion|request-id))$/i;

const headerName = where(
  matching(/^[A-Za-z0-9-]+$/, "headerName"),
  (name) => !RESERVED_HEADER.test(name),
  "freeHeader",
);

const tokenSource = anyOf(
  [
    choice(["authorization"]),
    table({ header: headerName }, "headerSource"),
    table({ cookie: matching(/^[\w!#$%&'*+.^`|~-]+$/, "cookieName") }, "cookieSource"),
  ],
  "tokenSource",
);
const tokenSources = notEmpty(list(tokenSource, "tokenSources"), "noSources");

const httpsPolicy = map(choice([true, false, "redirect"], "httpsPolicy"), (policy): HttpsPolicy => {
  if (policy === "redirect") return policy;
  return policy ? "always" : "never";
});

export const issuerSchema = table(
  {
    /** Exact value of `iss`. */
    issuer: text,
    /** Values of `aud` that mean this API; at least one must match. `false` leaves the check out. No default. */
    audiences: anyOf([texts, choice([false])], "audiences"),
    /** Accepted `alg` values. No default. */
    algorithms: notEmpty(list(choice(SIGNATURE_ALGORITHMS, "algorithm"), "algorithms"), "algorithms"),
    /** URL of the JWK Set. Exactly one of `jwksUri`, `discovery`, `keys` and `sharedSecret` is needed. */
    jwksUri: optional(text),
    /** Find the JWK Set by OpenID Connect Discovery or RFC 8414, from the issuer's URL. */
    discovery: optional(choice([true], "discovery")),
    /** Public keys as JWKs, for an issuer without a JWK Set. */
    keys: optional(notEmpty(list(only(isObject, "jwk"), "jwks"), "noJwks")),
    /** Name of the secret that holds the HMAC key (text, or an `oct` JWK as JSON), for HS256 to HS512. */
    sharedSecret: optional(text),
    /** Accepted `typ` header values; `absent` stands for none. Default `["absent", "JWT", "at+jwt"]`. */
    acceptedTypes: optional(texts),
    /** Claims that have to be there besides `iss`, `exp`, `iat`, the subject and the token id. */
    requiredClaims: optional(texts),
    /** Accepted clients (`client_id`, `azp`). Default: any. */
    clients: optional(texts),
    /** Longest accepted lifetime (`exp - iat`) in seconds; cut-off records live as long. Default 86 400. */
    maxLifetime: optional(seconds(1, 31_536_000), 86_400),
    /** Longest accepted time since `iat` in seconds. Default: as long as the token is valid. */
    maxAge: optional(seconds(1, 31_536_000)),
    /** Allowed clock difference in seconds. Default 60, at most 300. */
    clockTolerance: optional(seconds(0, 300), 60),
    /** Claim with the token's unique id, `false` when this issuer's tokens have none. Default `jti`. */
    tokenIdClaim: optional(anyOf([claimPath, choice([false])], "tokenIdClaim"), "jti"),
    /** Claim with the session id. Default `sid`. */
    sessionIdClaim: optional(claimPath, "sid"),
    /** Claim that names the user. Default `sub`. */
    subjectClaim: optional(claimPath, "sub"),
    /** Claim with the user's token version. Default: none, tokens count as version 0. */
    tokenVersionClaim: optional(claimPath),
    /** Claim with the scopes, a space-separated string or a list. Default `scope`. */
    scopeClaim: optional(claimPath, "scope"),
    /** Where this issuer's tokens may be presented. Default `["authorization"]`. */
    tokenSources: optional(tokenSources, ["authorization"]),
  },
  "issuer",
);

const claimRule = where(
  table(
    {
      claim: claimPath,
      equals: optional(scalar),
      oneOf: optional(notEmpty(list(scalar, "values"), "noValues")),
      contains: optional(scalar),
      exists: optional(flag),
    },
    "claimRule",
  ),
  ({ equals, oneOf, contains, exists }) =>
    [equals, oneOf, contains, exists].filter((c) => c !== undefined).length === 1,
  "oneCondition",
);

export const routeSchema = table(
  {
    /** Path pattern: `:name` or `*` for one segment, a final `*` for everything from there on. */
    path: text,
    /** Methods this rule speaks for; `GET` brings `HEAD`. Default: any. */
    methods: optional(notEmpty(list(matching(/^[A-Z][A-Z-]*$/, "method"), "methods"), "noMethods")),
    /** Who may pass: anybody, anybody with a good token, or both. No default. */
    access: choice(["public", "bearer", "optional"]),
    /** Scopes the token has to have, all of them. */
    scopes: optional(scopes),
    /** Scopes of which the token has to have at least one. */
    anyOfScopes: optional(scopes),
    /** Conditions on claims, all of which have to hold. */
    claims: optional(list(claimRule, "claimRules")),
    /** Forward CORS preflights for this rule's methods without a token. Default false. */
    passPreflight: optional(flag, false),
    /** When revocation state cannot be had: `deny` answers 503, `allow` forwards. Default `deny`. */
    onUnknownRevocation: optional(choice(["deny", "allow"])),
    /**
     * With a ledger: `bounded` relies on knowledge of the last `stalenessBound` seconds, `strict` asks the ledger for each
     * request. Default `bounded`.
     */
    revocation: optional(choice(["bounded", "strict"])),
    /**
     * When the ledger's knowledge cannot be shown to be fresh: `kv` asks KV, `deny` answers 503. Default `kv`; `deny` on
     * strict routes.
     */
    onStaleMirror: optional(choice(["kv", "deny"])),
    /** As the setting of the same name for the whole guard. */
    requireHttps: optional(httpsPolicy),
    /** Where tokens are looked for on this route. Default: wherever an issuer allows it. */
    tokenSources: optional(tokenSources),
    /** Leave the token in the request that the origin gets. Default false. */
    forwardToken: optional(flag),
  },
  "route",
);

const headerNameOrFalse = anyOf([headerName, choice([false])], "headerOrFalse");

export const identityHeadersSchema = table(
  {
    subject: optional(headerNameOrFalse, "X-Jotgate-Subject"),
    issuer: optional(headerNameOrFalse, "X-Jotgate-Issuer"),
    scope: optional(headerNameOrFalse, "X-Jotgate-Scope"),
    client: optional(headerNameOrFalse, "X-Jotgate-Client"),
    /** Further claims to pass on. `header` defaults to `X-Jotgate-Claim-` and the claim's last name. */
    claims: optional(
      list(table({ claim: claimPath, header: optional(headerName) }, "identityClaim"), "identityClaims"),
      [],
    ),
  },
  "identityHeaders",
);

export const role = choice(OPERATOR_ROLES);

export const operatorSchema = table(
  {
    /** Stands beside what this operator did: at most 512 bytes, and not `self`, which stands for holders of tokens. */
    name: where(anyText, (name) => isIdentifierSized(name) && name !== "self", "operatorName"),
    /** `viewer` reads, `revoker` takes access away, `admin` gives it back and ends whole issuers. No default. */
    role,
    /** SHA-256 of the operator's secret, in hexadecimal. */
    secretHash: matching(/^[0-9a-f]{64}$/, "secretHash"),
  },
  "operator",
);

export const guardSchema = table(
  {
    /** Where allowed requests go: a URL without path, or the name of a service binding. */
    origin: anyOf([text, table({ binding: text }, "originBinding")], "origin"),
    /** Plain http: `true` refuses it, `"redirect"` redirects to https, `false` lets it pass. Default: refused except on loopback. */
    requireHttps: optional(httpsPolicy),
    /** `realm` of the challenges (RFC 9110 §11.5). Default `jotgate`. */
    realm: optional(matching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, "realm"), "jotgate"),
    /** Which decisions are logged: `"all"`, or `"refused"` for those that did not reach the origin. Default `"all"`. */
    decisionLog: optional(choice(["all", "refused"]), "all"),
    /** Names of the headers that tell the origin who calls. */
    identityHeaders: optional(identityHeadersSchema, {}),
    /** Seconds until the origin must have answered with headers. Default 30. */
    originTimeout: optional(seconds(0.1, 300), 30),
    /** Seconds that the ledger's knowledge may be old at most when a guard relies on it (B). Default 5. */
    stalenessBound: optional(seconds(2, 300)),
    /** Seconds between two looks of the ledger for records that others wrote into KV. Default 15. */
    scanInterval: optional(seconds(5, 3_600)),
    /** Days for which the ledger keeps what was done and asked for, and by whom. Default 90. */
    auditRetention: optional(numberOf("days", 1, 3_650)),
    /** Who may use the operator API. Nobody, by default: the API does not exist then. */
    operators: optional(list(operatorSchema, "tables"), []),
    /** Issuer of tokens for the operator API. Their scopes `jotgate:view`, `jotgate:revoke` and `jotgate:admin` are the roles. */
    operatorIssuer: optional(issuerSchema),
    /** People that Cloudflare Access vouches for. */
    operatorAccess: optional(only(isObject, "settings")),
    /** Whether whoever holds a token may end it (RFC 7009). Default false. */
    selfRevocation: optional(flag, false),
    /** Prove to the origin by a signed header that a request came through the guard. Needs the secret `ASSERTION_KEY`. */
    originAssertion: optional(table({ issuer: text, audience: text }, "originAssertion")),
  },
  "settings",
);

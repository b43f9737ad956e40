import * as v from "valibot";
import { isIdentifierSized } from "../model/limits.ts";
import { OPERATOR_ROLES } from "../model/operator.ts";
import { SIGNATURE_ALGORITHMS } from "../model/trusted-issuer.ts";
import { table } from "./table.ts";

/**
 * Everything an operator can set, with the names of `createJotgate(config)`. In `wrangler.toml` the same names stand in
 * `[vars]`, the outermost in upper case: `requireHttps` is `REQUIRE_HTTPS`.
 *
 * The text on each schema is the remedy that is shown when a value does not fit it.
 */
export interface JotgateConfig extends v.InferInput<typeof guardSchema> {
  /** Issuers whose tokens are accepted. */
  readonly issuers: readonly IssuerConfig[];
  /** Rules, first match wins. What no rule matches is refused. */
  readonly routes: readonly RouteConfig[];
}

export type IssuerConfig = v.InferInput<typeof issuerSchema>;
export type RouteConfig = v.InferInput<typeof routeSchema>;

// A few actions do for everything: each one of valibot's is code in the Worker.
function notEmpty<T extends { readonly length: number }>(remedy: string) {
  return v.check<T, string>(({ length }) => length > 0, remedy);
}

export const text = v.pipe(v.string("Write a string."), notEmpty("Write a string that is not empty."));
const flag = v.boolean("Write true or false.");
const texts = v.pipe(
  v.array(text, "Write a list of strings."),
  notEmpty("Name at least one, or leave the setting out."),
);
const scopes = v.pipe(
  v.array(
    v.pipe(
      text,
      v.check(
        (value) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value),
        "Write one scope in each string: no blanks, quotes and backslashes.",
      ),
    ),
    "Write a list of strings.",
  ),
  notEmpty("Name at least one, or leave the setting out."),
);
const scalar = v.union([v.string(), v.number(), v.boolean()], "Write a string, a number or a boolean.");

const claimPath = v.union(
  [text, texts],
  'Write the name of a claim, or a list of names that leads to it, such as ["realm_access", "roles"].',
);

function seconds(least: number, most: number) {
  return numberOf("seconds", least, most);
}

function numberOf(unit: string, least: number, most: number) {
  const remedy = `Write a number of ${unit} from ${least} to ${most}.`;
  return v.pipe(
    v.number(remedy),
    v.check((value) => value >= least && value <= most, remedy),
  );
}

const headerName = v.pipe(
  text,
  v.check((value) => /^[A-Za-z0-9-]+$/.test(value), "Write a header name of letters, digits and hyphens."),
  v.check((name) => !RESERVED_HEADER.test(name), "Take another name: this header has a meaning of its own."),
);

/** Headers that HTTP, the platform or the credentials themselves use. */
const RESERVED_HEADER =
  /^(?:accept-encoding|authorization|cache-control|cf-.*|connection|content-.*|cookie|date|expect|forwarded|host|keep-alive|origin|proxy-.*|set-cookie|te|trailer|transfer-encoding|upgrade|via|x-forwarded-.*|x-jotgate-(?:assertion|request-id))$/i;

const tokenSource = v.union(
  [
    v.literal("authorization"),
    table({ header: headerName }, 'Write { header = "X-Name" }.'),
    table(
      {
        cookie: v.pipe(
          text,
          v.check((value) => /^[\w!#$%&'*+.^`|~-]+$/.test(value), "Write a cookie name (RFC 6265 §4.1.1)."),
        ),
      },
      'Write { cookie = "name" }.',
    ),
  ],
  'Write "authorization", { header = "X-Name" } or { cookie = "name" }.',
);

const tokenSources = v.pipe(
  v.array(tokenSource, "Write a list of token sources."),
  notEmpty("Name at least one source, or leave the setting out."),
);

const httpsPolicy = v.union(
  [v.boolean(), v.literal("redirect")],
  'Write true (refuse plain http), "redirect" or false. Unset, plain http is refused except on loopback hosts.',
);

export const issuerSchema = table(
  {
    /** Exact value of `iss`. */
    issuer: text,
    /** Values of `aud` that mean this API; at least one must match. `false` leaves the check out. No default. */
    audiences: v.union(
      [texts, v.literal(false)],
      "List the audiences that mean this API, or write false to accept tokens made for anybody.",
    ),
    /** Accepted `alg` values. No default. */
    algorithms: v.pipe(
      v.array(
        v.picklist(SIGNATURE_ALGORITHMS, `Choose from ${SIGNATURE_ALGORITHMS.join(", ")}.`),
        "List the algorithms that this issuer signs with.",
      ),
      notEmpty("List the algorithms that this issuer signs with."),
    ),
    /** URL of the JWK Set. Exactly one of `jwksUri`, `discovery`, `keys` and `sharedSecret` is needed. */
    jwksUri: v.optional(text),
    /** Find the JWK Set by OpenID Connect Discovery or RFC 8414, from the issuer's URL. */
    discovery: v.optional(v.literal(true, "Write true, or leave it out.")),
    /** Public keys as JWKs, for an issuer without a JWK Set. */
    keys: v.optional(
      v.pipe(v.array(v.looseObject({}, "Write a JWK."), "Write a list of JWKs."), notEmpty("List at least one JWK.")),
    ),
    /** Name of the secret that holds the HMAC key (text, or an `oct` JWK as JSON), for HS256 to HS512. */
    sharedSecret: v.optional(text),
    /** Accepted `typ` header values; `absent` stands for none. Default `["absent", "JWT", "at+jwt"]`. */
    acceptedTypes: v.optional(texts),
    /** Claims that have to be there besides `iss`, `exp`, `iat`, the subject and the token id. */
    requiredClaims: v.optional(texts),
    /** Accepted clients (`client_id`, `azp`). Default: any. */
    clients: v.optional(texts),
    /** Longest accepted lifetime (`exp - iat`) in seconds; cut-off records live as long. Default 86 400. */
    maxLifetime: v.optional(seconds(1, 31_536_000), 86_400),
    /** Longest accepted time since `iat` in seconds. Default: as long as the token is valid. */
    maxAge: v.optional(seconds(1, 31_536_000)),
    /** Allowed clock difference in seconds. Default 60, at most 300. */
    clockTolerance: v.optional(seconds(0, 300), 60),
    /** Claim with the token's unique id, `false` when this issuer's tokens have none. Default `jti`. */
    tokenIdClaim: v.optional(
      v.union([claimPath, v.literal(false)], "Name the claim, or write false when this issuer's tokens have no id."),
      "jti",
    ),
    /** Claim with the session id. Default `sid`. */
    sessionIdClaim: v.optional(claimPath, "sid"),
    /** Claim that names the user. Default `sub`. */
    subjectClaim: v.optional(claimPath, "sub"),
    /** Claim with the user's token version. Default: none, tokens count as version 0. */
    tokenVersionClaim: v.optional(claimPath),
    /** Claim with the scopes, a space-separated string or a list. Default `scope`. */
    scopeClaim: v.optional(claimPath, "scope"),
    /** Where this issuer's tokens may be presented. Default `["authorization"]`. */
    tokenSources: v.optional(tokenSources, ["authorization"]),
  },
  "Write a table with the settings of one issuer.",
);

const claimRule = v.pipe(
  table(
    {
      claim: claimPath,
      equals: v.optional(scalar),
      oneOf: v.optional(v.pipe(v.array(scalar, "Write a list of values."), notEmpty("List at least one value."))),
      contains: v.optional(scalar),
      exists: v.optional(flag),
    },
    "Write a table with a claim and one condition.",
  ),
  v.check(
    ({ equals, oneOf, contains, exists }) =>
      [equals, oneOf, contains, exists].filter((c) => c !== undefined).length === 1,
    "Give exactly one of equals, oneOf, contains and exists.",
  ),
);

export const routeSchema = table(
  {
    /** Path pattern: `:name` or `*` for one segment, a final `*` for everything from there on. */
    path: text,
    /** Methods this rule speaks for; `GET` brings `HEAD`. Default: any. */
    methods: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            text,
            v.check((value) => /^[A-Z][A-Z-]*$/.test(value), "Write methods in upper case."),
          ),
          "Write a list of methods.",
        ),
        notEmpty("Name at least one method, or leave the setting out for any."),
      ),
    ),
    /** Who may pass: anybody, anybody with a good token, or both. No default. */
    access: v.picklist(["public", "bearer", "optional"], 'Write "public", "bearer" or "optional".'),
    /** Scopes the token has to have, all of them. */
    scopes: v.optional(scopes),
    /** Scopes of which the token has to have at least one. */
    anyOfScopes: v.optional(scopes),
    /** Conditions on claims, all of which have to hold. */
    claims: v.optional(v.array(claimRule, "Write a list of claim rules.")),
    /** Forward CORS preflights for this rule's methods without a token. Default false. */
    passPreflight: v.optional(flag, false),
    /** When revocation state cannot be had: `deny` answers 503, `allow` forwards. Default `deny`. */
    onUnknownRevocation: v.optional(v.picklist(["deny", "allow"], 'Write "deny" or "allow".')),
    /**
     * With a ledger: `bounded` relies on knowledge of the last `stalenessBound` seconds, `strict` asks the ledger for each
     * request. Default `bounded`.
     */
    revocation: v.optional(v.picklist(["bounded", "strict"], 'Write "bounded" or "strict".')),
    /**
     * When the ledger's knowledge cannot be shown to be fresh: `kv` asks KV, `deny` answers 503. Default `kv`; `deny` on
     * strict routes.
     */
    onStaleMirror: v.optional(v.picklist(["kv", "deny"], 'Write "kv" or "deny".')),
    /** As the setting of the same name for the whole guard. */
    requireHttps: v.optional(httpsPolicy),
    /** Where tokens are looked for on this route. Default: wherever an issuer allows it. */
    tokenSources: v.optional(tokenSources),
    /** Leave the token in the request that the origin gets. Default false. */
    forwardToken: v.optional(flag),
  },
  "Write a table with the settings of one route.",
);

const headerNameOrFalse = v.union([headerName, v.literal(false)], "Write the name of a header, or false for none.");

export const identityHeadersSchema = table(
  {
    subject: v.optional(headerNameOrFalse, "X-Jotgate-Subject"),
    issuer: v.optional(headerNameOrFalse, "X-Jotgate-Issuer"),
    scope: v.optional(headerNameOrFalse, "X-Jotgate-Scope"),
    client: v.optional(headerNameOrFalse, "X-Jotgate-Client"),
    /** Further claims to pass on. `header` defaults to `X-Jotgate-Claim-` and the claim's last name. */
    claims: v.optional(
      v.array(
        table({ claim: claimPath, header: v.optional(headerName) }, "Write a table with claim and header."),
        "Write a list of tables with claim and header.",
      ),
      [],
    ),
  },
  "Write a table of header names.",
);

export const role = v.picklist(OPERATOR_ROLES, 'Write "viewer", "revoker" or "admin".');

export const operatorSchema = table(
  {
    /** Stands beside what this operator did: at most 512 bytes, and not `self`, which stands for holders of tokens. */
    name: v.pipe(
      v.string("Write a string."),
      v.check((name) => isIdentifierSized(name) && name !== "self", "Write 1 to 512 bytes, and not self."),
    ),
    /** `viewer` reads, `revoker` takes access away, `admin` gives it back and ends whole issuers. No default. */
    role,
    /** SHA-256 of the operator's secret, in hexadecimal. */
    secretHash: v.pipe(
      text,
      v.check((value) => /^[0-9a-f]{64}$/.test(value), "Write the SHA-256 of the secret as 64 lower-case hex digits."),
    ),
  },
  "Write a table with the settings of one operator.",
);

export const guardSchema = table(
  {
    /** Where allowed requests go: a URL without path, or the name of a service binding. */
    origin: v.union(
      [text, table({ binding: text }, 'Write { binding = "NAME" }.')],
      'Write the URL of the origin, or { binding = "NAME" } for a service binding.',
    ),
    /** Plain http: `true` refuses it, `"redirect"` redirects to https, `false` lets it pass. Default: refused except on loopback. */
    requireHttps: v.optional(httpsPolicy),
    /** `realm` of the challenges (RFC 9110 §11.5). Default `jotgate`. */
    realm: v.optional(
      v.pipe(
        text,
        v.check(
          (value) => /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(value),
          "Write printable ASCII without quotes and backslashes.",
        ),
      ),
      "jotgate",
    ),
    /** Which decisions are logged: `"all"`, or `"refused"` for those that did not reach the origin. Default `"all"`. */
    decisionLog: v.optional(v.picklist(["all", "refused"], 'Write "all" or "refused".'), "all"),
    /** Names of the headers that tell the origin who calls. */
    identityHeaders: v.optional(identityHeadersSchema, {}),
    /** Seconds until the origin must have answered with headers. Default 30. */
    originTimeout: v.optional(seconds(0.1, 300), 30),
    /** Seconds that the ledger's knowledge may be old at most when a guard relies on it (B). Default 5. */
    stalenessBound: v.optional(seconds(2, 300)),
    /** Seconds between two looks of the ledger for records that others wrote into KV. Default 15. */
    scanInterval: v.optional(seconds(5, 3_600)),
    /** Days for which the ledger keeps what was done and asked for, and by whom. Default 90. */
    auditRetention: v.optional(numberOf("days", 1, 3_650)),
    /** Who may use the operator API. Nobody, by default: the API does not exist then. */
    operators: v.optional(v.array(operatorSchema, "Write a list of tables."), []),
    /** Issuer of tokens for the operator API. Their scopes `jotgate:view`, `jotgate:revoke` and `jotgate:admin` are the roles. */
    operatorIssuer: v.optional(issuerSchema),
    /** People that Cloudflare Access vouches for. */
    operatorAccess: v.optional(v.looseObject({}, "Write a table of settings.")),
    /** Whether whoever holds a token may end it (RFC 7009). Default false. */
    selfRevocation: v.optional(flag, false),
    /** Prove to the origin by a signed header that a request came through the guard. Needs the secret `ASSERTION_KEY`. */
    originAssertion: v.optional(table({ issuer: text, audience: text }, "Write a table with issuer and audience.")),
  },
  "Write a table of settings.",
);

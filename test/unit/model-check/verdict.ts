import { type GuardSetting, NOW, type RequestFacts, type Situation } from "./situation.ts";

/** One line of the model: says how the request ends, or nothing when it goes on. */
export type Rule = readonly [name: string, ends: (request: RequestFacts, guard: GuardSetting) => string | undefined];

/**
 * How every request ends, as a flat list: the first line that says something has the last word. It shares no code with the guard,
 * takes facts in words and no tokens, paths or headers, and is meant to be read beside docs/reasons.md.
 */
export const RULES: readonly Rule[] = [
  // The request.
  ["ambiguous path", (r) => is(r.path === "ambiguous", "deny path_ambiguous")],
  ["TRACE", (r) => is(r.method === "TRACE", "deny no_matching_route")],
  ["reserved path", (r) => is(r.path === "reserved", "deny no_matching_route")],
  ["no route for the path", (r) => is(r.path === "elsewhere", "deny no_matching_route")],
  [
    "lookalike of an open path",
    (r, g) => is(r.path === "a lookalike" && g.access === "public", "deny no_matching_route"),
  ],
  [
    "lookalike under another method",
    (r, g) => is(r.path === "a lookalike" && !speaks(r.method, g), "deny no_matching_route"),
  ],
  ["lookalike", (r) => is(r.path === "a lookalike", "deny path_ambiguous")],
  ["no route for the method", (r, g) => is(!speaks(r.method, g) && !isPreflight(r, g), "deny no_matching_route")],
  ["plain http, never allowed", (r, g) => is(r.scheme === "http" && g.https === "always", "deny https_required")],
  [
    "plain http, redirected",
    (r, g) => is(r.scheme === "http" && g.https === "redirect", "deny https_required redirect"),
  ],
  [
    "plain http from afar",
    (r, g) => is(r.scheme === "http" && g.https === "unless loopback" && r.host === "remote", "deny https_required"),
  ],
  ["preflight", (r, g) => is(isPreflight(r, g), "allow preflight")],
  ["public", (_, g) => is(g.access === "public", "allow public")],

  // What was presented.
  [
    "two tokens in Authorization",
    (r) => is(/two tokens|basic and token/.test(r.authorization), "deny credentials_repeated"),
  ],
  ["too long", (r) => is(r.authorization === "too long", "deny token_too_large")],
  ["no token after the scheme", (r) => is(/^no /.test(r.authorization), "deny credentials_malformed")],
  [
    "two tokens in the header",
    (r, g) => is(looksAt("header", g) && r.header === "two tokens", "deny credentials_repeated"),
  ],
  [
    "two tokens in cookies",
    (r, g) => is(looksAt("cookie", g) && r.cookie === "two tokens", "deny credentials_repeated"),
  ],
  ["tokens in two places", (r, g) => is(placesOf(r, g).length > 1, "deny credentials_repeated")],
  [
    "none, and none is needed",
    (r, g) => is(tokenPlace(r, g) === undefined && g.access === "optional", "allow optional"),
  ],
  ["none", (r, g) => is(tokenPlace(r, g) === undefined, "deny token_missing")],
  [
    "a cookie of another site's request",
    (r, g) => is(tokenPlace(r, g) === "cookie" && mayBeForeign(r), "deny cross_site_request"),
  ],

  // Its form, and who issued it.
  ["malformed", (r) => is(r.form !== "good", "deny token_malformed")],
  ["without issuer", (r) => is(r.issuer === "missing", "deny claim_missing iss")],
  ["issuer no text", (r) => is(r.issuer === "a number", "deny claim_invalid iss")],
  ["a stranger's", (r) => is(r.issuer === "stranger", "deny issuer_not_trusted")],
  ["never an access token", (r) => is(r.type === "logout+jwt" || r.type === "x", "deny token_type_not_accepted")],
  [
    "of a type that this issuer does not use",
    (r, g) =>
      is(r.issuer === "ours" && g.types === "at+jwt only" && !/at\+jwt/i.test(r.type), "deny token_type_not_accepted"),
  ],
  ["no algorithm of anybody's", (r) => is(r.alg !== "right", "deny algorithm_not_allowed")],
  [
    "another issuer's algorithm",
    (r, g) => is(r.issuer === "other" && g.algorithm !== "ES256", "deny algorithm_not_allowed"),
  ],
  [
    "in a place that is not its issuer's",
    (r, g) =>
      is(
        r.issuer === "ours" && g.issuerSources !== "all" && tokenPlace(r, g) !== g.issuerSources,
        "deny token_source_not_accepted",
      ),
  ],

  // Its key and signature.
  ["no keys to be had", (r) => is(r.keySource === "unavailable", "indeterminate keys_unavailable")],
  ["a key that nobody has", (r, g) => is(r.kid === "unknown" && !hasSecret(r, g), "deny key_not_found")],
  [
    "one of two keys, and it does not say which",
    (r, g) =>
      is(r.kid === "absent" && r.issuer === "ours" && g.keys === "two" && !hasSecret(r, g), "deny key_not_found"),
  ],
  ["another issuer's name over our key's signature", (r) => is(r.issuer === "other", "deny signature_invalid")],
  ["no good signature", (r) => is(r.signature !== "good", "deny signature_invalid")],

  // Its times.
  ["without expiry", (r) => is(r.expires === "missing", "deny claim_missing exp")],
  ["expiry no number", (r) => is(r.expires === "text", "deny claim_invalid exp")],
  ["without time of issue", (r) => is(r.issued === "missing", "deny claim_missing iat")],
  ["time of issue no number", (r) => is(r.issued === "text", "deny claim_invalid iat")],
  ["not-before no number", (r) => is(r.notBefore === "text", "deny claim_invalid nbf")],
  ["expired", (r, g) => is(r.fraction >= number(r.expires) + g.clockTolerance, "deny token_expired")],
  [
    "not valid yet",
    (r, g) =>
      is(r.notBefore !== "absent" && r.fraction < number(r.notBefore) - g.clockTolerance, "deny token_not_yet_valid"),
  ],
  ["issued in the future", (r, g) => is(r.fraction < number(r.issued) - g.clockTolerance, "deny token_not_yet_valid")],
  ["valid for too long", (r, g) => is(number(r.expires) - number(r.issued) > g.maxLifetime, "deny lifetime_too_long")],
  [
    "too old",
    (r, g) =>
      is(g.maxAge !== "none" && r.fraction > number(r.issued) + g.maxAge + g.clockTolerance, "deny token_too_old"),
  ],

  // Whom it is for, and of whom it is.
  ["without audience", (r, g) => is(g.audience === "checked" && r.aud === "missing", "deny claim_missing aud")],
  ["audience no text", (r, g) => is(g.audience === "checked" && /number/.test(r.aud), "deny claim_invalid aud")],
  [
    "for somebody else",
    (r, g) => is(g.audience === "checked" && /other|without/.test(r.aud), "deny audience_mismatch"),
  ],
  ["azp no text", (r) => is(r.azp === "a number", "deny claim_invalid azp")],
  ["azp not on the list", (r, g) => is(g.clients === "app only" && r.azp === "another", "deny claim_invalid azp")],
  ["client_id empty", (r) => is(r.clientId === "empty", "deny claim_invalid client_id")],
  [
    "client_id not on the list",
    (r, g) => is(g.clients === "app only" && r.clientId === "another", "deny claim_invalid client_id"),
  ],
  [
    "no client at all",
    (r, g) =>
      is(g.clients === "app only" && r.azp === "absent" && r.clientId === "absent", "deny claim_missing client_id"),
  ],
  [
    "without a claim that is required",
    (r, g) => is(g.tenant === "required" && r.tenant === "absent", "deny claim_missing tenant"),
  ],
  ["bound to a key", (r) => is(r.confirmation === "present", "deny claim_invalid cnf")],
  ["subject no identifier", (r, g) => is(!/good|missing|512/.test(r.subject), `deny claim_invalid ${g.subjectClaim}`)],
  ["without subject", (r, g) => is(r.subject === "missing", `deny claim_missing ${g.subjectClaim}`)],
  [
    "id no identifier",
    (r, g) => is(g.tokenId === "required" && !/good|missing|512/.test(r.tokenId), "deny claim_invalid jti"),
  ],
  ["without id", (r, g) => is(g.tokenId === "required" && r.tokenId === "missing", "deny claim_missing jti")],
  ["session no identifier", (r) => is(!/good|missing/.test(r.session), "deny claim_invalid sid")],
  [
    "version no version",
    (r, g) =>
      is(
        g.versionClaim === "ver" && (r.version === -1 || r.version === 1.5 || r.version === "text"),
        "deny claim_invalid ver",
      ),
  ],
  ["scopes no scopes", (r) => is(/blank|number|half/.test(r.scope), "deny claim_invalid scope")],

  // What was revoked.
  [
    "token's record unreadable",
    (r, g) => is(knows(r) && seesToken(g) && r.tokenRecord === "unreadable", UNREADABLE("token")),
  ],
  [
    "session's record unreadable",
    (r) => is(knows(r) && seesSession(r) && r.sessionRecord === "unreadable", UNREADABLE("session")),
  ],
  ["user's record unreadable", (r) => is(knows(r) && r.subjectRecord === "unreadable", UNREADABLE("subject"))],
  ["issuer's record unreadable", (r) => is(knows(r) && r.issuerRecord === "unreadable", UNREADABLE("issuer"))],
  [
    "token revoked",
    (r, g) => is(inForce(r) && seesToken(g) && r.tokenRecord === "revoked", "deny token_revoked token"),
  ],
  [
    "session revoked",
    (r) => is(inForce(r) && seesSession(r) && r.sessionRecord === "revoked", "deny token_revoked session"),
  ],
  [
    "version too low",
    (r, g) =>
      is(inForce(r) && /minimum/.test(r.subjectRecord) && versionOf(r, g) < r.minimum, "deny token_version_outdated"),
  ],
  [
    "session cut off",
    (r) =>
      is(
        inForce(r) && seesSession(r) && r.sessionRecord === "cut off" && isCutOff(r),
        "deny issued_before_cutoff session",
      ),
  ],
  [
    "user cut off",
    (r) => is(inForce(r) && /cut off/.test(r.subjectRecord) && isCutOff(r), "deny issued_before_cutoff subject"),
  ],
  [
    "issuer cut off",
    (r) => is(inForce(r) && r.issuerRecord === "cut off" && isCutOff(r), "deny issued_before_cutoff issuer"),
  ],
  [
    "nobody knows what was revoked",
    (r, g) => is(r.store !== "answers" && g.onUnknownRevocation === "deny", "indeterminate revocation_unavailable"),
  ],

  // What it may do.
  ["lacks a scope", (r, g) => is(lacksScope(r, g), "deny insufficient_scope")],
  ["lacks a claim", (r, g) => is(g.access === "bearer" && !holds(r, g), "deny claim_rule_failed")],

  ["good, as far as anybody knows", (r) => is(r.store === "hangs", "allow bearer, unchecked: timeout")],
  ["good, and nobody could look", (r) => is(r.store !== "answers", "allow bearer, unchecked: error")],
  ["good", () => "allow bearer, checked"],
];

/** The model's answer. */
export function verdictOf({ request, guard }: Situation, rules: readonly Rule[] = RULES): string {
  for (const [, ends] of rules) {
    const verdict = ends(request, guard);
    if (verdict !== undefined) return verdict;
  }
  return "nothing";
}

function is(holds: boolean, verdict: string): string | undefined {
  return holds ? verdict : undefined;
}

function UNREADABLE(kind: string): string {
  return `indeterminate revocation_record_invalid ${kind}`;
}

function speaks(method: string, guard: GuardSetting): boolean {
  return guard.methods === "any" || method === "GET" || method === "HEAD";
}

function isPreflight(request: RequestFacts, guard: GuardSetting): boolean {
  if (guard.preflights === "stop" || request.method !== "OPTIONS" || request.origin === "none") return false;
  return request.asksFor === "GET" || (request.asksFor === "PUT" && guard.methods === "any");
}

type Place = "authorization" | "header" | "cookie";

function looksAt(place: Place, { routeSources }: GuardSetting): boolean {
  return routeSources === "all" || routeSources === place;
}

/** Where tokens stand. One in Authorization counts even where it is not looked at. */
function placesOf({ authorization, header, cookie }: RequestFacts, guard: GuardSetting): readonly Place[] {
  const places: Place[] = [];
  const beside = (looksAt("header", guard) && header !== "none") || (looksAt("cookie", guard) && /token/.test(cookie));
  if (authorization === "token" && (looksAt("authorization", guard) || beside)) places.push("authorization");
  if (looksAt("header", guard) && header !== "none") places.push("header");
  if (looksAt("cookie", guard) && /token/.test(cookie)) places.push("cookie");
  return places;
}

function tokenPlace(request: RequestFacts, guard: GuardSetting): Place | undefined {
  return placesOf(request, guard)[0];
}

function mayBeForeign({ method, upgrade, origin, site }: RequestFacts): boolean {
  if (upgrade === "no" && method !== "POST") return false;
  if (origin === "foreign" || site === "cross-site") return true;
  return origin === "none" && site === "none";
}

function hasSecret({ issuer }: RequestFacts, { algorithm }: GuardSetting): boolean {
  return issuer === "ours" && algorithm === "HS256";
}

function number(value: number | string): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** True when the store was read at some time, whatever became of it later. */
function knows({ store }: RequestFacts): boolean {
  return store === "answers" || store === "answered before and fails";
}

function inForce(request: RequestFacts): boolean {
  return knows(request) && (request.until === "none" || request.fraction < request.until);
}

function seesToken({ tokenId }: GuardSetting): boolean {
  return tokenId === "required";
}

function seesSession({ session }: RequestFacts): boolean {
  return session === "good";
}

function versionOf({ version }: RequestFacts, { versionClaim }: GuardSetting): number {
  return versionClaim === "none" || version === "missing" ? 0 : number(version);
}

/** Seconds count as a whole: the cut-off's own is before it. `cutOff` is counted from the time of issue. */
function isCutOff({ issued, cutOff }: RequestFacts): boolean {
  const at = NOW + number(issued);
  return Math.trunc(at) <= Math.trunc(Math.max(0, at + cutOff));
}

const SCOPES: Readonly<Record<string, string>> = { "a b": "ab", a: "a", "list a b": "ab", "list c": "c" };

function lacksScope({ scope }: RequestFacts, { access, scopes, anyOfScopes }: GuardSetting): boolean {
  if (access !== "bearer") return false;
  const has = SCOPES[scope] ?? "";
  if (scopes !== "none" && !has.includes("a")) return true;
  if (scopes === "a and b" && !has.includes("b")) return true;
  return anyOfScopes !== "none" && !/[bc]/.test(has);
}

function holds({ tenant, roles }: RequestFacts, { claimRule }: GuardSetting): boolean {
  switch (claimRule) {
    case "none":
      return true;
    case "tenant is x":
      return tenant === "x";
    case "tenant is x or y":
      return tenant === "x" || tenant === "y";
    case "roles contain admin":
      return roles === "admin";
    case "tenant exists":
      return tenant !== "absent";
    case "tenant is absent":
      return tenant === "absent";
  }
}

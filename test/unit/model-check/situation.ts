/** Somewhere within a second, so that fractions matter. */
export const NOW = 1_800_000_000;

/** Everything about one guard that a verdict can depend on, in words. */
export const GUARD_FACTS = {
  access: ["bearer", "optional", "public"],
  methods: ["any", "GET"],
  preflights: ["stop", "pass"],
  https: ["unless loopback", "always", "redirect", "never"],
  routeSources: ["all", "authorization", "header", "cookie"],
  onUnknownRevocation: ["deny", "allow"],
  scopes: ["none", "a", "a and b"],
  anyOfScopes: ["none", "b or c"],
  claimRule: ["none", "tenant is x", "tenant is x or y", "roles contain admin", "tenant exists", "tenant is absent"],
  algorithm: ["HS256", "HS256", "ES256", "EdDSA"],
  keys: ["one", "two"],
  issuerSources: ["all", "authorization", "header", "cookie"],
  audience: ["checked", "free"],
  clients: ["any", "app only"],
  tenant: ["free", "required"],
  clockTolerance: [60, 0],
  maxAge: ["none", 600],
  maxLifetime: [86_400, 300],
  tokenId: ["required", "none"],
  versionClaim: ["ver", "none"],
  subjectClaim: ["sub", "user.id"],
  types: ["usual", "at+jwt only"],
} as const;

const TEXT_OR = ["good", "missing", "a number", "empty", "with a control character", "513 bytes", "512 bytes"] as const;

/** Everything about one request, its token and the stores. The first of each list is what nearly always is the case. */
export const REQUEST_FACTS = {
  method: ["GET", "HEAD", "POST", "OPTIONS", "TRACE"],
  scheme: ["https", "http"],
  host: ["remote", "loopback"],
  path: ["of the route", "ambiguous", "reserved", "a lookalike", "elsewhere"],
  asksFor: ["nothing", "GET", "PUT"],
  origin: ["none", "own", "foreign"],
  site: ["none", "same-origin", "cross-site"],
  upgrade: ["no", "yes"],
  authorization: ["none", "token", "basic", "no token", "no b64token", "two tokens", "basic and token", "too long"],
  header: ["none", "token", "two tokens"],
  cookie: ["none", "token", "two tokens", "another cookie"],

  form: [
    "good",
    "two segments",
    "five segments",
    "padded",
    "no JSON",
    "crit",
    "b64 false",
    "alg a number",
    "kid too long",
  ],
  type: ["at+jwt", "absent", "JWT", "application/AT+JWT", "logout+jwt", "x"],
  alg: ["right", "none", "RS512"],
  kid: ["right", "absent", "unknown"],
  issuer: ["ours", "other", "stranger", "missing", "a number"],
  signature: ["good", "damaged", "of another key", "all zero"],
  keySource: ["available", "unavailable"],

  fraction: [0, 0.5],
  issued: [0, -10, -600, -599.5, -660, -660.5, -661, 60, 60.5, 61, 1, 0.5, -301, "missing", "text", -86_101],
  expires: [290, 300, 300.5, 1, 0, -1, -59, -59.5, -60, -60.5, 301, 86_400, 86_401, "missing", "text"],
  notBefore: ["absent", 0, 1, 60, 60.5, 61, "text"],
  aud: ["ours", "list with ours", "other", "list without ours", "list with a number", "a number", "missing"],
  azp: ["absent", "app", "another", "a number"],
  clientId: ["absent", "app", "another", "empty"],
  tenant: ["x", "y", "z", "absent", "null"],
  roles: ["admin", "user", "a text", "absent"],
  confirmation: ["absent", "present"],
  subject: TEXT_OR,
  tokenId: TEXT_OR,
  session: ["good", "missing", "a number", "empty"],
  version: [3, "missing", 0, 4, -1, 1.5, "text"],
  scope: ["a b", "a", "absent", "empty", "list a b", "list c", "list with a blank", "a number", "half a character"],

  store: ["answers", "fails", "hangs", "answered before and fails"],
  tokenRecord: ["none", "revoked", "unreadable"],
  sessionRecord: ["none", "revoked", "cut off", "unreadable"],
  subjectRecord: ["none", "cut off", "minimum", "cut off and minimum", "unreadable"],
  issuerRecord: ["none", "cut off", "unreadable"],
  cutOff: [-1, -0.5, 0, 0.5, 0.999, 1, -3_600],
  minimum: [3, 4, 0, 1, 5],
  until: ["none", -1, -0.5, 0, 0.25, 0.5, 1],
} as const;

type Choice<F extends Readonly<Record<string, readonly unknown[]>>> = { readonly [name in keyof F]: F[name][number] };

export type GuardSetting = Choice<typeof GUARD_FACTS>;
export type RequestFacts = Choice<typeof REQUEST_FACTS>;

export interface Situation {
  readonly guard: GuardSetting;
  readonly request: RequestFacts;
}

/** Facts of a guard. Were all of them strict, hardly anything would get as far as revocation. */
export function anyGuard(random: () => number): GuardSetting {
  return choose(GUARD_FACTS, () => 0.4, random);
}

/** Facts of a request in which only a few things are out of the ordinary. */
export function anyRequest(random: () => number): RequestFacts {
  // Some requests are nearly good, others are bad in several ways at once.
  const oddity = [0.01, 0.02, 0.04, 0.15][Math.floor(random() * 4)] ?? 0;
  const places = ["authorization", "authorization", "header", "cookie"] as const;
  const place = places[Math.floor(random() * places.length)] ?? "authorization";
  const likelihood = (fact: string) =>
    RESTRICTIONS.has(fact) ? 0.2 : BOUNDARIES.has(fact) ? 0.12 : NUMBERS.has(fact) ? 1 : oddity;
  const chosen = choose(REQUEST_FACTS, likelihood, random);
  if (random() < 0.03)
    return { ...chosen, method: "OPTIONS", origin: "foreign", asksFor: random() < 0.5 ? "GET" : "PUT" };
  return random() < 0.97 && chosen[place] === "none" ? { ...chosen, [place]: "token" } : chosen;
}

/** Another request with the very token of one that came before: what a guard remembers of it must not matter. */
export function anyRequestWithTokenOf(before: RequestFacts, random: () => number): RequestFacts {
  const token = Object.entries(before).filter(([fact]) => TOKEN_FACTS.has(fact));
  return { ...anyRequest(random), ...Object.fromEntries(token) };
}

const TOKEN_FACTS: ReadonlySet<string> = new Set(
  (
    "form type alg kid issuer signature issued expires notBefore aud azp clientId tenant roles confirmation subject tokenId " +
    "session version scope"
  ).split(" "),
);

/** How strict records are matters only where there are some. */
const RESTRICTIONS: ReadonlySet<string> = new Set(["tokenRecord", "sessionRecord", "subjectRecord", "issuerRecord"]);
/** Most of these values are harmless or rarely met, and both sides of every boundary are to be seen. */
const BOUNDARIES: ReadonlySet<string> = new Set(["issued", "expires", "notBefore", "store"]);
const NUMBERS: ReadonlySet<string> = new Set([
  "cutOff",
  "minimum",
  "until",
  "fraction",
  "tenant",
  "roles",
  "scope",
  "type",
]);

function choose<F extends Readonly<Record<string, readonly unknown[]>>>(
  facts: F,
  likelihood: (fact: string) => number,
  random: () => number,
): Choice<F> {
  const chosen = Object.entries(facts).map(([fact, values]) => {
    const isOdd = random() < likelihood(fact);
    return [fact, isOdd ? values[Math.floor(random() * values.length)] : values[0]];
  });
  return Object.fromEntries(chosen) as Choice<F>;
}

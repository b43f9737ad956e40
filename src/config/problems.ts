import { KEY_REJECTIONS, type KeyRejection } from "../model/key-rejection.ts";
import { RESERVED_SEGMENT } from "../model/reserved-path.ts";
import { REMEDIES, type RemedyName } from "./remedies.ts";

/** What is wrong, and what to do about it. */
type Text = readonly [problem: string, remedy: string];

/** Some have to be told more. */
export type ProblemText = Text | ((...details: never[]) => Text);

const LOCALLY = "For local work, add it to .dev.vars.";
const TO_LEDGER =
  'Add [[durable_objects.bindings]] with name = "LEDGER" and class_name = "Ledger", or remove the setting.';

function text(problem: string, remedy: string): Text {
  return [problem, remedy];
}

/** Everything that can be wrong with a configuration. Loaded only when something is. */
export const PROBLEMS = {
  misfit: (absent: boolean, remedy: RemedyName, ...details: readonly unknown[]) =>
    text(absent ? "is missing" : "does not fit", remedyOf(remedy, details)),
  unknown: text("is not a setting", "Remove it, or correct its name."),

  listMissing: text("is missing", "Add it; docs/configuration.md has examples."),
  noRoutes: text("is empty", "Add at least one route: what no route matches is refused."),
  noIssuers: text("is empty, but routes need a token", "Add the issuers whose tokens are accepted."),

  noRevocations: text("is not bound", 'Add [[kv_namespaces]] with binding = "REVOCATIONS" to wrangler.toml.'),
  noLedger: text("is no Durable Object namespace", TO_LEDGER),
  needsLedger: text("has no effect without a ledger", TO_LEDGER),
  revocationKey: (absent: boolean) =>
    text(
      absent ? "is missing" : "is too short or has blanks around it",
      `Set a secret of at least 32 characters: openssl rand -base64 32 | npx wrangler secret put REVOCATION_KEY. ${LOCALLY}`,
    ),
  noAssertionKey: text("is missing", "Set the secret ASSERTION_KEY to a private P-256 JWK with a kid."),
  unfitAssertionKey: text("is no private signature key", "Set it to a private P-256 JWK with a kid."),

  noService: (binding: string) =>
    text("names no service binding", `Add [[services]] with binding = "${binding}" to wrangler.toml.`),
  noOrigin: text("is no bare origin", "Write scheme, host and port only, such as https://app.example.com."),
  plainHttp: text(
    "is reached over plain http",
    "Use https: identities must not cross a network in the clear (RFC 9700 §4.13).",
  ),
  noHeaderName: text(
    "makes no header name of its claim",
    'Add header = "X-Jotgate-Claim-…" with letters, digits and hyphens.',
  ),
  headerTwice: (name: string) => text(`uses ${name} twice`, "Give each its own header."),

  issuerTwice: text("appears twice", "Merge the two entries: an issuer has one set of rules."),
  secretTwice: text("is another issuer's, too", "Give each issuer a secret of its own."),
  neverAccepted: (type: string) => text(`has ${type}`, "Remove it: such tokens never grant access."),
  algorithmTwice: (algorithm: string) => text(`has ${algorithm} twice`, "Name each algorithm once."),
  unusableKey: (why: KeyRejection) =>
    text(KEY_REJECTIONS[why], "List public signature keys as JWKs, each with a kid of its own."),
  keyOrigins: text(
    "does not say where its keys come from",
    "Give exactly one of jwksUri, discovery, keys and sharedSecret.",
  ),
  secretAlgorithm: text("does not fit a shared secret", "Name exactly one of HS256, HS384 and HS512."),
  noSecretShared: (algorithm: string) =>
    text(`has ${algorithm}`, "Use HS algorithms with sharedSecret, and only there."),
  insecure: text("is not a secure URL", "Write an https URL without credentials and fragment."),
  noDiscovery: text("is no URL to discover keys from", "Write the issuer's https URL, or use jwksUri."),
  ownSecret: text("names a secret of Jotgate's own", "Use a secret that only this issuer and Jotgate have."),
  noSecret: (name: string) => text("names no secret", `Set it: npx wrangler secret put ${name}. ${LOCALLY}`),
  shortSecret: (least: number, algorithm: string) =>
    text("is too short or no key", `Use at least ${least} random bytes for ${algorithm}, as text or as an oct JWK.`),
  sourceTwice: text("names a source twice", "Name each source once."),

  noPath: text(
    "matches no request",
    "Start with a slash and write whole segments, :name or * for one, a final * for the rest; no query, no dot segments.",
  ),
  reserved: text("is reserved", `Take another path: /${RESERVED_SEGMENT} is Jotgate's own.`),
  foreignSource: text(
    "names a source that no issuer accepts",
    "Add it to the tokenSources of an issuer, or remove it.",
  ),
  unusedBearer: text("has no effect where callers need no token", 'Remove it, or set access = "bearer".'),
  unusedPublic: text("has no effect on a public route", 'Remove it, or set access = "bearer".'),
  neverForwarded: (method: string) => text(`has ${method}`, "Remove it: TRACE and CONNECT are never forwarded."),
  unreachable: (before: string) =>
    text("is never reached", `Move it before the routes that match first (${before}), or remove it.`),
  lookalike: (before: string) =>
    text(
      "is never reached",
      `Write one rule for both: an origin may take its path for one of ${before}, so such requests are refused.`,
    ),

  operatorTwice: text("appears twice", "Give each operator a name of their own."),
  operatorSecretTwice: text("is another operator's, too", "Give each operator a secret of their own."),
  operatorSharedSecret: text("is not for operators", "Give jwksUri, discovery or keys."),
  operatorTokenSources: text("is not for operators", "Remove it: their tokens come as Authorization: Bearer."),
  operatorIdentity: text("differs from the same issuer's in issuers", "Name the same claim in both places."),
  operatorAudience: text(
    "is not for operators alone",
    "Name an audience that tokens for the API behind the guard do not have.",
  ),
  accessTeam: text("is no team's URL", "Write it as https://example.cloudflareaccess.com."),
  accessTwice: text("names somebody twice", "Name each address once."),
} as const satisfies Readonly<Record<string, ProblemText>>;

function remedyOf(name: RemedyName, details: readonly unknown[]): string {
  const remedy: string | ((...details: never[]) => string) = REMEDIES[name];
  return typeof remedy === "string" ? remedy : remedy(...(details as never[]));
}

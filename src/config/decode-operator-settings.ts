import type { OperatorSettings } from "../model/operator.ts";
import type { Problem } from "../model/problem.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { parseSecureUrl } from "../platform/secure-url.ts";
import { role, text } from "./config-schema.ts";
import { decodeIssuer } from "./decode-issuer.ts";
import type { Environment } from "./environment.ts";
import { explainFaults } from "./explain-faults.ts";
import type { SettingPath } from "./fault.ts";
import { FaultList } from "./fault-list.ts";
import { list as listOf, table } from "./form.ts";
import type { OperatorConfig, Settings } from "./settings.ts";

export const operatorAccessSchema = table(
  {
    /** The team's URL, as it stands in `iss`: `https://example.cloudflareaccess.com`. */
    team: text,
    /** AUD tag of the application that covers the operator API. */
    audience: text,
    /** Who may do what. Nobody else may do anything. */
    roles: listOf(table({ email: text, role }, "accessRole"), "tables"),
  },
  "operatorAccess",
);

/**
 * Completes who may use the operator API, besides operators with secrets. This is apart from decodeConfig so that guards without
 * such operators need not have it in memory.
 *
 * @param settings of which `ledger` only has to say whether there is one
 * @returns the settings, or everything that is wrong with them
 */
export function decodeOperatorSettings(
  {
    operators,
    rules,
    ledger,
  }: Pick<Settings, "operators"> & { readonly rules: Pick<Settings["rules"], "issuers">; readonly ledger: unknown },
  env: Environment,
  nameOf: (setting: string) => string,
): OperatorSettings | readonly Problem[] {
  const list = new FaultList();
  const { secrets, operatorIssuer, operatorAccess, selfRevocation } = operators;
  for (const [setting, value] of Object.entries({ operatorIssuer, operatorAccess, selfRevocation })) {
    if (value && ledger === undefined) list.add([setting], "needsLedger");
  }
  const settings = {
    secrets,
    selfRevocation,
    issuer: operatorIssuer && decodeOperatorIssuer(operatorIssuer, rules.issuers, env, list),
    access: operatorAccess && decodeAccess(operatorAccess, rules.issuers, list),
  };
  return list.faults.length > 0 ? explainFaults(list.faults, nameOf) : settings;
}

function decodeOperatorIssuer(
  config: NonNullable<OperatorConfig["operatorIssuer"]>,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  env: Environment,
  list: FaultList,
): TrustedIssuer {
  const at = ["operatorIssuer"];
  const issuer = decodeIssuer(config, at, new Set(), env, list);
  if (config.sharedSecret !== undefined) {
    list.add([...at, "sharedSecret"], "operatorSharedSecret");
  }
  // The form fills in where others are looked for when nobody says.
  if (issuer.tokenSources.length !== 1 || issuer.tokenSources[0]?.kind !== "authorization") {
    list.add([...at, "tokenSources"], "operatorTokenSources");
  }
  requireOwnAudience(issuer, issuers, [...at, "audiences"], list);
  requireSameIdentity(issuer, issuers, at, list);
  return issuer;
}

/** Records are about identities of an issuer: if its tokens were read in two ways, a record would miss those of one. */
function requireSameIdentity(
  issuer: TrustedIssuer,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  at: SettingPath,
  list: FaultList,
): void {
  const other = issuers.get(issuer.issuer);
  if (other === undefined) return;
  for (const claim of ["tokenIdClaim", "sessionIdClaim", "subjectClaim"] as const) {
    if (JSON.stringify(issuer[claim]) === JSON.stringify(other[claim])) continue;
    list.add([...at, claim], "operatorIdentity");
  }
}

/** What Cloudflare Access signs, and how. */
function decodeAccess(
  config: object,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  list: FaultList,
): OperatorSettings["access"] {
  const at = ["operatorAccess"];
  const decoded = list.decode(operatorAccessSchema, config, at);
  if (decoded === undefined) return undefined;
  const { team, audience, roles } = decoded;
  if (parseSecureUrl(team)?.origin !== team) {
    list.add([...at, "team"], "accessTeam");
  }
  const byEmail = new Map(roles.map(({ email, role }) => [email.toLowerCase(), role]));
  if (byEmail.size < roles.length) list.add([...at, "roles"], "accessTwice");
  const issuer: TrustedIssuer = {
    issuer: team,
    keys: { kind: "jwks", uri: `${team}/cdn-cgi/access/certs` },
    audiences: [audience],
    algorithms: ["RS256"],
    acceptedTypes: ["jwt"],
    requiredClaims: [],
    clients: undefined,
    // The longest session that Access offers is a month.
    maxLifetime: 2_678_400,
    maxAge: undefined,
    clockTolerance: 60,
    tokenIdClaim: false,
    sessionIdClaim: ["identity_nonce"],
    subjectClaim: ["email"],
    tokenVersionClaim: undefined,
    scopeClaim: ["scope"],
    tokenSources: [{ kind: "header", name: "cf-access-jwt-assertion" }],
    claimsInUse: new Set(),
  };
  requireOwnAudience(issuer, issuers, [...at, "audience"], list);
  return { issuer, roles: byEmail };
}

/** A token that opens the API behind the guard must not open the guard itself. */
function requireOwnAudience(
  { issuer, audiences }: TrustedIssuer,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  at: SettingPath,
  list: FaultList,
): void {
  const others = issuers.get(issuer)?.audiences ?? [];
  if (!audiences || !others || audiences.some((audience) => others.includes(audience))) {
    list.add(at, "operatorAudience");
  }
}

import type { Settings } from "../../config/settings.ts";
import { type Warn, warnOfAudiences, warnOfLifetime } from "./issuer-warnings.ts";

/** Settings of operators that are allowed, and that give more away than most people want, or nothing at all. */
export function warnOfOperators({ operators, rules }: Settings, warn: Warn): void {
  const { operatorIssuer, operatorAccess } = operators;
  const audiences = new Set([...rules.issuers.values()].flatMap(({ audiences: others }) => others || []));
  if (operatorIssuer !== undefined) {
    const at = "OPERATOR_ISSUER";
    warnOfAudiences(operatorIssuer, at, warn);
    warnOfLifetime(operatorIssuer, at, warn);
    const shared = (operatorIssuer.audiences || []).findIndex((audience) => audiences.has(audience));
    if (shared >= 0) warnOfSharedAudience(`${at}.audiences[${shared}]`, warn);
    for (const setting of ["scopeClaim", "subjectClaim"] as const) {
      if (!isForUsersToSet(operatorIssuer[setting])) continue;
      const [what, right] = MEANINGS[setting];
      const remedy = `Name a claim that the issuer alone decides on, such as ${right}.`;
      warn("claim_of_users", `${at}.${setting}`, `takes ${what} from a claim that users may set themselves`, remedy);
    }
  }
  if (operatorAccess !== undefined) {
    const { audience, roles } = operatorAccess;
    if (Array.isArray(roles) && roles.length === 0) {
      const remedy = "Add a table with email and role for each person, or remove OPERATOR_ACCESS.";
      warn("roles_empty", "OPERATOR_ACCESS.roles", "names nobody, so Cloudflare Access lets nobody in", remedy);
    }
    if (typeof audience === "string" && audiences.has(audience)) warnOfSharedAudience("OPERATOR_ACCESS.audience", warn);
  }
}

const MEANINGS = { scopeClaim: ["roles", "scope"], subjectClaim: ["operators' names", "sub"] } as const;

function warnOfSharedAudience(path: string, warn: Warn): void {
  const remedy = "Name an audience of their own: one name for both makes it easy to ask for the wrong token.";
  warn("audience_shared", path, "is an audience of tokens for the API behind the guard as well", remedy);
}

/**
 * Standard claims of a profile (OpenID Connect Core 1.0 §5.1, §5.7), which are whatever the user says, and what products call the
 * part of a profile that users edit.
 */
const FOR_USERS_TO_SET: ReadonlySet<string> = new Set([
  ...["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"],
  ...["website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "address"],
  ...["user_metadata", "unsafe_metadata"],
]);

/** The outermost name, or the last part of one that is a URL: `https://example.com/user_metadata`. */
function isForUsersToSet(claim: string | readonly string[]): boolean {
  const [outermost = ""] = typeof claim === "string" ? [claim] : claim;
  return FOR_USERS_TO_SET.has(outermost.slice(outermost.lastIndexOf("/") + 1));
}

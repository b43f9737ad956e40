import { decodeOperatorSettings } from "./config/decode-operator-settings.ts";
import type { Environment } from "./config/environment.ts";
import type { Settings } from "./config/settings.ts";
import type { Lifetimes } from "./ledger/plan-command.ts";
import { issuersOf } from "./model/operator.ts";

/**
 * How long tokens of each issuer can be used. Tokens of operators can be revoked, too; records about an issuer of both last as long
 * as the longer-lived tokens.
 *
 * @throws when the configuration is wrong
 */
export function lifetimesOf(settings: Settings, env: Environment): ReadonlyMap<string, Lifetimes> {
  const operators = decodeOperatorSettings(settings, env, String);
  if (!("secrets" in operators)) throw new Error("The configuration is invalid.");
  const lifetimes = new Map<string, Lifetimes>();
  for (const { issuer, maxLifetime, clockTolerance } of [...settings.rules.issuers.values(), ...issuersOf(operators)]) {
    const other = lifetimes.get(issuer) ?? { maxLifetime, clockTolerance };
    lifetimes.set(issuer, {
      maxLifetime: Math.max(maxLifetime, other.maxLifetime),
      clockTolerance: Math.max(clockTolerance, other.clockTolerance),
    });
  }
  return lifetimes;
}

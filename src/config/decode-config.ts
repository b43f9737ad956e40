import type { Problem } from "../model/problem.ts";
import type { TrustedIssuer } from "../model/trusted-issuer.ts";
import { decodeSettings } from "./decode-settings.ts";
import type { Environment } from "./environment.ts";
import { explainFaults } from "./explain-faults.ts";
import type { Settings } from "./settings.ts";

export type DecodedConfig =
  | { readonly ok: true; readonly settings: Settings }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Complete or none, for whoever can find more problems in them. */
      readonly issuers: ReadonlyMap<string, TrustedIssuer>;
    };

/**
 * Turns what an operator wrote into complete settings, or into the list of everything that is wrong with it, in words. Never throws.
 * For those who have the words at hand; the Worker loads them when it needs them.
 *
 * @param config see `JotgateConfig`; nothing about it is taken for granted
 * @param env bindings and secrets
 * @param nameOf how the operator wrote an outermost setting
 */
export function decodeConfig(
  config: unknown,
  env: Environment,
  nameOf: (setting: string) => string = (setting) => setting,
): DecodedConfig {
  const decoded = decodeSettings(config, env);
  if (decoded.ok) return decoded;
  return { ok: false, problems: explainFaults(decoded.faults, nameOf), issuers: decoded.issuers };
}

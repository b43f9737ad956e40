import type { RejectedKey } from "../model/key-rejection.ts";
import type { Fault, SettingPath } from "./fault.ts";

/**
 * What is wrong with keys that were configured and cannot be used.
 *
 * @param settingOf where the settings of a key's issuer stand
 */
export function faultsOfKeys<K extends RejectedKey>(
  unusable: readonly K[],
  settingOf: (key: K) => SettingPath,
): Fault[] {
  return unusable.map((key) => ({
    at: [...settingOf(key), "keys", key.index],
    problem: "unusableKey",
    details: [key.why],
  }));
}

import type { Target } from "./target.ts";
import { commands } from "./targets/commands.ts";
import { configuration } from "./targets/configuration.ts";
import { cookies } from "./targets/cookies.ts";
import { credentials } from "./targets/credentials.ts";
import { keys } from "./targets/keys.ts";
import { operatorApi } from "./targets/operators.ts";
import { path } from "./targets/path.ts";
import { records } from "./targets/records.ts";
import { tokenForm } from "./targets/token-form.ts";
import { tokens } from "./targets/tokens.ts";
import { wrangler } from "./targets/wrangler.ts";

/** Everything that can be fuzzed. */
export const TARGETS: readonly Target[] = [
  ...[path, credentials, cookies, tokenForm, tokens, keys],
  ...[configuration, wrangler, records, commands, operatorApi],
];

export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

import type { Command } from "./command.ts";
import { audit } from "./commands/audit.ts";
import { check } from "./commands/check.ts";
import { completion } from "./commands/completion.ts";
import { cutoff } from "./commands/cutoff.ts";
import { explain } from "./commands/explain.ts";
import { exportRecords } from "./commands/export.ts";
import { importRecords } from "./commands/import.ts";
import { lift } from "./commands/lift.ts";
import { list } from "./commands/list.ts";
import { name } from "./commands/name.ts";
import { operator } from "./commands/operator.ts";
import { raise } from "./commands/raise.ts";
import { revoke } from "./commands/revoke.ts";
import { show } from "./commands/show.ts";
import { status } from "./commands/status.ts";
import { test } from "./commands/test.ts";
import { token } from "./commands/token.ts";

/** All commands, in the order of the help. A new one needs nothing but its place here. */
export const COMMANDS: readonly Command[] = [
  ...[revoke, raise, cutoff, lift, show, list, audit, status, exportRecords, importRecords],
  ...[check, explain, test, name, operator, token, completion],
];

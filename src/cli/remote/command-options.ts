import { randomUUID } from "node:crypto";
import type { Arguments, Context, ExitCode, Option } from "../command.ts";
import { CannotTell, Unacknowledged, UsageError } from "../failures.ts";
import { parseTime } from "../request/time.ts";
import type { Terminal } from "../terminal.ts";
import { acknowledgement as acknowledgementSchema, preview as previewSchema } from "./answers.ts";
import { GuardClient } from "./guard-client.ts";
import { printAcknowledgement, printPreview } from "./print-acknowledgement.ts";
import { readTarget, TARGET_OPTIONS } from "./target.ts";
import { type Waited, waitUntilEnforced } from "./wait-until-enforced.ts";

/** Options of everything that changes something. */
export const COMMAND_OPTIONS: Readonly<Record<string, Option>> = {
  why: { value: "TEXT", help: "Why; stored with the record, so nothing private." },
  id: { value: "ID", help: "Id of the command, when the same one is sent again. Default: a new one." },
  wait: { help: "Return when the guards that answer enforce it." },
  "dry-run": { help: "Only show what would be stored, and what is stored now." },
  ...TARGET_OPTIONS,
};

/** The claim that the commands about a user, a session or an issuer have in common. */
export const ISSUER_OPTION: Readonly<Record<string, Option>> = {
  issuer: { value: "ISS", help: "The claim iss, character by character." },
};

export const UNTIL_OPTION: Readonly<Record<string, Option>> = {
  until: { value: "TIME", help: "End of the record. Default: when no token can be left that it concerns." },
};

/** Exit codes of everything that changes something. */
export const COMMAND_EXIT_CODES = {
  0: "Done, or there was nothing to do.",
  1: "Refused: wrong secret, or the role does not include it.",
  2: "Wrong usage; nothing was changed.",
  3: "Nobody knows whether it was done: ask again with the --id that is named. After --wait also: it is stored, as is shown, and nobody saw guards enforce it.",
} as const;

/**
 * Sends a command and tells what came of it.
 *
 * @throws Unacknowledged when nobody knows whether it was carried out
 */
export async function carryOut(
  name: string,
  command: Readonly<Record<string, unknown>>,
  args: Arguments,
  { terminal }: Context,
): Promise<ExitCode> {
  refuseToWaitForNothing(args);
  const client = new GuardClient(readTarget(args));
  const [id, why] = [args.text("id") ?? randomUUID(), args.text("why")];
  if (args.has("dry-run")) {
    const question = { ...command, id, ...(why !== undefined && { why }), dryRun: true };
    const preview = await terminal.during("Asking the guard …", () => client.post("commands", previewSchema, question));
    if (args.has("json")) terminal.printJson({ format: 1, command: name, id, ...preview });
    else printPreview(preview, terminal);
    return 0;
  }
  const acknowledgement = await terminal
    .during("Asking the guard …", () =>
      client.post("commands", acknowledgementSchema, { ...command, id, ...(why !== undefined && { why }) }),
    )
    .catch((error) => {
      throw error instanceof CannotTell ? new Unacknowledged(error, id, !args.has("id")) : error;
    });
  const waited = args.has("wait") ? await wait(client, acknowledgement, terminal) : undefined;
  if (args.has("json")) {
    terminal.printJson({ format: 1, command: name, id, ...acknowledgement, enforced: waited?.enforced ?? false });
  } else printAcknowledgement(acknowledgement, waited?.enforced ? waited.afterMs : undefined, terminal);
  if (waited === undefined || waited.enforced) return 0;
  terminal.warn(`jotgate ${name}: ${waited.why}`);
  return 3;
}

/** Waits for a change that is stored, and shows that. */
export function wait(client: GuardClient, change: { readonly sequence: number }, terminal: Terminal): Promise<Waited> {
  return terminal.during("Waiting until guards enforce it …", () => waitUntilEnforced(client, change));
}

/** @throws UsageError for a look that is to be waited for: nothing comes of it */
export function refuseToWaitForNothing(args: Arguments): void {
  if (args.has("dry-run") && args.has("wait")) throw new UsageError("Give either --dry-run or --wait.");
}

/** @throws UsageError when a needed option is missing */
export function need(args: Arguments, option: string, what: string): string {
  const value = args.text(option);
  if (value === undefined) throw new UsageError(`Say ${what}: --${option}.`);
  return value;
}

/** A time as a NumericDate; undefined when the option is not there. */
export function readTimeOption(args: Arguments, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) {
    throw new UsageError(`Write --${option} as a NumericDate or as a date and time: 2030-01-01T00:00:00Z.`);
  }
  return time;
}

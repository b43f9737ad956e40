import { plain, printable } from "../../explain/printable.ts";
import { writeTime } from "../../explain/write-time.ts";
import type { Acknowledgement, Preview, StoredRecord } from "../../model/revocation-command.ts";
import type { Terminal } from "../terminal.ts";

/** @param enforcedAfter milliseconds that was waited until guards enforced it; undefined when nobody waited */
export function printAcknowledgement(
  { changed, name, before, record, sequence, enforcedBy }: Acknowledgement,
  enforcedAfter: number | undefined,
  terminal: Terminal,
): void {
  const verdict = changed ? terminal.style("green", "Stored") : terminal.style("dim", "Nothing to change");
  terminal.print(`${verdict}: ${plain(name)}, change ${sequence}.`);
  if (record === null) {
    terminal.print("  there is no record under this name now");
    for (const line of before ? describeRecord(before, false) : []) terminal.print(`  taken away: ${line}`);
  } else for (const line of describeRecord(record)) terminal.print(`  ${line}`);
  if (enforcedAfter !== undefined) {
    terminal.print(`The guards that answer enforce it (after ${(enforcedAfter / 1000).toFixed(1)} s).`);
  } else if (changed) terminal.print(`Every guard enforces it by ${writeTime(enforcedBy)}.`);
}

/** What a command would do, beside what there is. */
export function printPreview({ changed, name, before, record }: Preview, terminal: Terminal): void {
  const verdict = changed ? terminal.style("yellow", "Would be stored") : terminal.style("dim", "Would change nothing");
  terminal.print(`${verdict}: ${plain(name)}.`);
  const show = (when: string, what: StoredRecord | null) => {
    terminal.print(`  ${when}:`);
    for (const line of what === null ? ["no record"] : describeRecord(what)) terminal.print(`    ${line}`);
  };
  show("now", before);
  if (changed) show("then", record);
}

/**
 * What a record says, a line for each thing.
 *
 * @param counts whether it does; otherwise nobody is told that it lasts until it is lifted
 */
export function describeRecord(record: StoredRecord, counts = true): readonly string[] {
  const { revoked, issuedBefore, minimumTokenVersion, until, by, why, at } = record;
  return [
    revoked && "dead, whatever its age",
    issuedBefore !== undefined && `dead when issued at ${writeTime(issuedBefore)} or before`,
    minimumTokenVersion !== undefined && `dead below version ${minimumTokenVersion}`,
    until === undefined ? counts && "until it is lifted" : `until ${writeTime(until)}`,
    by !== undefined && `by ${printable(by)}`,
    why !== undefined && `because ${printable(why)}`,
    at !== undefined && `written ${writeTime(at)}`,
  ].filter((line) => typeof line === "string");
}

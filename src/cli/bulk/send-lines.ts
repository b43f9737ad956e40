import { KEPT_AFTER_END } from "../../ledger/adoption.ts";
import type { Problem } from "../../model/problem.ts";
import type { Acknowledgement, StoredRecord } from "../../model/revocation-command.ts";
import { NoAnswer } from "../failures.ts";
import { batch as batchSchema, previewBatch } from "../remote/answers.ts";
import type { GuardClient } from "../remote/guard-client.ts";
import { patiently } from "../remote/patiently.ts";
import { decodeLine } from "./decode-line.ts";
import { readLines } from "./read-lines.ts";
import type { BadLine } from "./survey.ts";

/** The most that the guard takes at once, in commands and, with some room, in bytes. */
const MOST_COMMANDS = 500;
const MOST_BYTES = 480 * 1024;

/** What came of one command. */
type Result =
  | { readonly ok: true; readonly acknowledgement: Pick<Acknowledgement, "changed" | "sequence"> }
  | { readonly ok: true; readonly preview: { readonly changed: boolean } }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What came of what was sent so far. */
export interface Sent {
  /** Lines that were dealt with, whatever came of them. */
  readonly lines: number;
  /** The last line that was dealt with, whatever came of it; 0 for none. */
  readonly through: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Records that had stopped counting, and were left out. */
  readonly ended: number;
  /** What the guard refused. */
  readonly refused: readonly BadLine[];
  /** Number of the last change. */
  readonly sequence: number;
}

export interface Sending {
  readonly client: GuardClient;
  readonly why: string | undefined;
  readonly dryRun: boolean;
  /** How long to ask again, in milliseconds, when the guard does not answer. */
  readonly patience: number;
  /** Goes on after what the guard refuses. */
  readonly keepGoing: boolean;
  /** Lines up to this one are done. */
  readonly after: number;
  readonly idOf: (line: number) => string;
  /** Says what goes on, for people. */
  readonly say: (what: string) => void;
  /** Told after each batch; `through` is the last line before which all is dealt with. */
  readonly onBatch: (sent: Sent, through: number) => void;
}

interface Waiting {
  readonly line: number;
  readonly command: object;
}

/**
 * Sends the lines of a file in batches, in their order. Lines that do not fit are passed over: whoever calls has looked at them.
 *
 * @throws CannotTell when the guard gives no answer to rely on; what was reported by `onBatch` is done
 */
export async function sendLines(file: string, sending: Sending): Promise<Sent> {
  const now = Date.now() / 1000;
  let sent: Sent = { lines: 0, through: sending.after, changed: 0, unchanged: 0, ended: 0, refused: [], sequence: 0 };
  let [batch, bytes, dealtWith]: [Waiting[], number, number] = [[], 0, 0];
  const send = async (through: number) => {
    sent = add({ ...sent, lines: sent.lines + dealtWith, through }, batch, await sendBatch(batch, sending));
    [batch, bytes, dealtWith] = [[], 0, 0];
    const stopped = sending.keepGoing ? undefined : sent.refused[0];
    sending.onBatch(sent, stopped === undefined ? through : stopped.line - 1);
    return stopped !== undefined;
  };
  let last = sending.after;
  for await (const { number, text } of readLines(file)) {
    if (number <= sending.after || text?.trim() === "") continue;
    const decoded = decodeLine(text, sending.idOf(number));
    const size = decoded.ok ? Buffer.byteLength(JSON.stringify(decoded.command)) : 0;
    if (batch.length === MOST_COMMANDS || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      if (await send(last)) return sent;
    }
    last = number;
    dealtWith++;
    if (!decoded.ok) continue;
    if (hasEnded(decoded.command, now)) sent = { ...sent, ended: sent.ended + 1 };
    else {
      const { why } = sending;
      batch.push({ line: number, command: { ...(why !== undefined && { why }), ...decoded.command } });
      bytes += size;
    }
  }
  await send(last);
  return sent;
}

/** What no longer counts at any guard need not be brought back. */
function hasEnded(command: Readonly<Record<string, unknown>>, now: number): boolean {
  const { until } = command["do"] === "restore" ? (command["record"] as StoredRecord) : {};
  return until !== undefined && until + KEPT_AFTER_END <= now;
}

async function sendBatch(
  batch: readonly Waiting[],
  { client, dryRun, patience, say }: Sending,
): Promise<readonly Result[]> {
  if (batch.length === 0) return [];
  const commands = batch.map(({ command }) => command);
  // Their ids make it safe to send them once more.
  return patiently(
    async () => {
      const { results } = dryRun
        ? await client.post("batch", previewBatch, { dryRun, commands })
        : await client.post("batch", batchSchema, { commands });
      if (results.length === commands.length) return results;
      throw new NoAnswer("The guard did not answer for all commands.");
    },
    patience,
    say,
  );
}

/** Nothing is wrong with what an operator only may not do. */
function reasonsOf(problems: readonly Problem[]): readonly Problem[] {
  return problems.length > 0
    ? problems
    : [{ path: "line", problem: "is refused", remedy: "Ask somebody whose role includes it." }];
}

function add(before: Sent, batch: readonly Waiting[], results: readonly Result[]): Sent {
  let { changed, unchanged, sequence } = before;
  const refused = [...before.refused];
  for (const [index, result] of results.entries()) {
    if (!result.ok) refused.push({ line: batch[index]?.line ?? 0, problems: reasonsOf(result.problems) });
    else {
      const { changed: isChange } = "preview" in result ? result.preview : result.acknowledgement;
      if (isChange) changed++;
      else unchanged++;
      if ("acknowledgement" in result) sequence = Math.max(sequence, result.acknowledgement.sequence);
    }
  }
  return { ...before, changed, unchanged, sequence, refused };
}

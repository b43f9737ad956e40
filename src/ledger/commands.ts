import type { PreviewResult } from "../model/ledger-desk.ts";
import type { Acknowledgement, RevocationCommand } from "../model/revocation-command.ts";
import { mergeRecords } from "../revocation/merge-records.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import { queued } from "./adoption.ts";
import { fingerprint } from "./asked.ts";
import { decodeCommand } from "./decode-command.ts";
import type { History, Source } from "./history.ts";
import { toStored } from "./kv-entry.ts";
import { CommandRefused } from "./ledger-errors.ts";
import { type About, addsTo, isSame, kindOf, type LedgerRow, NOTHING, newRow } from "./ledger-row.ts";
import { type Lifetimes, type Plan, planCommand, planRestore, problemOfEnd, targetOf } from "./plan-command.ts";
import type { LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

/** A command that was found right, and the name that it is about. */
export interface NamedCommand {
  readonly command: RevocationCommand;
  readonly name: RecordName;
  /** Undefined for a lift. */
  readonly plan: Plan | undefined;
}

/** Carries commands out. */
export class Commands {
  readonly #storage: LedgerStorage;
  readonly #store: RecordStore;
  readonly #history: History;
  readonly #bound: number;

  /** @param bound B, in milliseconds */
  constructor(storage: LedgerStorage, store: RecordStore, history: History, bound: number) {
    this.#storage = storage;
    this.#store = store;
    this.#history = history;
    this.#bound = bound;
  }

  /**
   * One transaction; what it writes counts once it is durable. Merges by maximum, and does nothing for an id that was
   * answered before.
   *
   * @param now milliseconds
   * @param source whose command it is, when it came through the operator API: only then a repetition is put on record
   * @throws CommandRefused when the id was given to another command, or the record would be over already
   */
  carryOut({ command, name, plan }: NamedCommand, now: number, source?: Source): Acknowledgement {
    return this.#storage.transaction(() => {
      const asked = fingerprint(command, name);
      const answered = this.#history.answered(command.id);
      if (answered !== undefined) {
        if (answered.asked === asked) {
          const { do: op, id, by = "", why = null } = command;
          if (source) this.#history.addAttempt({ op, name, id, by, why, asked, ...source, problem: null }, now);
          return answered.answer;
        }
        const remedy = "Give every command an id of its own.";
        throw new CommandRefused([{ path: "id", problem: "was given to another command", remedy }]);
      }
      // Only here, so that a command that was carried out in time can be asked again later.
      if (plan !== undefined && command.do !== "lift" && command.do !== "restore") {
        const ended = problemOfEnd(command, plan, now / 1000);
        if (ended !== undefined) throw new CommandRefused([ended]);
      }
      const before = this.#store.find(name) ?? newRow(name);
      const after =
        plan === undefined
          ? lift(before, command, now, this.#store.head().head + 1)
          : restrict(before, plan, command, now);
      const row = after === undefined ? before : this.#store.change(after, now);
      const answer: Acknowledgement = {
        // Nothing was ever known of the name: it is so as of now.
        sequence: row.sequence === 0 ? this.#store.head().head : row.sequence,
        changed: after !== undefined,
        name,
        kind: kindOf(name),
        before: before.live ? toStored(before) : null,
        record: row.live ? toStored(row) : null,
        enforcedBy: (now + this.#bound) / 1000,
      };
      this.#history.addCommand(command, { asked, answer }, source ?? UNSAID, now);
      return answer;
    });
  }

  /**
   * What {@link carryOut} would do with commands one after the other: it is done, looked at and undone.
   *
   * @param now milliseconds
   */
  preview(previewed: readonly Previewed[], now: number): readonly PreviewResult[] {
    try {
      return this.#storage.transaction<never>(() => {
        throw new Undone(previewed.map((one) => this.#tryOut(one, now)));
      });
    } catch (error) {
      if (error instanceof Undone) return error.results;
      throw error;
    }
  }

  #tryOut({ named, prepare }: Previewed, now: number): PreviewResult {
    try {
      prepare();
      const row = this.#store.find(named.name);
      const before = row?.live ? toStored(row) : null;
      // What was carried out before is not carried out again.
      const isRepeated = this.#history.answered(named.command.id) !== undefined;
      const { name, kind, ...after } = this.carryOut(named, now);
      const { changed, record } = isRepeated ? { changed: false, record: before } : after;
      const enforcedBy = (now + this.#bound) / 1000;
      return { ok: true, preview: { dryRun: true, changed, name, kind, before, record, enforcedBy } };
    } catch (error) {
      if (error instanceof CommandRefused) return { ok: false, problems: error.problems };
      throw error;
    }
  }
}

/** A command to be looked at. */
export interface Previewed {
  readonly named: NamedCommand;
  /** Writes what would have been found out before the command. */
  readonly prepare: () => void;
}

/** Undoes what was done only to be looked at. */
class Undone extends Error {
  readonly results: readonly PreviewResult[];

  constructor(results: readonly PreviewResult[]) {
    super("This was only to be looked at.");
    this.results = results;
  }
}

/**
 * Finds out what a command is about, and everything that is wrong with it.
 *
 * @param now milliseconds
 * @throws CommandRefused
 */
export async function nameCommand(
  input: unknown,
  issuers: ReadonlyMap<string, Lifetimes>,
  namer: RecordNamer,
  now: number,
): Promise<NamedCommand> {
  const decoded = decodeCommand(input, issuers);
  if (!decoded.ok) throw new CommandRefused(decoded.problems);
  const { command } = decoded;
  if (command.do === "lift") {
    if (command.name !== undefined) return { command, name: command.name as RecordName, plan: undefined };
    const { kind, value } = targetOf(command);
    return { command, name: await namer.name(kind, command.issuer, value), plan: undefined };
  }
  if (command.do === "restore") {
    const plan = planRestore(command);
    if ("problem" in plan) throw new CommandRefused([plan]);
    return { command, name: command.name as RecordName, plan };
  }
  const plan = planCommand(command, issuers.get(command.issuer) ?? { maxLifetime: 0, clockTolerance: 0 }, now / 1000);
  if ("problem" in plan) throw new CommandRefused([plan]);
  const { kind, value } = targetOf(command);
  return { command, name: await namer.name(kind, command.issuer, value), plan };
}

/** Of a command that did not come through the operator API. */
const UNSAID: Source = { via: null, from: null };

function restrict(before: LedgerRow, plan: Plan, command: RevocationCommand, now: number): LedgerRow | undefined {
  const { says } = plan;
  // What is over says nothing any more. Merged with what still counts, it would begin anew.
  if (command.do === "restore" && says.until !== undefined && says.until <= now / 1000) return undefined;
  const record = before.live ? mergeRecords(before.record, says) : says;
  if (before.live && !before.invalid && isSame(record, before.record)) return undefined;
  const about = addsTo(before, record, now) ? (plan.about ?? aboutOf(command, now)) : before.about;
  const after = { ...before, record, about, live: true, invalid: false, withdrawn: before.withdrawn || before.invalid };
  return queued(after, "replace", now);
}

/** @param sequence the number that the lift will have */
function lift(before: LedgerRow, command: RevocationCommand, now: number, sequence: number): LedgerRow | undefined {
  if (!before.live) return undefined;
  const after: LedgerRow = {
    ...before,
    record: NOTHING,
    live: false,
    invalid: false,
    withdrawn: true,
    // A second lift within the time in which copies of the first may show up covers both.
    lifted: before.lifted === null ? before.record : mergeRecords(before.lifted, before.record),
    liftedAbout: aboutOf(command, now),
    liftedSequence: sequence,
    goneAt: null,
  };
  return queued(after, "delete", now);
}

function aboutOf({ by, why }: RevocationCommand, now: number): About {
  return { ...(by !== undefined && { by }), ...(why !== undefined && { why }), at: Math.floor(now / 1000) };
}

import type { Acknowledgement, Preview, RevocationCommand } from "../model/revocation-command.ts";
import { mergeRecords } from "../revocation/merge-records.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import { queued } from "./adoption.ts";
import { decodeCommand } from "./decode-command.ts";
import type { History } from "./history.ts";
import { toStored } from "./kv-entry.ts";
import { CommandRefused } from "./ledger-errors.ts";
import { isSame, kindOf, type LedgerRow, NOTHING, newRow } from "./ledger-row.ts";
import { type Lifetimes, type Plan, planCommand, planRestore, problemOfEnd } from "./plan-command.ts";
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
   * @param from where the command came from; a repetition is put on record only when this is said
   * @throws CommandRefused when the id was given to another command, or the record would be over already
   */
  carryOut({ command, name, plan }: NamedCommand, now: number, from?: string | null): Acknowledgement {
    return this.#storage.transaction(() => {
      const asked = fingerprint(command, name);
      const answered = this.#history.answered(command.id);
      if (answered !== undefined) {
        if (answered.asked === asked) {
          const { do: op, by = "", why = null } = command;
          if (from !== undefined) this.#history.addAttempt({ op, name, by, why, from, problem: null }, now);
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
        plan === undefined ? lift(before, now, this.#store.head().head + 1) : restrict(before, plan, command, now);
      const row = after === undefined ? before : this.#store.change(after);
      const answer: Acknowledgement = {
        // Nothing was ever known of the name: it is so as of now.
        sequence: row.sequence === 0 ? this.#store.head().head : row.sequence,
        changed: after !== undefined,
        name,
        kind: kindOf(name),
        record: row.live ? toStored(row) : null,
        enforcedBy: (now + this.#bound) / 1000,
      };
      this.#history.addCommand(command, { asked, answer }, from ?? null, now);
      return answer;
    });
  }

  /**
   * What {@link carryOut} would do: it is done, looked at and undone.
   *
   * @param prepare writes what would have been found out before the command
   * @param now milliseconds
   */
  preview(named: NamedCommand, prepare: () => void, now: number): Preview {
    try {
      return this.#storage.transaction<never>(() => {
        prepare();
        const row = this.#store.find(named.name);
        const before = row?.live ? toStored(row) : null;
        // What was carried out before is not carried out again.
        const isRepeated = this.#history.answered(named.command.id) !== undefined;
        const { name, kind, ...after } = this.carryOut(named, now);
        const { changed, record } = isRepeated ? { changed: false, record: before } : after;
        throw new Undone({ dryRun: true, changed, name, kind, before, record, enforcedBy: (now + this.#bound) / 1000 });
      });
    } catch (error) {
      if (error instanceof Undone) return error.preview;
      throw error;
    }
  }
}

/** Undoes what was done only to be looked at. */
class Undone extends Error {
  readonly preview: Preview;

  constructor(preview: Preview) {
    super("This was only to be looked at.");
    this.preview = preview;
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
  if (command.do === "lift") return { command, name: command.name as RecordName, plan: undefined };
  if (command.do === "restore") {
    const plan = planRestore(command);
    if ("problem" in plan) throw new CommandRefused([plan]);
    return { command, name: command.name as RecordName, plan };
  }
  const plan = planCommand(command, issuers.get(command.issuer) ?? { maxLifetime: 0, clockTolerance: 0 }, now / 1000);
  if ("problem" in plan) throw new CommandRefused([plan]);
  return { command, name: await namer.name(plan.kind, command.issuer, plan.value), plan };
}

function restrict(before: LedgerRow, plan: Plan, command: RevocationCommand, now: number): LedgerRow | undefined {
  const { says } = plan;
  const record = before.live ? mergeRecords(before.record, says) : says;
  if (before.live && !before.invalid && isSame(record, before.record)) return undefined;
  const { by, why } = command;
  const own = { ...(by !== undefined && { by }), ...(why !== undefined && { why }), at: Math.floor(now / 1000) };
  // Who asks for no more than what is stored may make it last longer, and that must not replace why it is there.
  const adds = !counts(before, now) || !isSame({ ...record, until: before.record.until }, before.record);
  const about = adds ? (plan.about ?? own) : before.about;
  const after = { ...before, record, about, live: true, invalid: false, withdrawn: before.withdrawn || before.invalid };
  return queued(after, "replace", now);
}

/** Whether a row restricts anybody any more: until it is cleared away, it is there after its end as well. */
function counts({ live, record: { until } }: LedgerRow, now: number): boolean {
  return live && (until === undefined || until > now / 1000);
}

/** @param sequence the number that the lift will have */
function lift(before: LedgerRow, now: number, sequence: number): LedgerRow | undefined {
  if (!before.live) return undefined;
  const after: LedgerRow = {
    ...before,
    record: NOTHING,
    about: {},
    live: false,
    invalid: false,
    withdrawn: true,
    // A second lift within the time in which copies of the first may show up covers both.
    lifted: before.lifted === null ? before.record : mergeRecords(before.lifted, before.record),
    liftedSequence: sequence,
    goneAt: null,
  };
  return queued(after, "delete", now);
}

/** What was asked, without any identity: the record's name stands for it. */
function fingerprint(command: RevocationCommand, name: RecordName): string {
  const asks = command.do === "restore" ? command.record : command;
  const { until, expiresAt, issuedBefore, minimumTokenVersion } = asks as unknown as Record<string, unknown>;
  return JSON.stringify(
    [command.do, name, until, expiresAt, issuedBefore, minimumTokenVersion].map((value) => value ?? null),
  );
}

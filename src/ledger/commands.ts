import type { Acknowledgement, RevocationCommand } from "../model/revocation-command.ts";
import { mergeRecords } from "../revocation/merge-records.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import { queued } from "./adoption.ts";
import { decodeCommand } from "./decode-command.ts";
import type { History } from "./history.ts";
import { toStored } from "./kv-entry.ts";
import { CommandRefused } from "./ledger-errors.ts";
import { isSame, kindOf, type LedgerRow, NOTHING, newRow } from "./ledger-row.ts";
import { type Lifetimes, type Plan, planCommand } from "./plan-command.ts";
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
   */
  carryOut({ command, name, plan }: NamedCommand, now: number): Acknowledgement {
    return this.#storage.transaction(() => {
      const asked = fingerprint(command, name);
      const answered = this.#history.answered(command.id);
      if (answered !== undefined) {
        if (answered.asked === asked) return answered.answer;
        const remedy = "Give every command an id of its own.";
        throw new CommandRefused([{ path: "id", problem: "was given to another command", remedy }]);
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
      this.#history.addCommand(command, { asked, answer }, now);
      return answer;
    });
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
  const plan = planCommand(command, issuers.get(command.issuer) ?? { maxLifetime: 0, clockTolerance: 0 }, now / 1000);
  if ("problem" in plan) throw new CommandRefused([plan]);
  return { command, name: await namer.name(plan.kind, command.issuer, plan.value), plan };
}

function restrict(before: LedgerRow, { says }: Plan, command: RevocationCommand, now: number): LedgerRow | undefined {
  const record = before.live ? mergeRecords(before.record, says) : says;
  if (before.live && !before.invalid && isSame(record, before.record)) return undefined;
  const { by, why } = command;
  const about = { ...(by !== undefined && { by }), ...(why !== undefined && { why }), at: Math.floor(now / 1000) };
  const after = { ...before, record, about, live: true, invalid: false, withdrawn: before.withdrawn || before.invalid };
  return queued(after, "replace", now);
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
  const {
    do: action,
    until,
    expiresAt,
    issuedBefore,
    minimumTokenVersion,
  } = command as unknown as Record<string, unknown>;
  return JSON.stringify(
    [action, name, until, expiresAt, issuedBefore, minimumTokenVersion].map((value) => value ?? null),
  );
}

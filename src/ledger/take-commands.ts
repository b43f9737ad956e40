import type { Attempt, CommandResult, PreviewResult } from "../model/ledger-desk.ts";
import type { Problem } from "../model/problem.ts";
import type { Acknowledgement } from "../model/revocation-command.ts";
import type { Clock } from "../platform/clock.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import type { Adoption } from "./adoption.ts";
import { describeAttempt } from "./asked.ts";
import { type Commands, type NamedCommand, nameCommand, type Previewed } from "./commands.ts";
import type { History, Source } from "./history.ts";
import { readKey } from "./kv-access.ts";
import type { KvEntry } from "./kv-entry.ts";
import { CommandRefused } from "./ledger-errors.ts";
import type { Lifetimes } from "./plan-command.ts";
import type { LedgerKv, LedgerStorage } from "./ports.ts";
import type { RecordStore } from "./record-store.ts";

interface Options {
  readonly storage: LedgerStorage;
  readonly kv: LedgerKv;
  readonly namer: RecordNamer;
  readonly issuers: ReadonlyMap<string, Lifetimes>;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** What taking commands needs of the ledger. */
interface Surroundings {
  readonly store: RecordStore;
  readonly history: History;
  readonly adoption: Adoption;
  readonly commands: Commands;
  /** The ledger's time in milliseconds. */
  readonly now: () => number;
  /** Whether KV was read through. Throws when the object is worth nothing any more, as `check` does. */
  readonly isReady: () => boolean;
  readonly check: () => void;
}

/** Takes commands from their text to what the tables have. What it writes counts once it is durable. */
export class CommandTaker {
  readonly #options: Options;
  readonly #ledger: Surroundings;

  constructor(options: Options, ledger: Surroundings) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /** Carries a command out. @throws CommandRefused with everything that is wrong with it */
  async carryOut(command: unknown): Promise<Acknowledgement> {
    return this.#carryOut(await this.#name(command));
  }

  /** What commands would do one after the other. Writes nothing. */
  async preview(inputs: readonly unknown[]): Promise<readonly PreviewResult[]> {
    const { commands, adoption, now, check } = this.#ledger;
    const asked = [];
    for (const input of inputs) {
      asked.push(
        await refusalAsAnswer(async () => {
          const named = await this.#name(input);
          return { ok: true as const, named, unknown: await this.#readUnknown(named) };
        }),
      );
    }
    check();
    const at = now();
    const previewed = asked.flatMap((one): Previewed[] => {
      if (!one.ok) return [];
      const { named, unknown } = one;
      return [{ named, prepare: () => unknown && adoption.merge(named.name, unknown, at) }];
    });
    const previews = commands.preview(previewed, at).values();
    return asked.map((one) => (one.ok ? (previews.next().value as PreviewResult) : one));
  }

  /** Carries out what an operator asks for. What was refused, here or before, gets an entry in the history. */
  async take({ command, by, via, from, refused }: Attempt): Promise<CommandResult> {
    const { history, now, check } = this.#ledger;
    const given = { id: this.#options.newId(), ...command, by };
    let problems: readonly Problem[] = [];
    let name: RecordName | null = null;
    try {
      const named = await this.#name(given);
      name = named.name;
      if (refused === undefined) return { ok: true, acknowledgement: await this.#carryOut(named, { via, from }) };
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      if (refused === undefined) problems = error.problems;
    }
    check();
    const attempt = { ...describeAttempt(command, name), name, by, via, from, problem: refused ?? "invalid_request" };
    history.addAttempt(attempt, now());
    return { ok: false, problems };
  }

  #name(command: unknown): Promise<NamedCommand> {
    const { check, now } = this.#ledger;
    check();
    return nameCommand(command, this.#options.issuers, this.#options.namer, now());
  }

  /** @param source undefined when it did not come through the operator API */
  async #carryOut(named: NamedCommand, source?: Source): Promise<Acknowledgement> {
    const { commands, adoption, now, check } = this.#ledger;
    const unknown = await this.#readUnknown(named);
    check();
    if (unknown !== undefined) this.#options.storage.transaction(() => adoption.merge(named.name, unknown, now()));
    return commands.carryOut(named, now(), source);
  }

  /** A record may have been written into KV that no scan has seen yet: what is to be lifted has to be known. */
  async #readUnknown({ command, name, plan }: NamedCommand): Promise<KvEntry | undefined> {
    const { history, store, isReady, check } = this.#ledger;
    if (plan !== undefined || history.answered(command.id) !== undefined) return undefined;
    // Before KV was read through, a row may say less than what KV has under its name.
    if (isReady() && store.find(name)?.live) return undefined;
    const entry = await readKey(this.#options.kv, name, this.#options.clock);
    check();
    return entry;
  }
}

/** A refusal as an answer: an error would lose its problems on the way between two Workers. */
export async function refusalAsAnswer<T>(
  ask: () => Promise<T>,
): Promise<T | { readonly ok: false; readonly problems: readonly Problem[] }> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CommandRefused) return { ok: false, problems: error.problems };
    throw error;
  }
}

import type { Attempt, CommandResult, PreviewResult } from "../model/ledger-desk.ts";
import type { Problem } from "../model/problem.ts";
import type { Acknowledgement } from "../model/revocation-command.ts";
import type { Clock } from "../platform/clock.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import type { Adoption } from "./adoption.ts";
import { describeAttempt } from "./asked.ts";
import { type Commands, type NamedCommand, nameCommand, type Previewed } from "./commands.ts";
import type { History, Source } from "./history.ts";
import { readKey, readValues } from "./kv-access.ts";
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

/** What somebody asks for, and the command that it is. */
interface Given {
  readonly attempt: Attempt;
  readonly command: object;
}

/** Names under which KV had nothing a moment ago. */
type Absent = ReadonlySet<RecordName>;

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
    const absent = await this.#findAbsent(inputs);
    const asked = [];
    for (const input of inputs) {
      asked.push(
        await refusalAsAnswer(async () => {
          const named = await this.#name(input);
          return { ok: true as const, named, unknown: await this.#readUnknown(named, absent) };
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

  /** Carries out what operators ask for, in their order. What was refused, here or before, gets an entry in the history. */
  async takeAll(attempts: readonly Attempt[]): Promise<readonly CommandResult[]> {
    const all = attempts.map((attempt): Given => {
      const { command, by } = attempt;
      return { attempt, command: { id: this.#options.newId(), ...command, by } };
    });
    const absent = await this.#findAbsent(
      all.flatMap(({ attempt, command }) => (attempt.refused === undefined ? command : [])),
    );
    const results: CommandResult[] = [];
    for (const given of all) results.push(await this.#take(given, absent));
    return results;
  }

  async #take({ attempt, command: given }: Given, absent: Absent): Promise<CommandResult> {
    const { command, by, via, from, refused } = attempt;
    const { history, now, check } = this.#ledger;
    let problems: readonly Problem[] = [];
    let name: RecordName | null = null;
    try {
      const named = await this.#name(given);
      name = named.name;
      if (refused === undefined)
        return { ok: true, acknowledgement: await this.#carryOut(named, { via, from }, absent) };
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      if (refused === undefined) problems = error.problems;
    }
    check();
    const described = { ...describeAttempt(command, name), name, by, via, from };
    history.addAttempt({ ...described, problem: refused ?? "invalid_request" }, now());
    return { ok: false, problems };
  }

  #name(command: unknown): Promise<NamedCommand> {
    const { check, now } = this.#ledger;
    check();
    return nameCommand(command, this.#options.issuers, this.#options.namer, now());
  }

  /** @param source undefined when it did not come through the operator API */
  async #carryOut(named: NamedCommand, source?: Source, absent?: Absent): Promise<Acknowledgement> {
    const { commands, adoption, now, check } = this.#ledger;
    const unknown = await this.#readUnknown(named, absent);
    check();
    if (unknown !== undefined) this.#options.storage.transaction(() => adoption.merge(named.name, unknown, now()));
    return commands.carryOut(named, now(), source);
  }

  /** A record may have been written into KV that no scan has seen yet: what is to be lifted has to be known. */
  async #readUnknown(named: NamedCommand, absent?: Absent): Promise<KvEntry | undefined> {
    if (absent?.has(named.name) || !this.#mayBeUnknown(named)) return undefined;
    const entry = await readKey(this.#options.kv, named.name, this.#options.clock);
    this.#ledger.check();
    return entry;
  }

  #mayBeUnknown({ command, name, plan }: NamedCommand): boolean {
    const { history, store, isReady } = this.#ledger;
    if (plan !== undefined || history.answered(command.id) !== undefined) return false;
    // Before KV was read through, a row may say less than what KV has under its name.
    return !(isReady() && store.find(name)?.live);
  }

  /** Of what a list is to lift, the names under which KV has nothing: asked for many at a time, as KV allows few questions. */
  async #findAbsent(commands: readonly unknown[]): Promise<Absent> {
    const { kv, clock } = this.#options;
    const names = new Set<RecordName>();
    for (const command of commands.length > 1 ? commands.filter(isLift) : []) {
      const named = await refusalAsAnswer(async () => ({ ok: true as const, ...(await this.#name(command)) }));
      if (named.ok && this.#mayBeUnknown(named)) names.add(named.name);
    }
    const values = names.size === 0 ? new Map<RecordName, string | null>() : await readValues(kv, [...names], clock);
    this.#ledger.check();
    return new Set([...values].flatMap(([name, value]) => (value === null ? name : [])));
  }
}

function isLift(command: unknown): boolean {
  return (command as { do?: unknown } | null | undefined)?.do === "lift";
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

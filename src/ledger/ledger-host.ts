import type {
  Attempt,
  CommandResult,
  HistoryPage,
  HistoryQuery,
  ListedRecord,
  PreviewResult,
  RecordsPage,
  RecordsQuery,
  StateResult,
  TurnedAway,
} from "../model/ledger-desk.ts";
import { systemClock } from "../platform/clock.ts";
import type { FeedAnswer, FeedQuestion, LookAnswer } from "../revocation/feed.ts";
import { type RecordName, RecordNamer } from "../revocation/record-name.ts";
import { Ledger } from "./ledger.ts";
import type { LedgerCalls, LedgerObjectSettings } from "./ledger-calls.ts";
import { LedgerLost } from "./ledger-errors.ts";
import { storageOf } from "./sql-storage.ts";
import type { LedgerStatus } from "./status.ts";

/** Milliseconds until work that failed for no known reason is tried again. */
const RETRY_MS = 5_000;

/** An alarm that is later than this is taken for lost, in milliseconds. */
const LATEST_ALARM_MS = 60_000;

/** The ledger inside its Durable Object: the storage, the alarm, and the end of an object that lost its place. */
export class LedgerHost implements LedgerCalls {
  readonly #ledger: Ledger;
  readonly #ctx: DurableObjectState;
  #armedFor = Number.POSITIVE_INFINITY;

  private constructor(ledger: Ledger, ctx: DurableObjectState) {
    this.#ledger = ledger;
    this.#ctx = ctx;
  }

  /** Only the tables are read: reading KV through takes long, and commands are taken meanwhile. */
  static async start(
    ctx: DurableObjectState,
    { revocationKey, ...settings }: LedgerObjectSettings,
  ): Promise<LedgerHost> {
    const ledger = new Ledger({
      ...settings,
      storage: storageOf(ctx.storage),
      namer: await RecordNamer.create(revocationKey),
      clock: systemClock,
      newId: () => crypto.randomUUID(),
    });
    await ledger.start();
    const host = new LedgerHost(ledger, ctx);
    await host.#arm(Date.now());
    return host;
  }

  async execute(command: unknown): Promise<CommandResult> {
    const [result] = await this.#change(async (ledger) => [await ledger.answer(command)]);
    return result as CommandResult;
  }

  async submit(attempts: readonly Attempt[]): Promise<readonly CommandResult[]> {
    return this.#change((ledger) => ledger.submit(attempts));
  }

  async preview(command: unknown): Promise<PreviewResult> {
    const [result] = await this.previewAll([command]);
    return result as PreviewResult;
  }

  async previewAll(commands: readonly unknown[]): Promise<readonly PreviewResult[]> {
    return this.#run((ledger) => ledger.preview(commands));
  }

  async state(identity: unknown): Promise<StateResult> {
    return this.#run((ledger) => ledger.reader.state(identity));
  }

  async noteTurnedAway(requests: readonly TurnedAway[]): Promise<void> {
    return this.#run((ledger) => ledger.noteTurnedAway(requests));
  }

  async changes(question: FeedQuestion): Promise<FeedAnswer> {
    // The platform gives up an alarm that fails too often in a row; guards ask all the time.
    if (Date.now() > this.#armedFor + LATEST_ALARM_MS) await this.#arm(Date.now());
    return this.#run((ledger) => ledger.changes(question));
  }

  async look(names: readonly RecordName[]): Promise<LookAnswer> {
    return this.#run((ledger) => ledger.look(names));
  }

  async status(): Promise<LedgerStatus> {
    return this.#run((ledger) => ledger.reader.status());
  }

  async history(query: HistoryQuery = {}): Promise<HistoryPage> {
    return this.#run((ledger) => ledger.reader.history(query));
  }

  async records(query: RecordsQuery = {}): Promise<RecordsPage> {
    return this.#run((ledger) => ledger.reader.records(query));
  }

  async record(name: string): Promise<ListedRecord | null> {
    return this.#run((ledger) => ledger.reader.record(name));
  }

  async rebuild(): Promise<void> {
    await this.#run((ledger) => ledger.rebuild());
    await this.#arm(Date.now());
  }

  async alarm(): Promise<void> {
    let next = Date.now() + RETRY_MS;
    try {
      next = await this.#run((ledger) => ledger.work());
    } catch (error) {
      if (error instanceof LedgerLost) throw error;
      const { name, message } = error instanceof Error ? error : { name: typeof error, message: "" };
      console.error(JSON.stringify({ event: "ledger_work_failed", error: name, message }));
    }
    await this.#arm(next);
  }

  /** KV is told of what changed at once. */
  async #change(work: (ledger: Ledger) => Promise<readonly CommandResult[]>): Promise<readonly CommandResult[]> {
    const results = await this.#run(work);
    if (results.some((result) => result.ok && result.acknowledgement.changed)) await this.#arm(Date.now());
    return results;
  }

  async #run<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    try {
      return await work(this.#ledger);
    } catch (error) {
      // The runtime makes another object, which begins with what is durable.
      if (error instanceof LedgerLost) this.#ctx.abort(error.message);
      throw error;
    }
  }

  /** Sets the alarm, unless it is set for sooner. */
  async #arm(at: number): Promise<void> {
    const armed = await this.#ctx.storage.getAlarm();
    const earlier = armed !== null && armed <= at;
    if (!earlier) await this.#ctx.storage.setAlarm(at);
    this.#armedFor = earlier ? armed : at;
  }
}

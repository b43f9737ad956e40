import { DurableObject } from "cloudflare:workers";
import type {
  Attempt,
  CommandResult,
  HistoryPage,
  HistoryQuery,
  LedgerDesk,
  ListedRecord,
  PreviewResult,
  RecordsPage,
  RecordsQuery,
  StateResult,
  TurnedAway,
} from "../model/ledger-desk.ts";
import { systemClock } from "../platform/clock.ts";
import type { FeedAnswer, FeedQuestion, LedgerFeed, LookAnswer } from "../revocation/feed.ts";
import { type RecordName, RecordNamer } from "../revocation/record-name.ts";
import type { Ledger } from "./ledger.ts";
import { LedgerLost } from "./ledger-errors.ts";
import type { LedgerOptions } from "./ledger-options.ts";
import { storageOf } from "./sql-storage.ts";
import type { LedgerStatus } from "./status.ts";

/** What a ledger object takes from its Worker's configuration. Times are in milliseconds. */
export interface LedgerObjectSettings
  extends Pick<LedgerOptions, "kv" | "issuers" | "bound" | "scanInterval" | "retention"> {
  readonly revocationKey: string;
}

/** What can be asked of the object through RPC. Any of it may reject, and can be asked again. */
export interface LedgerCalls extends LedgerDesk, LedgerFeed {
  execute(command: unknown): Promise<CommandResult>;
  preview(command: unknown): Promise<PreviewResult>;
  status(): Promise<LedgerStatus>;
  history(query?: HistoryQuery): Promise<HistoryPage>;
  records(query?: RecordsQuery): Promise<RecordsPage>;
  rebuild(): Promise<void>;
}

export type LedgerClass<Env> = new (ctx: DurableObjectState, env: Env) => DurableObject<Env> & LedgerCalls;

/** Milliseconds until work that failed for no known reason is tried again. */
const RETRY_MS = 5_000;

/** An alarm that is later than this is taken for lost, in milliseconds. */
const LATEST_ALARM_MS = 60_000;

/**
 * Makes the class of the Durable Object that holds the ledger.
 *
 * @param readSettings throws when the configuration is wrong; every call rejects then
 */
export function createLedgerObject<Env>(
  readSettings: (env: Env) => LedgerObjectSettings | Promise<LedgerObjectSettings>,
): LedgerClass<Env> {
  return class LedgerObject extends DurableObject<Env> implements LedgerCalls {
    #ledger: Ledger | undefined;
    #armedFor = Number.POSITIVE_INFINITY;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      // Only the tables: reading KV through takes long, and commands are taken meanwhile.
      void ctx.blockConcurrencyWhile(async () => {
        const { revocationKey, ...settings } = await readSettings(env);
        // Guards run the same script and never need this code.
        const { Ledger } = await import("./ledger.ts");
        this.#ledger = new Ledger({
          ...settings,
          storage: storageOf(ctx.storage),
          namer: await RecordNamer.create(revocationKey),
          clock: systemClock,
          newId: () => crypto.randomUUID(),
        });
        await this.#ledger.start();
        await this.#arm(Date.now());
      });
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

    override async alarm(): Promise<void> {
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
      if (this.#ledger === undefined) throw new Error("The ledger has not been started.");
      try {
        return await work(this.#ledger);
      } catch (error) {
        // The runtime makes another object, which begins with what is durable.
        if (error instanceof LedgerLost) this.ctx.abort(error.message);
        throw error;
      }
    }

    /** Sets the alarm, unless it is set for sooner. */
    async #arm(at: number): Promise<void> {
      const armed = await this.ctx.storage.getAlarm();
      const earlier = armed !== null && armed <= at;
      if (!earlier) await this.ctx.storage.setAlarm(at);
      this.#armedFor = earlier ? armed : at;
    }
  };
}

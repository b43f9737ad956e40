import type { Attempt, CommandResult, PreviewResult, StateResult } from "../model/ledger-desk.ts";
import type { RecordKind } from "../model/revocation.ts";
import type { Acknowledgement, StoredRecord } from "../model/revocation-command.ts";
import type { Clock } from "../platform/clock.ts";
import type { FeedAnswer, FeedQuestion, LedgerFeed, LookAnswer } from "../revocation/feed.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import { Adoption } from "./adoption.ts";
import { answerLook, FeedReader } from "./answer-feed.ts";
import { Commands } from "./commands.ts";
import { Compaction } from "./compaction.ts";
import { decodeIdentity } from "./decode-command.ts";
import { Fence } from "./fence.ts";
import { History, type HistoryPage } from "./history.ts";
import { toStored } from "./kv-entry.ts";
import { KvScan } from "./kv-scan.ts";
import { LedgerLost } from "./ledger-errors.ts";
import { isRecordName, kindOf, type LedgerRow } from "./ledger-row.ts";
import { Outbox } from "./outbox.ts";
import type { Lifetimes } from "./plan-command.ts";
import type { LedgerKv, LedgerStorage } from "./ports.ts";
import { rebuildFromKv } from "./rebuild.ts";
import { RecordStore } from "./record-store.ts";
import { prepare } from "./schema.ts";
import { type LedgerStatus, readStatus } from "./status.ts";
import { CommandTaker, refusalAsAnswer } from "./take-commands.ts";

export interface LedgerOptions {
  readonly storage: LedgerStorage;
  readonly kv: LedgerKv;
  readonly namer: RecordNamer;
  /** The issuers that the guard trusts. */
  readonly issuers: ReadonlyMap<string, Lifetimes>;
  /** B, in milliseconds: how old a guard's knowledge may be. */
  readonly bound: number;
  /** Milliseconds between the begins of two scans of KV. */
  readonly scanInterval: number;
  /** Milliseconds for which the history is kept; default 90 days. */
  readonly retention?: number;
  readonly clock: Clock;
  /** A text that was never given before. */
  readonly newId: () => string;
}

/** A record, with where it stands. */
export interface ListedRecord {
  readonly name: RecordName;
  readonly kind: RecordKind;
  readonly record: StoredRecord;
  readonly sequence: number;
  /** KV has something under this name that nobody can read: whoever it concerns gets 503. */
  readonly invalid: boolean;
  /** True when KV does not have it as it stands here. */
  readonly pending: boolean;
}

/** What is on record under one of the names that concern somebody; `record` is null for nothing. */
export type StateEntry = ListedRecord | { readonly name: RecordName; readonly kind: RecordKind; readonly record: null };

export interface RecordsPage {
  readonly records: readonly ListedRecord[];
  /** What to give as `after` for the next page; null when there is none. */
  readonly next: string | null;
}

const MAX_PAGE = 1_000;

const STARTING = { kind: "starting" } as const;

/** A ledger that works leaves a trace every minute. In milliseconds. */
const LONGEST_SILENCE = 180_000;

/**
 * The single writer of revocation state. One object holds all records in order of their last change; guards follow that
 * order. docs/revocation-protocol.md argues why what it answers can be relied on.
 *
 * Nothing leaves before it is durable. When the storage does not confirm a write, the object is worth nothing any more:
 * every later call rejects with {@link LedgerLost}, and only a new one on the same storage can go on.
 */
export class Ledger implements LedgerFeed {
  readonly #options: LedgerOptions;
  readonly #store: RecordStore;
  readonly #history: History;
  readonly #adoption: Adoption;
  readonly #taker: CommandTaker;
  readonly #fence: Fence;
  readonly #feed: FeedReader;
  readonly #outbox: Outbox;
  readonly #scan: KvScan;
  readonly #compaction: Compaction;
  #lost: LedgerLost | undefined;
  /** Start after an absence, until KV was read through once more, or could not be read. Milliseconds. */
  #catchingUpSince: number | undefined;
  #working: Promise<number> | undefined;

  constructor(options: LedgerOptions) {
    const { storage, clock, bound, retention } = options;
    this.#options = options;
    this.#store = new RecordStore(storage);
    this.#history = new History(storage);
    this.#adoption = new Adoption(this.#store, this.#history);
    this.#fence = new Fence(() => this.#writeFence(), clock);
    this.#taker = new CommandTaker(options, {
      ...{ store: this.#store, history: this.#history, adoption: this.#adoption },
      commands: new Commands(storage, this.#store, this.#history, bound),
      now: () => this.#fence.now().ms,
      isReady: () => this.#isReady(),
      check: () => this.#check(),
    });
    this.#feed = new FeedReader(storage, this.#store);
    this.#outbox = new Outbox(options, this.#store, this.#adoption, () => this.#fence.next());
    this.#scan = new KvScan(options, this.#store, this.#adoption);
    this.#compaction = new Compaction(storage, clock, retention);
  }

  /** Makes the tables when there are none. To be called, and waited for, before anything else. */
  async start(): Promise<void> {
    prepare(this.#options.storage, this.#options.newId);
    await this.#durable();
    if (this.#wasAway()) {
      this.#catchingUpSince = this.#fence.now().ms;
      this.#scan.begin();
      await this.#durable();
    }
  }

  /**
   * Carries a command out. Resolves when it is durable. After any rejection but CommandRefused it may or may not have been
   * carried out: asking again with the same id is safe.
   *
   * @param command a RevocationCommand, unchecked
   * @throws CommandRefused with everything that is wrong with it
   */
  async execute(command: unknown): Promise<Acknowledgement> {
    const answer = await this.#taker.carryOut(command);
    await this.#durable();
    return answer;
  }

  /** As {@link execute}; a refusal is an answer and no error, which would lose its problems on the way between two Workers. */
  async answer(command: unknown): Promise<CommandResult> {
    return refusalAsAnswer(async () => ({ ok: true, acknowledgement: await this.execute(command) }));
  }

  /**
   * Carries out what operators ask for, in their order, each in a transaction of its own with its entry in the history; what is
   * refused gets an entry as well. Resolves when all of it is durable.
   */
  async submit(attempts: readonly Attempt[]): Promise<readonly CommandResult[]> {
    const results: CommandResult[] = [];
    for (const attempt of attempts) results.push(await this.#taker.take(attempt));
    await this.#durable();
    return results;
  }

  /** What a command would do. Writes nothing. */
  async preview(command: unknown): Promise<PreviewResult> {
    return refusalAsAnswer(async () => {
      const preview = await this.#taker.preview(command);
      await this.#durable();
      return { ok: true, preview };
    });
  }

  /**
   * What is on record under every name that concerns somebody.
   *
   * @param identity issuer, with token id, session id and subject as far as they are known; unchecked
   */
  async state(identity: unknown): Promise<StateResult> {
    const { issuers, namer } = this.#options;
    const decoded = decodeIdentity(identity, issuers);
    if (!decoded.ok) return decoded;
    const names = await namer.namesFor(decoded.identity);
    const records = await this.#read(() =>
      [...names].map(([kind, name]): StateEntry => {
        const row = this.#store.find(name);
        return row?.live ? toListed(row) : { name, kind, record: null };
      }),
    );
    return { ok: true, records };
  }

  /** Puts on record how many requests had credentials that are nobody's. */
  async countFailures(count: number, from: string | null): Promise<void> {
    this.#check();
    const { storage } = this.#options;
    storage.transaction(() => this.#history.countFailures(count, from, this.#fence.now().ms));
    await this.#durable();
  }

  /** What came after a sequence number. */
  async changes(question: FeedQuestion): Promise<FeedAnswer> {
    if (!this.#isReady()) return STARTING;
    const age = await this.#fence.age(this.#fence.now());
    if (!this.#isReady()) return STARTING;
    const answer = this.#feed.changes(question, age, this.#fence.now().ms);
    await this.#durable();
    return answer;
  }

  /** What stands under these names, everything included that was acknowledged before this call. */
  async look(names: readonly RecordName[]): Promise<LookAnswer> {
    if (!this.#isReady()) return STARTING;
    await this.#fence.next();
    if (!this.#isReady()) return STARTING;
    const answer = answerLook(this.#store, names.filter(isRecordName));
    await this.#durable();
    return answer;
  }

  async status(): Promise<LedgerStatus> {
    return this.#read(() => readStatus(this.#options.storage, this.#store, this.#isReady(), this.#fence.now().ms));
  }

  /** @param limit entries of the page, 1 to 1,000; default 100 */
  async history({ before, limit }: { before?: number; limit?: number } = {}): Promise<HistoryPage> {
    return this.#read(() => this.#history.page(before, pageSize(limit)));
  }

  /** Records that count, in order of name. @param limit records of the page, 1 to 1,000; default 100 */
  async records({
    kind,
    after,
    limit,
  }: {
    kind?: RecordKind;
    after?: string;
    limit?: number;
  } = {}): Promise<RecordsPage> {
    return this.#read(() => {
      const size = pageSize(limit);
      const rows = this.#store.list(kind, after, size + 1, this.#fence.now().ms / 1000);
      const records = rows.slice(0, size).map(toListed);
      return { records, next: rows.length > size ? (records.at(-1)?.name ?? null) : null };
    });
  }

  /** One record by its name; null when there is none. One that has ended is there for some time longer. */
  async record(name: string): Promise<ListedRecord | null> {
    return this.#read(() => {
      const row = isRecordName(name) ? this.#store.find(name) : undefined;
      return row?.live ? toListed(row) : null;
    });
  }

  /**
   * Forgets what KV has as well, and reads it from there once more. What KV was not told yet, or may not show yet, is kept.
   * No guard gets an answer until `work` has read KV through.
   */
  async rebuild(): Promise<void> {
    this.#check();
    const now = this.#fence.now().ms;
    rebuildFromKv(this.#options.storage, this.#store, this.#options.newId(), now);
    this.#history.noteRebuild(this.#store.head().head, now);
    this.#scan.begin();
    await this.#durable();
  }

  /**
   * Does what is due: tells KV, looks through KV, deletes what has ended; a bounded part of it. Never rejects because of KV.
   *
   * @returns when to call again, in milliseconds of the clock; a time that has passed means at once
   */
  work(): Promise<number> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #work(): Promise<number> {
    this.#check();
    await this.#outbox.run();
    this.#check();
    await this.#scan.run();
    const since = this.#catchingUpSince;
    if (since !== undefined && (this.#scan.isDoneSince(since) || this.#scan.isFailing))
      this.#catchingUpSince = undefined;
    this.#check();
    this.#compaction.run();
    await this.#durable();
    const now = this.#fence.now().ms;
    const outbox = this.#outbox.nextDue() ?? Number.POSITIVE_INFINITY;
    return Math.max(now, Math.min(outbox, this.#scan.nextDue(), this.#compaction.nextDue()));
  }

  async #writeFence(): Promise<void> {
    this.#check();
    this.#options.storage.exec("UPDATE ledger SET fence = fence + 1");
    await this.#durable();
  }

  async #read<T>(read: () => T): Promise<T> {
    this.#check();
    const answer = read();
    await this.#durable();
    return answer;
  }

  async #durable(): Promise<void> {
    try {
      await this.#options.storage.sync();
    } catch (error) {
      this.#lost ??= new LedgerLost(error);
    }
    this.#check();
  }

  #check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** False until KV was read through once, and while what was written there in an absence is not known yet. */
  #isReady(): boolean {
    this.#check();
    return this.#store.head().ready && this.#catchingUpSince === undefined;
  }

  /** Nobody worked here for so long that others may have written to KV because of that. */
  #wasAway(): boolean {
    const { ready } = this.#store.head();
    return (
      ready &&
      this.#fence.now().ms - this.#compaction.lastRun > Math.max(LONGEST_SILENCE, 3 * this.#options.scanInterval)
    );
  }
}

function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? 100) || 1, 1), MAX_PAGE);
}

function toListed(row: LedgerRow): ListedRecord {
  const { name, sequence, invalid } = row;
  return { name, kind: kindOf(name), record: toStored(row), sequence, invalid, pending: row.wants !== null };
}

import type { RecordKind } from "../model/revocation.ts";
import type { Acknowledgement, StoredRecord } from "../model/revocation-command.ts";
import type { Clock } from "../platform/clock.ts";
import type { FeedAnswer, FeedQuestion, LedgerFeed, LookAnswer } from "../revocation/feed.ts";
import type { RecordName, RecordNamer } from "../revocation/record-name.ts";
import { Adoption } from "./adoption.ts";
import { answerLook, FeedReader } from "./answer-feed.ts";
import { Commands, nameCommand } from "./commands.ts";
import { Compaction } from "./compaction.ts";
import { Fence } from "./fence.ts";
import { History, type HistoryPage } from "./history.ts";
import { readKey } from "./kv-access.ts";
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

export interface RecordsPage {
  readonly records: readonly ListedRecord[];
  /** What to give as `after` for the next page; null when there is none. */
  readonly next: string | null;
}

const MAX_PAGE = 1_000;

const STARTING = { kind: "starting" } as const;

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
  readonly #commands: Commands;
  readonly #fence: Fence;
  readonly #feed: FeedReader;
  readonly #outbox: Outbox;
  readonly #scan: KvScan;
  readonly #compaction: Compaction;
  #lost: LedgerLost | undefined;
  #working: Promise<number> | undefined;

  constructor(options: LedgerOptions) {
    const { storage, clock, bound } = options;
    this.#options = options;
    this.#store = new RecordStore(storage);
    this.#history = new History(storage);
    this.#adoption = new Adoption(this.#store, this.#history);
    this.#commands = new Commands(storage, this.#store, this.#history, bound);
    this.#fence = new Fence(() => this.#writeFence(), clock);
    this.#feed = new FeedReader(storage, this.#store);
    this.#outbox = new Outbox(options, this.#store, this.#adoption, () => this.#fence.next());
    this.#scan = new KvScan(options, this.#store, this.#adoption);
    this.#compaction = new Compaction(storage, clock);
  }

  /** Makes the tables when there are none. To be called, and waited for, before anything else. */
  async start(): Promise<void> {
    prepare(this.#options.storage, this.#options.newId);
    await this.#durable();
  }

  /**
   * Carries a command out. Resolves when it is durable. After any rejection but CommandRefused it may or may not have been
   * carried out: asking again with the same id is safe.
   *
   * @param command a RevocationCommand, unchecked
   * @throws CommandRefused with everything that is wrong with it
   */
  async execute(command: unknown): Promise<Acknowledgement> {
    this.#check();
    const { issuers, namer } = this.#options;
    const named = await nameCommand(command, issuers, namer, this.#fence.now().ms);
    if (named.plan === undefined && this.#history.answered(named.command.id) === undefined) {
      await this.#adoptUnknown(named.name);
    }
    this.#check();
    const answer = this.#commands.carryOut(named, this.#fence.now().ms);
    await this.#durable();
    return answer;
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
    return this.#read(() => readStatus(this.#options.storage, this.#store, this.#fence.now().ms));
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
    this.#check();
    this.#compaction.run();
    await this.#durable();
    const now = this.#fence.now().ms;
    const outbox = this.#outbox.nextDue() ?? Number.POSITIVE_INFINITY;
    return Math.max(now, Math.min(outbox, this.#scan.nextDue(), this.#compaction.nextDue()));
  }

  /** A record may have been written into KV that no scan has seen yet: what is to be lifted has to be known. */
  async #adoptUnknown(name: RecordName): Promise<void> {
    const { storage, kv, clock } = this.#options;
    if (this.#store.find(name)?.live) return;
    const entry = await readKey(kv, name, clock);
    this.#check();
    if (entry !== undefined) storage.transaction(() => this.#adoption.merge(name, entry, this.#fence.now().ms));
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

  /** False until KV was read through once. */
  #isReady(): boolean {
    this.#check();
    return this.#store.head().ready;
  }
}

function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(Math.trunc(limit ?? 100) || 1, 1), MAX_PAGE);
}

function toListed(row: LedgerRow): ListedRecord {
  const { name, sequence, invalid } = row;
  return { name, kind: kindOf(name), record: toStored(row), sequence, invalid, pending: row.wants !== null };
}

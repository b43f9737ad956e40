import type { Attempt, CommandResult, PreviewResult, TurnedAway } from "../model/ledger-desk.ts";
import type { Acknowledgement } from "../model/revocation-command.ts";
import type { FeedAnswer, FeedQuestion, LedgerFeed, LookAnswer } from "../revocation/feed.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { Adoption } from "./adoption.ts";
import { answerLook, FeedReader } from "./answer-feed.ts";
import { Commands } from "./commands.ts";
import { Compaction } from "./compaction.ts";
import { Fence } from "./fence.ts";
import { History } from "./history.ts";
import { KvScan } from "./kv-scan.ts";
import type { LedgerOptions } from "./ledger-options.ts";
import { LedgerReader } from "./ledger-reader.ts";
import { isRecordName } from "./ledger-row.ts";
import { Outbox } from "./outbox.ts";
import { Readiness } from "./readiness.ts";
import { rebuildFromKv } from "./rebuild.ts";
import { RecordStore } from "./record-store.ts";
import { prepare } from "./schema.ts";
import { CommandTaker, refusalAsAnswer } from "./take-commands.ts";

const STARTING = { kind: "starting" } as const;

/** Sorts of requests that one call may have put on record apart from each other. */
const MOST_SORTS = 256;

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
  readonly #readiness: Readiness;
  /** What people want to know. */
  readonly reader: LedgerReader;
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
      now: () => this.#now(),
      isReady: () => this.#readiness.isReady(),
      check: () => this.#readiness.check(),
    });
    this.#feed = new FeedReader(storage, this.#store);
    this.#outbox = new Outbox(options, this.#store, this.#adoption, () => this.#fence.next());
    this.#scan = new KvScan(options, this.#store, this.#adoption);
    this.#compaction = new Compaction(storage, clock, retention);
    this.#readiness = new Readiness({
      ...{ storage, store: this.#store, scan: this.#scan, compaction: this.#compaction },
      ...{ scanInterval: options.scanInterval, now: () => this.#now() },
    });
    const { namer, issuers } = options;
    this.reader = new LedgerReader({
      ...{ storage, store: this.#store, namer, issuers, readiness: this.#readiness },
      now: () => this.#now(),
    });
  }

  /** Makes the tables when there are none. To be called, and waited for, before anything else. */
  async start(): Promise<void> {
    prepare(this.#options.storage, this.#options.newId);
    await this.#durable();
    await this.#readiness.catchUp();
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
    const results = await this.#taker.takeAll(attempts);
    await this.#durable();
    return results;
  }

  /** What commands would do one after the other. Writes nothing. */
  async preview(commands: readonly unknown[]): Promise<readonly PreviewResult[]> {
    const results = await this.#taker.preview(commands);
    await this.#durable();
    return results;
  }

  /** Puts on record who was turned away before there was a command. */
  async noteTurnedAway(requests: readonly TurnedAway[]): Promise<void> {
    this.#readiness.check();
    this.#options.storage.transaction(() => {
      for (const request of atMost(MOST_SORTS, requests)) this.#history.addTurnedAway(request, this.#now());
    });
    await this.#durable();
  }

  /** What came after a sequence number. */
  async changes(question: FeedQuestion): Promise<FeedAnswer> {
    if (!this.#readiness.isReady()) return STARTING;
    const age = await this.#fence.age(this.#fence.now());
    if (!this.#readiness.isReady()) return STARTING;
    const answer = this.#feed.changes(question, age, this.#fence.now().ms);
    await this.#durable();
    return answer;
  }

  /** What stands under these names, everything included that was acknowledged before this call. */
  async look(names: readonly RecordName[]): Promise<LookAnswer> {
    if (!this.#readiness.isReady()) return STARTING;
    await this.#fence.next();
    if (!this.#readiness.isReady()) return STARTING;
    const answer = answerLook(this.#store, names.filter(isRecordName));
    await this.#durable();
    return answer;
  }

  /**
   * Forgets what KV has as well, and reads it from there once more. What KV was not told yet, or may not show yet, is kept.
   * No guard gets an answer until `work` has read KV through.
   */
  async rebuild(): Promise<void> {
    this.#readiness.check();
    const now = this.#now();
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
    this.#readiness.check();
    await this.#outbox.run();
    this.#readiness.check();
    await this.#scan.run();
    this.#readiness.scanned();
    this.#readiness.check();
    this.#compaction.run();
    await this.#durable();
    const now = this.#now();
    const outbox = this.#outbox.nextDue() ?? Number.POSITIVE_INFINITY;
    return Math.max(now, Math.min(outbox, this.#scan.nextDue(), this.#compaction.nextDue()));
  }

  async #writeFence(): Promise<void> {
    this.#readiness.check();
    this.#options.storage.exec("UPDATE ledger SET fence = fence + 1");
    await this.#durable();
  }

  #durable(): Promise<void> {
    return this.#readiness.durable();
  }

  /** Milliseconds. */
  #now(): number {
    return this.#fence.now().ms;
  }
}

/** The first of some sorts, with all others as one. */
function atMost(most: number, requests: readonly TurnedAway[]): readonly TurnedAway[] {
  const others = requests.slice(most);
  const last = others.at(-1);
  if (last === undefined) return requests;
  const times = others.reduce((sum, other) => sum + other.times, 0);
  const together = { op: "authenticate", by: null, via: null, problem: "others", times, from: last.from } as const;
  return [...requests.slice(0, most), together];
}

import type { ApplicableRecords, RecordKind, RevocationRecord } from "../model/revocation.ts";
import type { FeedAnswer, FeedQuestion } from "./feed.ts";
import { Freshness } from "./freshness.ts";
import { mergeRecords } from "./merge-records.ts";
import { type MirrorEntry, MirrorTable, SPARE } from "./mirror-table.ts";
import type { RecordAddresses } from "./name-memory.ts";
import { type PageRow, readPage } from "./page.ts";
import type { RecordId } from "./record-id.ts";
import { KV_MAY_LAG, ReportedRecords } from "./reported-records.ts";

/** A question on its way, and when it was sent. */
export interface Asked {
  readonly question: FeedQuestion;
  readonly sentAt: number;
  /** How often the clock had been seen to go back by then. */
  readonly setBacks: number;
}

/**
 * What an answer was good for: the mirror has everything now; more pages follow; it has to begin anew; there are too many
 * records for it; or nothing, because the answer is not one to what the mirror has to know next.
 */
export type Outcome = "complete" | "more" | "anew" | "overflow" | "unusable";

/** What is known of a token's records, however old. */
export interface Known {
  readonly records: ApplicableRecords;
  /** Kind of a record that nobody can read. */
  readonly invalid: RecordKind | undefined;
}

/** For people. Ages are in milliseconds; undefined where there is none. */
export interface MirrorStatus {
  readonly ledger: string | undefined;
  /** Sequence number up to which everything is known. */
  readonly through: number;
  readonly records: number;
  readonly bytes: number;
  /** How old its knowledge is at most. */
  readonly age: number | undefined;
  readonly state: "empty" | "loading" | "following" | "overflow";
}

/** One ledger's records up to a sequence number. */
interface Copy {
  readonly ledger: string;
  readonly table: MirrorTable;
  head: number;
  /** Lifts up to this number were no longer on record when the copy was begun. */
  forgotten: number;
}

/** Bytes of a table that is kept while another one is loaded. */
const LARGEST_KEPT = 40 * 1024 * 1024;

type ChangesAnswer = Extract<FeedAnswer, { kind: "changes" }>;

const NOTHING: RevocationRecord = {
  revoked: false,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};

/**
 * One isolate's copy of the ledger's live records, and the rules for what may be believed of it. It asks nobody and reads no
 * clock: whoever uses it passes on answers and readings of this machine's clock, in milliseconds.
 */
export class Mirror {
  readonly #freshness: Freshness;
  /** What the last complete load made. While another one is loading it only condemns. */
  #current: Copy | undefined;
  #loading: Copy | undefined;
  #reported = new ReportedRecords();
  #overflowSince: number | undefined;
  /** Highest reading of the clock since the load began: what had expired by then may be gone. */
  #highest = Number.NEGATIVE_INFINITY;

  /** @param bound milliseconds for which knowledge is good (B) */
  constructor(bound: number) {
    this.#freshness = new Freshness(bound);
  }

  /** What has to be known next. */
  get question(): FeedQuestion {
    const copy = this.#loading ?? this.#current;
    return copy === undefined
      ? { ledger: null, since: 0 }
      : { ledger: copy.ledger, since: copy.head, forgotten: copy.forgotten };
  }

  /** The question, to be sent at once. */
  ask(now: number): Asked {
    return { question: this.question, sentAt: now, setBacks: this.#freshness.see(now) };
  }

  /**
   * Time of this machine's clock as of which everything is known; undefined unless that is fresh enough to rely on what
   * {@link look} finds now. Any wait makes this another question.
   */
  asOf(now: number): number | undefined {
    return this.#freshness.asOf(now);
  }

  /** All that is known of these records: the truth while {@link asOf} has an answer, and else enough to condemn. */
  look(addresses: RecordAddresses): Known {
    const records: { -readonly [kind in RecordKind]?: RevocationRecord } = {};
    let invalid: RecordKind | undefined;
    for (const { kind, id } of addresses) {
      const entry = this.#find(id);
      if (entry === undefined) continue;
      records[kind] = entry.record;
      if (entry.invalid) invalid ??= kind;
    }
    return { records, invalid };
  }

  /** Takes an answer in, if it is one to what the mirror has to know next. Throws, changing nothing, for a broken page. */
  apply(asked: Asked, answer: FeedAnswer, now: number): Outcome {
    this.#freshness.see(now);
    const { ledger, since } = this.question;
    if (asked.question.ledger !== ledger || asked.question.since !== since) return "unusable";
    if (answer.kind === "starting") return "unusable";
    if (answer.kind === "overflow") return this.#giveUp(now);
    this.#highest = Math.max(this.#highest, now);
    // The clock was ahead, so records may be gone that have not ended yet, and the ledger would not send them again.
    if (ledger !== null && this.#highest - now > SPARE * 1000) return this.#beginAnew(ledger, now);
    if (answer.kind === "reset" || (ledger !== null && answer.ledger !== ledger)) {
      // A ledger that cannot even begin at 0 is none.
      return answer.ledger === ledger && since === 0 ? "unusable" : this.#beginAnew(answer.ledger, now);
    }
    const { through, complete, age } = answer;
    if (answer.since !== since || !(complete ? through >= since : through > since) || !(age >= 0)) return "unusable";
    this.#take(answer, now);
    this.#overflowSince = undefined;
    if (!complete) return "more";
    if (this.#loading !== undefined) {
      this.#current = this.#loading;
      this.#loading = undefined;
    }
    this.#freshness.prove(asked.sentAt - age, asked.setBacks);
    return "complete";
  }

  /** Takes in what KV or the ledger reported, so that this isolate goes on refusing what it refused once. See ReportedRecords. */
  merge(id: RecordId, record: RevocationRecord, asOf: number, now: number): void {
    if (this.#overflowSince === undefined) this.#reported.merge(id, record, asOf, now);
  }

  status(now: number): MirrorStatus {
    const copies = [this.#current, this.#loading].flatMap((copy) => copy ?? []);
    const parts = [...copies.map(({ table }) => table), this.#reported];
    const { ledger, since } = this.question;
    return {
      ledger: ledger ?? undefined,
      through: since,
      records: copies.at(-1)?.table.size ?? 0,
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      age: this.#freshness.age(now),
      state: this.#state,
    };
  }

  get #state(): MirrorStatus["state"] {
    if (this.#overflowSince !== undefined) return "overflow";
    if (this.#loading !== undefined) return "loading";
    return this.#current === undefined ? "empty" : "following";
  }

  #find(id: RecordId): MirrorEntry | undefined {
    const { high, low } = id;
    const copied = strictest(this.#current?.table.get(high, low), this.#loading?.table.get(high, low));
    return strictest(copied, this.#reported.get(id));
  }

  #take({ ledger, forgotten, page, through }: ChangesAnswer, now: number): void {
    const copy = this.#loading ?? this.#current ?? emptyCopy(ledger);
    for (const row of readPage(page)) this.#takeRow(copy.table, row, now);
    if (copy.head === 0) copy.forgotten = forgotten;
    copy.head = through;
    if (copy !== this.#current) this.#loading = copy;
  }

  #takeRow(table: MirrorTable, row: PageRow, now: number): void {
    const { high, low, says, invalid } = row;
    const lifted = says === "lifted";
    if (lifted && !invalid) table.delete(high, low);
    else table.set(high, low, lifted ? NOTHING : says, invalid, now / 1000);
    if (lifted) this.#reported.lift(row, now);
  }

  /** Loads from 0 into a second table. What the first one knows goes on condemning until the second is complete. */
  #beginAnew(ledger: string, now: number): Outcome {
    this.#keepToCondemn(now);
    // Two large tables do not fit into an isolate. KV, which is asked meanwhile, has what the old one has.
    if ((this.#current?.table.bytes ?? 0) > LARGEST_KEPT) this.#current = undefined;
    this.#loading = emptyCopy(ledger);
    this.#highest = now;
    this.#freshness.lose();
    return "anew";
  }

  /** The ledger has too much. What is known goes on condemning as long as KV may lag behind it, and KV has everything. */
  #giveUp(now: number): Outcome {
    this.#keepToCondemn(now);
    this.#freshness.lose();
    this.#overflowSince ??= now;
    if (now - this.#overflowSince >= KV_MAY_LAG) {
      // Lifts no longer arrive: what is kept now would be kept for ever.
      this.#current = undefined;
      this.#reported = new ReportedRecords();
    }
    return "overflow";
  }

  /** A load that is given up has found what condemns, too. */
  #keepToCondemn(now: number): void {
    if (this.#loading === undefined) return;
    if (this.#current === undefined) this.#current = this.#loading;
    else this.#current.table.mergeAll(this.#loading.table, now / 1000);
    this.#loading = undefined;
  }
}

function strictest(a: MirrorEntry | undefined, b: MirrorEntry | undefined): MirrorEntry | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { record: mergeRecords(a.record, b.record), invalid: a.invalid || b.invalid };
}

function emptyCopy(ledger: string): Copy {
  return { ledger, table: new MirrorTable(), head: 0, forgotten: 0 };
}

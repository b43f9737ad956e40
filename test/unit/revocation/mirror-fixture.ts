import type { RevocationDemand, RevocationIdentity, RevocationLookup } from "../../../src/model/revocation.ts";
import type { FeedAnswer, FeedQuestion, LedgerFeed, LookAnswer } from "../../../src/revocation/feed.ts";
import { KvRevocationReader } from "../../../src/revocation/kv-reader.ts";
import { MirrorReader } from "../../../src/revocation/mirror-reader.ts";
import { NameMemory } from "../../../src/revocation/name-memory.ts";
import { type PageRow, writePage } from "../../../src/revocation/page.ts";
import { idOf } from "../../../src/revocation/record-id.ts";
import type { RecordName } from "../../../src/revocation/record-name.ts";
import { LAG } from "../../../src/revocation/steady-clock.ts";
import { ALICE, FakeStore, namer, T } from "./store.ts";
import { settle, VirtualClock } from "./virtual-clock.ts";

/** B in milliseconds. */
export const B = 5_000;

export const BOUNDED: RevocationDemand = { revocation: "bounded", onStaleMirror: "kv" };
export const BOUNDED_OR_DENY: RevocationDemand = { revocation: "bounded", onStaleMirror: "deny" };
export const STRICT: RevocationDemand = { revocation: "strict", onStaleMirror: "kv" };
export const STRICT_OR_DENY: RevocationDemand = { revocation: "strict", onStaleMirror: "deny" };

export const never = new Promise<never>(() => {});

/** A ledger that has some rows, answers at once, and does something else when a test says so. */
export class FakeLedger implements LedgerFeed {
  readonly ledger = "ledger-1";
  readonly rows: PageRow[] = [];
  readonly questions: FeedQuestion[] = [];
  readonly looks: (readonly RecordName[])[] = [];
  pageSize = 1_000;
  answer: (question: FeedQuestion) => Promise<FeedAnswer> = async (question) => this.honest(question);
  answerLook: () => Promise<LookAnswer> = async () => ({ kind: "known", records: {} });

  changes(question: FeedQuestion): Promise<FeedAnswer> {
    this.questions.push(question);
    return this.answer(question);
  }

  look(names: readonly RecordName[]): Promise<LookAnswer> {
    this.looks.push(names);
    return this.answerLook();
  }

  honest({ since }: FeedQuestion): FeedAnswer {
    const rows = this.rows.slice(since, since + this.pageSize);
    const through = since + rows.length;
    const complete = through === this.rows.length;
    return {
      kind: "changes",
      ledger: this.ledger,
      since,
      through,
      complete,
      forgotten: 0,
      age: 0,
      page: writePage(rows),
    };
  }

  append(name: RecordName, says: PageRow["says"], invalid = false): void {
    this.rows.push({ ...idOf(name), says, invalid });
  }
}

/** One isolate with its mirror, a ledger and KV. Its clock moves only when told to. */
export class Isolate {
  readonly clock = new VirtualClock(T * 1_000);
  readonly ledger = new FakeLedger();
  readonly store = new FakeStore();
  /** Work that was handed to the platform. */
  readonly work: Promise<unknown>[] = [];
  readonly #names = new NameMemory(namer);
  readonly reader = new MirrorReader({
    feed: () => this.ledger,
    kv: new KvRevocationReader(this.store, this.#names, this.clock),
    names: this.#names,
    bound: B + LAG,
    clock: this.clock,
  });

  /** Starts a look-up for a request of its own. */
  async begin(demand: RevocationDemand = BOUNDED, identity: RevocationIdentity = ALICE): Promise<LookUp> {
    const lookUp: LookUp = { lookup: undefined, begunAt: this.clock.now(), took: undefined };
    const lifetime = { waitUntil: (work: Promise<unknown>) => void this.work.push(work) };
    // Names are derived by the platform, outside of the virtual time.
    await this.#names.addressesFor(identity);
    void Promise.resolve(this.reader.forRequest(lifetime).lookUp(identity, T, demand)).then((lookup) => {
      lookUp.lookup = lookup;
      lookUp.took = this.clock.now() - lookUp.begunAt;
    });
    await settle();
    return lookUp;
  }

  /** What a look-up finds when it has all the time that it may take. */
  async lookUp(
    demand: RevocationDemand = BOUNDED,
    identity: RevocationIdentity = ALICE,
  ): Promise<RevocationLookup | undefined> {
    const begun = await this.begin(demand, identity);
    for (let waited = 0; begun.lookup === undefined && waited < 10_000; waited += 10) await this.clock.advance(10);
    return begun.lookup;
  }
}

/** How a look-up stands. */
export interface LookUp {
  lookup: RevocationLookup | undefined;
  readonly begunAt: number;
  /** Milliseconds that its request waited. */
  took: number | undefined;
}

/** An isolate that has loaded an empty mirror and has derived the names of ALICE's records. */
export async function warm(): Promise<Isolate> {
  const isolate = new Isolate();
  await isolate.lookUp();
  return isolate;
}

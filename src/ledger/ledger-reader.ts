import type {
  HistoryPage,
  HistoryQuery,
  ListedRecord,
  RecordsPage,
  RecordsQuery,
  StateEntry,
  StateResult,
} from "../model/ledger-desk.ts";
import type { RecordNamer } from "../revocation/record-name.ts";
import { decodeIdentity } from "./decode-command.ts";
import { isRecordName } from "./ledger-row.ts";
import { listHistory } from "./list-history.ts";
import { listRecords, toListed } from "./list-records.ts";
import type { LedgerStorage } from "./ports.ts";
import type { Readiness } from "./readiness.ts";
import type { RecordStore } from "./record-store.ts";
import { type LedgerStatus, readStatus } from "./status.ts";

interface Sources {
  readonly storage: LedgerStorage;
  readonly store: RecordStore;
  readonly namer: RecordNamer;
  /** Those that the guard trusts. */
  readonly issuers: { has(issuer: string): boolean };
  readonly readiness: Readiness;
  /** The ledger's time in milliseconds. */
  readonly now: () => number;
}

/** What people want to know of a ledger. Everything that is answered is durable; that KV was read through is not waited for. */
export class LedgerReader {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /**
   * What is on record under every name that concerns somebody.
   *
   * @param identity issuer, with token id, session id and subject as far as they are known; unchecked
   */
  async state(identity: unknown): Promise<StateResult> {
    const { issuers, namer, readiness, store } = this.#sources;
    const decoded = decodeIdentity(identity, issuers);
    if (!decoded.ok) return decoded;
    const names = await namer.namesFor(decoded.identity);
    const records = await readiness.read(() =>
      names.map(({ kind, name }): StateEntry => {
        const row = store.find(name);
        return row?.live ? toListed(row) : { name, kind, record: null };
      }),
    );
    return { ok: true, records };
  }

  async status(): Promise<LedgerStatus> {
    const { storage, store, readiness, now } = this.#sources;
    return readiness.read(() => readStatus(storage, store, readiness.isReady(), now()));
  }

  /** What was done and what was refused, the latest first. */
  async history(query: HistoryQuery = {}): Promise<HistoryPage> {
    return this.#sources.readiness.read(() => listHistory(this.#sources.storage, query));
  }

  /** Records; those that count, in order of name, where nothing else is said. */
  async records(query: RecordsQuery = {}): Promise<RecordsPage> {
    const { storage, readiness, now } = this.#sources;
    return readiness.read(() => listRecords(storage, query, now() / 1000));
  }

  /** One record by its name; null when there is none. One that has ended is there for some time longer. */
  async record(name: string): Promise<ListedRecord | null> {
    const { store, readiness } = this.#sources;
    return readiness.read(() => {
      const row = isRecordName(name) ? store.find(name) : undefined;
      return row?.live ? toListed(row) : null;
    });
  }
}

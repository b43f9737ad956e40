import { DatabaseSync } from "node:sqlite";
import { Ledger } from "../../../src/ledger/ledger.ts";
import type { LedgerKv, LedgerStorage, SqlValue } from "../../../src/ledger/ports.ts";
import { RecordNamer } from "../../../src/revocation/record-name.ts";
import { NOW } from "./trusted.ts";

export const LEDGER_ISSUER = "https://a.example";

const namer = await RecordNamer.create("a revocation key of the fuzzer, 32+ characters");

/** Gives `use` a ledger that has read a KV without any record, over SQLite in memory. Its clock stands still. */
export async function withLedger(use: (ledger: Ledger) => Promise<void>): Promise<void> {
  const database = new DatabaseSync(":memory:");
  try {
    let ids = 0;
    const ledger = new Ledger({
      storage: storageOf(database),
      kv: EMPTY_KV,
      namer,
      issuers: new Map([[LEDGER_ISSUER, { maxLifetime: 86_400, clockTolerance: 60 }]]),
      bound: 5_000,
      scanInterval: 15_000,
      clock: { now: () => NOW * 1_000, after: (_milliseconds, action) => runSoon(action) },
      newId: () => `fuzz-${++ids}`,
    });
    await ledger.start();
    await ledger.work();
    await use(ledger);
  } finally {
    database.close();
  }
}

function runSoon(action: () => void): () => void {
  const immediate = setImmediate(action);
  return () => clearImmediate(immediate);
}

const EMPTY_KV: LedgerKv = {
  get: async (names) => new Map(names.map((name) => [name, null])),
  getWithMetadata: async () => ({ value: null, metadata: null }),
  put: async () => undefined,
  delete: async () => undefined,
  list: async () => ({ list_complete: true, keys: [] }),
};

function storageOf(database: DatabaseSync): LedgerStorage {
  let depth = 0;
  return {
    exec(query, ...bindings) {
      if (bindings.length === 0 && !/^\s*(?:select|with|pragma|values)|\breturning\b/i.test(query)) {
        database.exec(query);
        return [];
      }
      return database.prepare(query).all(...bindings) as Readonly<Record<string, SqlValue>>[];
    },
    transaction(work) {
      if (depth > 0) return work();
      database.exec("BEGIN");
      depth++;
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      } finally {
        depth--;
      }
    },
    sync: async () => undefined,
  };
}

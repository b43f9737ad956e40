import type { LedgerStorage, SqlValue } from "./ports.ts";

/** The storage of a Durable Object, as the ledger takes it. */
export function storageOf(storage: DurableObjectStorage): LedgerStorage {
  return {
    exec: (query, ...bindings) => storage.sql.exec<Record<string, SqlValue>>(query, ...bindings).toArray(),
    transaction: (work) => storage.transactionSync(work),
    sync: () => storage.sync(),
  };
}

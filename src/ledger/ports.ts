/** SQLite as a Durable Object has it. */
export interface LedgerStorage {
  /** Runs one statement at once. */
  exec(query: string, ...bindings: readonly (string | number | null)[]): readonly Readonly<Record<string, SqlValue>>[];
  /** All or nothing: what the callback wrote is undone when it throws. */
  transaction<T>(work: () => T): T;
  /**
   * Resolves when all that was written so far is durable. Rejects when this object no longer owns its storage: nothing
   * that it wrote since the last success counts then.
   */
  sync(): Promise<void>;
}

export type SqlValue = string | number | null | ArrayBuffer;

/** The part of a KV namespace that the ledger takes. */
export interface LedgerKv {
  get(names: string[], options: { type: "text"; cacheTtl: number }): Promise<Map<string, string | null>>;
  getWithMetadata(
    name: string,
    options: { type: "text"; cacheTtl: number },
  ): Promise<{ value: string | null; metadata: unknown }>;
  put(name: string, value: string, options: { expiration?: number; metadata: object }): Promise<void>;
  delete(name: string): Promise<void>;
  list(options: {
    prefix: string;
    cursor?: string;
    limit?: number;
  }): Promise<
    | { list_complete: false; keys: readonly ListedKey[]; cursor: string }
    | { list_complete: true; keys: readonly ListedKey[] }
  >;
}

export interface ListedKey {
  readonly name: string;
  /** NumericDate. */
  readonly expiration?: number;
  readonly metadata?: unknown;
}

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { LedgerStorage, SqlValue } from "../../src/ledger/ports.ts";
import type { World } from "./world.ts";

type Binding = string | number | null;

/** Statements that become durable together. */
interface Batch {
  readonly statements: { readonly query: string; readonly bindings: readonly Binding[] }[];
  state: "open" | "written" | "durable" | "lost";
  readonly confirmed: Promise<void>;
  readonly settle: { resolve: () => void; reject: (error: Error) => void };
}

/**
 * SQLite in memory that is durable as a Durable Object's is: writes are visible at once and safe a little later, in their
 * order. An instance that was replaced goes on reading its own copy, and nothing that it writes counts any more.
 */
export class SimulatedStorage implements LedgerStorage {
  readonly #world: World;
  readonly #database = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, StatementSync>();
  readonly #durable: Batch["statements"];
  readonly #batches: Batch[] = [];
  #inTransaction: Batch["statements"] | undefined;
  #replaced = false;
  /** Milliseconds that a write takes to be durable; it may be changed at any time. */
  commitDelay: () => number;

  /** @param durable what earlier instances left behind */
  constructor(world: World, commitDelay: () => number, durable: Batch["statements"] = []) {
    this.#world = world;
    this.commitDelay = commitDelay;
    this.#durable = durable;
    for (const { query, bindings } of durable) this.#run(query, bindings);
  }

  exec(query: string, ...bindings: readonly Binding[]): readonly Readonly<Record<string, SqlValue>>[] {
    const rows = this.#run(query, bindings);
    if (WRITES.test(query)) this.#log(query, bindings);
    return rows;
  }

  transaction<T>(work: () => T): T {
    if (this.#inTransaction !== undefined) return work();
    const written: Batch["statements"] = [];
    this.#inTransaction = written;
    this.#database.exec("BEGIN");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      this.#inTransaction = undefined;
      for (const { query, bindings } of written) this.#log(query, bindings);
      return result;
    } catch (error) {
      this.#inTransaction = undefined;
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Proves nothing when there was nothing to write: a replaced instance does not notice. */
  sync(): Promise<void> {
    return this.#batches.at(-1)?.confirmed ?? Promise.resolve();
  }

  /** The storage of the instance that takes over: all that is durable by now, and nothing else. */
  replace(commitDelay: () => number): SimulatedStorage {
    this.#replaced = true;
    for (const batch of this.#batches) if (batch.state !== "durable") batch.state = "lost";
    return new SimulatedStorage(this.#world, commitDelay, [...this.#durable]);
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #run(query: string, bindings: readonly Binding[]): Readonly<Record<string, SqlValue>>[] {
    if (bindings.length === 0 && !RETURNS_ROWS.test(query)) {
      this.#database.exec(query);
      return [];
    }
    let statement = this.#prepared.get(query);
    if (statement === undefined) {
      statement = this.#database.prepare(query);
      this.#prepared.set(query, statement);
    }
    return statement.all(...bindings) as Readonly<Record<string, SqlValue>>[];
  }

  #log(query: string, bindings: readonly Binding[]): void {
    if (this.#inTransaction !== undefined) {
      this.#inTransaction.push({ query, bindings });
      return;
    }
    let batch = this.#batches.at(-1);
    if (batch === undefined || batch.state !== "open") {
      batch = newBatch();
      this.#batches.push(batch);
      const opened = batch;
      this.#world.after(0, () => this.#write(opened));
    }
    batch.statements.push({ query, bindings });
  }

  #write(batch: Batch): void {
    if (batch.state === "open") batch.state = "written";
    this.#world.after(this.commitDelay(), () => this.#commit(batch));
  }

  #commit(batch: Batch): void {
    const index = this.#batches.indexOf(batch);
    const isFirst = this.#batches.slice(0, index).every(({ state }) => state === "durable");
    if (this.#replaced || batch.state === "lost") {
      batch.state = "lost";
      batch.settle.reject(new Error("This object does not own its storage any more."));
      return;
    }
    if (!isFirst) {
      this.#world.after(1, () => this.#commit(batch));
      return;
    }
    batch.state = "durable";
    this.#durable.push(...batch.statements);
    // Durable, and whoever wrote it does not know yet.
    this.#world.after(1, () => {
      batch.settle.resolve();
      while (this.#batches.length > 1 && this.#batches[0]?.state === "durable") this.#batches.shift();
    });
  }
}

const WRITES = /^\s*(insert|update|delete|replace|create|drop|alter|with\b[^;]*\b(insert|update|delete)\b)/iu;
const RETURNS_ROWS = /^\s*(select|with|pragma|values)|\breturning\b/iu;

function newBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => undefined);
  return { statements: [], state: "open", confirmed: promise, settle: { resolve, reject } };
}

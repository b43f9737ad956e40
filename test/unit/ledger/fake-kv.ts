import type { LedgerKv, ListedKey } from "../../../src/ledger/ports.ts";

interface Stored {
  readonly value: string;
  readonly metadata: unknown;
  readonly expiration: number | undefined;
}

/** KV in memory that notes every operation, and fails, hangs or shows old copies when a test says so. */
export class FakeKv implements LedgerKv {
  readonly keys = new Map<string, Stored>();
  /** Each operation as `put jotgate1:…`, in order. */
  readonly operations: string[] = [];
  /** Throws for an operation that shall fail; what it returns is waited for first. */
  before: (operation: string) => unknown = () => undefined;
  /** What the list shows in place of what is there. */
  shown: ReadonlyMap<string, Stored> | undefined;
  pageSize = 1_000;

  /** Writes as an outside writer does. */
  write(
    name: string,
    value: unknown,
    { metadata, expiration }: { metadata?: unknown; expiration?: number } = {},
  ): void {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    this.keys.set(name, { value: text, metadata: metadata ?? null, expiration });
  }

  /** The value under a name, parsed; undefined for nothing. */
  read(name: string): unknown {
    const stored = this.keys.get(name);
    return stored && JSON.parse(stored.value);
  }

  /** Operations that change something. */
  get writes(): readonly string[] {
    return this.operations.filter((operation) => /^(put|delete)/.test(operation));
  }

  async get(names: string[]): Promise<Map<string, string | null>> {
    await this.#begin(`get ${names.join(" ")}`);
    if (names.length > 100) throw new Error("KV GET failed: 400 Too many keys.");
    return new Map(names.map((name) => [name, (this.shown ?? this.keys).get(name)?.value ?? null]));
  }

  async getWithMetadata(name: string): Promise<{ value: string | null; metadata: unknown }> {
    await this.#begin(`get ${name}`);
    const { value = null, metadata = null } = this.keys.get(name) ?? {};
    return { value, metadata };
  }

  async put(name: string, value: string, options: { expiration?: number; metadata: object }): Promise<void> {
    await this.#begin(`put ${name}`);
    this.keys.set(name, { value, metadata: options.metadata, expiration: options.expiration });
  }

  async delete(name: string): Promise<void> {
    await this.#begin(`delete ${name}`);
    this.keys.delete(name);
  }

  async list({
    prefix,
    cursor,
    limit = 1_000,
  }: {
    prefix: string;
    cursor?: string;
    limit?: number;
  }): Promise<
    | { list_complete: false; keys: readonly ListedKey[]; cursor: string }
    | { list_complete: true; keys: readonly ListedKey[] }
  > {
    await this.#begin(`list ${cursor ?? ""}`);
    const names = [...(this.shown ?? this.keys).keys()].filter((name) => name.startsWith(prefix)).sort();
    const rest = names.filter((name) => cursor === undefined || name > cursor);
    const page = rest.slice(0, Math.min(limit, this.pageSize));
    const keys = page.map((name): ListedKey => {
      const stored = (this.shown ?? this.keys).get(name);
      return {
        name,
        ...(stored?.expiration !== undefined && { expiration: stored.expiration }),
        ...(stored?.metadata != null && { metadata: stored.metadata }),
      };
    });
    const last = page.at(-1);
    return last === undefined || page.length === rest.length
      ? { list_complete: true, keys }
      : { list_complete: false, keys, cursor: last };
  }

  async #begin(operation: string): Promise<void> {
    this.operations.push(operation);
    await this.before(operation);
  }
}

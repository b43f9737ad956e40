import { createHash } from "node:crypto";

/** What a key holds, and what is stored beside it. */
export interface Entry {
  readonly value: string;
  readonly metadata?: unknown;
}

/** A page of names, as KV lists them. */
export interface Listing {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** How many users have a record when users have records. */
const RECORDS = 10_000;

/** A cut-off that concerns no token. */
const HARMLESS = { format: 1, issuedBefore: 1 };

/**
 * What is in KV. Users that have a record are given one by name when a guard asks for it, and as a list of as many made-up users
 * when the ledger looks through KV: neither the guard nor the ledger can tell that these are not the same.
 */
export class KeyValueContents {
  readonly #written = new Map<string, Entry>();
  #users: readonly string[] | undefined;
  /** True while users have a record. */
  hasRecords = false;

  get(key: string): Entry | undefined {
    const given = this.hasRecords && key.startsWith("jotgate1:subject:");
    return this.#written.get(key) ?? (given ? { value: JSON.stringify(HARMLESS) } : undefined);
  }

  put(key: string, entry: Entry): void {
    this.#written.set(key, entry);
  }

  delete(key: string): void {
    this.#written.delete(key);
  }

  /** @param after the last name of the page before */
  list(prefix: string, after: string, limit: number): Listing {
    const names = [...(this.hasRecords ? this.#userRecords() : []), ...this.#written.keys()].sort();
    const left = names.filter((name) => name.startsWith(prefix) && name > after);
    // The record is repeated in the metadata, as writers are told to do, so that the ledger need not read it.
    const keys = left
      .slice(0, limit)
      .map((name) => ({ name, metadata: this.#written.get(name)?.metadata ?? { value: HARMLESS } }));
    const cursor = left.length > limit ? keys.at(-1)?.name : undefined;
    return { keys, list_complete: cursor === undefined, ...(cursor !== undefined && { cursor }) };
  }

  #userRecords(): readonly string[] {
    this.#users ??= Array.from({ length: RECORDS }, (_, user) => {
      const id = createHash("sha256").update(String(user)).digest().subarray(0, 16);
      return `jotgate1:subject:${id.toString("base64url")}`;
    });
    return this.#users;
  }
}

import { RecordNamer } from "../../../src/revocation/record-name.ts";

/** A secret that meets the rules for `REVOCATION_KEY`. */
export const REVOCATION_KEY = "a revocation key for tests, 32+ characters";

/** The part of a KV namespace that writing takes. */
interface WritableStore {
  put(name: string, value: string): Promise<void>;
}

/** Writes revocation records as an outside writer would: a derived name, a JSON value. */
export class RevocationRecords {
  readonly #store: WritableStore;
  readonly #namer: RecordNamer;

  private constructor(store: WritableStore, namer: RecordNamer) {
    this.#store = store;
    this.#namer = namer;
  }

  static async open(store: WritableStore): Promise<RevocationRecords> {
    return new RevocationRecords(store, await RecordNamer.create(REVOCATION_KEY));
  }

  revokeToken(issuer: string, tokenId: unknown): Promise<void> {
    return this.write("token", issuer, tokenId, { revoked: true });
  }

  revokeSession(issuer: string, sessionId: string): Promise<void> {
    return this.write("session", issuer, sessionId, { revoked: true });
  }

  raiseMinimumVersion(issuer: string, subject: string, minimumTokenVersion: number): Promise<void> {
    return this.write("subject", issuer, subject, { minimumTokenVersion });
  }

  /** @param value none for the kind `issuer` */
  async write(
    kind: "token" | "session" | "subject" | "issuer",
    issuer: string,
    value: unknown,
    record: Record<string, unknown>,
  ): Promise<void> {
    await this.writeText(kind, issuer, value, JSON.stringify({ format: 1, ...record }));
  }

  /** Writes any text under a record's name. */
  async writeText(
    kind: "token" | "session" | "subject" | "issuer",
    issuer: string,
    value: unknown,
    text: string,
  ): Promise<void> {
    const name = await this.#namer.name(kind, issuer, value === undefined ? undefined : String(value));
    await this.#store.put(name, text);
  }
}

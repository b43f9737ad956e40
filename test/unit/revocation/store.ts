import type { RevocationIdentity } from "../../../src/model/revocation.ts";
import { KvRevocationReader, type RecordStore } from "../../../src/revocation/kv-reader.ts";
import { NameMemory } from "../../../src/revocation/name-memory.ts";
import { type RecordName, RecordNamer } from "../../../src/revocation/record-name.ts";

/** Some time at which tests begin, as a NumericDate. */
export const T = 1_800_000_000;

export const namer = await RecordNamer.create("a revocation key for tests, 32+ characters");

export const ALICE: RevocationIdentity = {
  issuer: "https://issuer.example",
  subject: "alice",
  tokenId: "token-1",
  sessionId: "session-1",
};

export const BOB: RevocationIdentity = { ...ALICE, subject: "bob", tokenId: "token-2", sessionId: "session-2" };

export const REVOKED = JSON.stringify({ format: 1, revoked: true });
export const CUT_OFF = JSON.stringify({ format: 1, issuedBefore: 5 });

/** What {@link REVOKED} and {@link CUT_OFF} say. */
export const SAYS_REVOKED = {
  revoked: true,
  issuedBefore: undefined,
  minimumTokenVersion: undefined,
  until: undefined,
};
export const SAYS_CUT_OFF = { ...SAYS_REVOKED, revoked: false, issuedBefore: 5 };

type Answer = (names: readonly string[]) => unknown;

/** A store in memory that notes what it was asked for, and answers something else when a test says so. */
export class FakeStore implements RecordStore {
  readonly records = new Map<string, string>();
  readonly reads: (readonly string[])[] = [];
  readonly options: unknown[] = [];
  answer: Answer = (names) => new Map(names.map((name) => [name, this.records.get(name) ?? null]));

  async get(names: string[], options: unknown): Promise<Map<string, string | null>> {
    this.reads.push(names);
    this.options.push(options);
    return (await this.answer(names)) as Map<string, string | null>;
  }

  /** Kinds of the records that the last read was for. */
  get lastKinds(): readonly (string | undefined)[] | undefined {
    return this.reads.at(-1)?.map((name) => name.split(":")[1]);
  }
}

export function readerOf(store: RecordStore): KvRevocationReader {
  return new KvRevocationReader(store, new NameMemory(namer));
}

export function nameOf(kind: "token" | "session" | "subject", identity: RevocationIdentity): Promise<RecordName> {
  const value = { token: identity.tokenId, session: identity.sessionId, subject: identity.subject }[kind];
  return namer.name(kind, identity.issuer, value);
}

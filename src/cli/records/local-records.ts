import type { ObservedLookup } from "../../explain/observed-revocations.ts";
import type {
  RecordKind,
  RevocationIdentity,
  RevocationLookup,
  RevocationReader,
  RevocationRecord,
  UnavailableCause,
} from "../../model/revocation.ts";
import { readRecord } from "../../revocation/record-value.ts";

/** A record with whom it concerns. */
export interface LocalRecord {
  readonly kind: RecordKind;
  /** The record; `invalid` when the guard could not read it. */
  readonly record: RevocationRecord | "invalid";
  concerns(identity: RevocationIdentity): boolean | Promise<boolean>;
}

/** Revocation state that was written down, instead of a store. Remembers the last question. */
export class LocalRecords implements RevocationReader {
  observed: ObservedLookup | undefined;
  readonly #records: readonly LocalRecord[];
  readonly #unavailable: UnavailableCause | undefined;

  /** @param unavailable plays a store that cannot be had; the records are what is known from before */
  constructor(records: readonly LocalRecord[], unavailable?: UnavailableCause) {
    this.#records = records;
    this.#unavailable = unavailable;
  }

  async lookUp(identity: RevocationIdentity, now: number): Promise<RevocationLookup> {
    const lookup = await this.#lookUp(identity, now);
    this.observed = { identity, lookup };
    return lookup;
  }

  async #lookUp(identity: RevocationIdentity, now: number): Promise<RevocationLookup> {
    const records: { -readonly [kind in RecordKind]?: RevocationRecord } = {};
    for (const { kind, record, concerns } of this.#records) {
      if (!(await concerns(identity))) continue;
      if (record === "invalid") return { status: "record_invalid", kind };
      records[kind] = record;
    }
    return this.#unavailable === undefined
      ? { status: "known", records, source: "kv", asOf: now }
      : { status: "unavailable", cause: this.#unavailable, lastKnown: records };
  }
}

/** A record as docs/revocation-records.md describes it, read by the guard's own code; `format` may be left out. */
export function readFields(kind: RecordKind, fields: object): RevocationRecord | "invalid" {
  return readRecord(kind, JSON.stringify({ format: 1, ...fields })) ?? "invalid";
}

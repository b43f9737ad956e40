import { isObject } from "../model/json-values.ts";
import type { RevocationRecord } from "../model/revocation.ts";
import type { StoredRecord } from "../model/revocation-command.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { readRecord } from "../revocation/record-value.ts";
import { type About, kindOf, type LedgerRow } from "./ledger-row.ts";

/** A key that KV has. */
export interface KvEntry {
  readonly mark: Mark | undefined;
  readonly says: RevocationRecord | "unreadable";
  readonly about: About;
}

/** Says that a ledger wrote the key, as the record stood at that sequence number. */
export interface Mark {
  readonly ledger: string;
  readonly sequence: number;
}

/** Seconds that KV keeps a record for after it has stopped counting: its clock is not the guard's. */
const SPARE_SECONDS = 60;

/** KV takes no expiry that is under 60 seconds ahead by its own clock. */
const SHORTEST_SECONDS = 90;

/**
 * @param expiration NumericDate at which KV drops the key. A record without `until` counts for as long as KV keeps it, so this
 * is its end.
 */
export function readEntry(
  name: RecordName,
  value: string | undefined,
  metadata: unknown,
  expiration: number | undefined,
): KvEntry {
  const mark = readMark(metadata);
  const record = value === undefined ? undefined : readRecord(kindOf(name), value);
  if (value === undefined || record === undefined) return { mark, says: "unreadable", about: {} };
  return { mark, says: { ...record, until: record.until ?? expiration }, about: readAbout(value) };
}

/** What a writer repeats in the metadata, as the text that the value would be; undefined when nothing readable is there. */
export function valueInMetadata(name: RecordName, metadata: unknown): string | undefined {
  const value = memberOf(metadata, "value");
  if (!isObject(value)) return undefined;
  const text = JSON.stringify(value);
  return readRecord(kindOf(name), text) === undefined ? undefined : text;
}

export function readMark(metadata: unknown): Mark | undefined {
  const mark = memberOf(metadata, "jotgate");
  const ledger = memberOf(mark, "ledger");
  const sequence = memberOf(mark, "sequence");
  return typeof ledger === "string" && Number.isSafeInteger(sequence)
    ? { ledger, sequence: sequence as number }
    : undefined;
}

/** The record of a row as its value in KV is documented. */
export function toStored({ record, about }: Pick<LedgerRow, "record" | "about">): StoredRecord {
  const { revoked, issuedBefore, minimumTokenVersion, until } = record;
  return {
    format: 1,
    ...(revoked && { revoked }),
    ...(issuedBefore !== undefined && { issuedBefore }),
    ...(minimumTokenVersion !== undefined && { minimumTokenVersion }),
    ...(until !== undefined && { until }),
    ...about,
  };
}

/** Options with which KV gets a row. @param now NumericDate */
export function putOptions(row: LedgerRow, ledger: string, now: number): { expiration?: number; metadata: object } {
  const metadata = { jotgate: { ledger, sequence: row.sequence } };
  const { until } = row.record;
  if (until === undefined) return { metadata };
  return { expiration: Math.max(Math.ceil(until) + SPARE_SECONDS, Math.ceil(now) + SHORTEST_SECONDS), metadata };
}

function readAbout(value: string): About {
  const { by, why, at } = JSON.parse(value) as Record<string, unknown>;
  return {
    ...(typeof by === "string" && { by: by.slice(0, 512) }),
    ...(typeof why === "string" && { why: why.slice(0, 512) }),
    ...(typeof at === "number" && { at }),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

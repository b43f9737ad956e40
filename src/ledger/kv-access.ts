import type { Clock } from "../platform/clock.ts";
import { LATE, withDeadline } from "../platform/with-deadline.ts";
import type { RecordName } from "../revocation/record-name.ts";
import { type KvEntry, readEntry } from "./kv-entry.ts";
import type { LedgerKv } from "./ports.ts";

/** KV has no deadline of its own. */
const DEADLINE_MS = 10_000;

/** The shortest that KV takes, in seconds. */
export const CACHE_TTL = 30;

/** Waits for KV, but not forever. A write that is late may still be done, which whoever repeats it has to bear. */
export async function inTime<T>(work: Promise<T>, clock: Clock): Promise<T> {
  const outcome = await withDeadline(work, DEADLINE_MS, clock);
  if (outcome === LATE) throw new Error("KV did not answer in time.");
  return outcome;
}

/** Names that KV takes at a time. */
const NAMES_AT_ONCE = 100;

/** The values under some names; null for nothing. One operation for each hundred. */
export async function readValues(
  kv: LedgerKv,
  names: readonly RecordName[],
  clock: Clock,
): Promise<ReadonlyMap<RecordName, string | null>> {
  const values = new Map<RecordName, string | null>();
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    const some = names.slice(at, at + NAMES_AT_ONCE);
    const found = await inTime(kv.get(some, { type: "text", cacheTtl: CACHE_TTL }), clock);
    for (const name of some) values.set(name, found.get(name) ?? null);
  }
  return values;
}

/** What KV has under a name; undefined for nothing. Two operations at most. */
export async function readKey(kv: LedgerKv, name: RecordName, clock: Clock): Promise<KvEntry | undefined> {
  const options = { type: "text", cacheTtl: CACHE_TTL } as const;
  const { value, metadata } = await inTime(kv.getWithMetadata(name, options), clock);
  if (value === null) return undefined;
  const entry = readEntry(name, value, metadata, undefined);
  if (entry.mark !== undefined || entry.says === "unreadable" || entry.says.until !== undefined) return entry;
  // It ends when KV drops it, which only the list tells.
  const { keys } = await inTime(kv.list({ prefix: name, limit: 1 }), clock);
  return readEntry(name, value, metadata, keys[0]?.expiration);
}

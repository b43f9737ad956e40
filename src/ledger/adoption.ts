import { mergeRecords } from "../revocation/merge-records.ts";
import type { RecordName } from "../revocation/record-name.ts";
import type { History } from "./history.ts";
import type { KvEntry, Mark } from "./kv-entry.ts";
import { addsTo, isSame, type LedgerRow, NOTHING, newRow } from "./ledger-row.ts";
import type { RecordStore } from "./record-store.ts";

/** For how long after a write KV may still show what was there before, in milliseconds. */
const ECHO_MS = 300_000;

/** A row that was written longer ago than this is expected to be in KV's list, in milliseconds. */
const LISTED_AFTER_MS = 60_000;

/** How long a record stays on record after it has stopped counting, in seconds: guards' clocks may be late. */
export const KEPT_AFTER_END = 3_600;

/**
 * What a key in KV is to the ledger: `ours`, written by it; `old`, a copy of what was lifted since; `foreign`, knowledge that
 * others put there; `unreadable`; or `over`, a record that has ended.
 */
export type Origin = "ours" | "old" | "foreign" | "unreadable" | "over";

/**
 * Takes into the ledger what others wrote into KV, or did to it. All methods write, inside a transaction of their caller's,
 * and can be repeated: what is known already changes nothing.
 */
export class Adoption {
  readonly #store: RecordStore;
  readonly #history: History;

  constructor(store: RecordStore, history: History) {
    this.#store = store;
    this.#history = history;
  }

  /** `ours` and `old` as far as the mark alone shows it, so that the value need not be read. */
  markedAs(row: LedgerRow | undefined, mark: Mark | undefined): "ours" | "old" | undefined {
    if (row === undefined || mark === undefined) return undefined;
    const { id, former } = this.#store.head();
    const isCurrent = mark.ledger === id;
    if (!isCurrent && !former.includes(mark.ledger)) return undefined;
    if (row.liftedSequence !== null && mark.sequence < row.liftedSequence) return "old";
    // A copy that is ahead of the ledger can only be from before its storage was set back.
    return isCurrent && mark.sequence <= row.sequence ? "ours" : undefined;
  }

  /** Merges what KV has under a name. @param now milliseconds */
  merge(name: RecordName, entry: KvEntry, now: number): Origin {
    const row = this.#store.find(name);
    const marked = this.markedAs(row, entry.mark);
    if (marked !== undefined) return marked;
    const { says } = entry;
    if (says === "unreadable") return this.#distrust(row ?? newRow(name), now);
    if (says.until !== undefined && says.until + KEPT_AFTER_END <= now / 1000) {
      if (row?.invalid) this.#readableAgain(row, now);
      return "over";
    }
    if (row?.lifted && isEcho(row, now) && isSame(mergeRecords(row.lifted, says), row.lifted)) return "old";
    this.#adopt(row ?? newRow(name), entry, now);
    return "foreign";
  }

  /** A key that carries our mark is in the list. It may be a late write of an object that was replaced. */
  seen(row: LedgerRow, mark: Mark, now: number): void {
    if (row.wants !== null || isRecent(row.writtenAt, now, LISTED_AFTER_MS)) return;
    if (row.invalid) this.#readableAgain(row, now);
    else if (mark.sequence < row.sequence || !row.live)
      this.#store.track(queued(row, row.live ? "put" : "delete", now));
  }

  /** A row's key is not in the list. Returns whether there was something to do about it. */
  missing(row: LedgerRow, now: number): boolean {
    if (!row.live || row.wants !== null || isRecent(row.writtenAt, now, LISTED_AFTER_MS)) return false;
    if (row.invalid) {
      this.#readableAgain(row, now);
      return true;
    }
    const counts = row.record.until === undefined || row.record.until > now / 1000;
    if (counts) this.#store.track(queued(row, "put", now));
    return counts;
  }

  #adopt(row: LedgerRow, { says, about }: KvEntry, now: number): void {
    if (says === "unreadable") return;
    const merged = row.live ? mergeRecords(row.record, says) : says;
    const knowsLess = !isSame(merged, says);
    if (row.live && !row.invalid && isSame(merged, row.record)) {
      // Somebody has put less where more was: the ledger writes it once more.
      if (knowsLess && row.wants === null) this.#store.track(queued(row, "put", now));
      return;
    }
    const next: LedgerRow = {
      ...row,
      record: merged,
      about: addsTo(row, merged, now) ? about : row.about,
      live: true,
      invalid: false,
      withdrawn: row.withdrawn || row.invalid,
      // A delete is over, since there is something new; what is waiting to be written goes on waiting.
      ...(row.live ? {} : SETTLED),
    };
    const kept = this.#store.change(knowsLess && next.wants === null ? queued(next, "put", now) : next, now);
    this.#history.note("adopt", row, kept, now);
  }

  /** A key cannot be read. Guards answer 503 to whom it concerns, but for what a command is about to replace. */
  #distrust(row: LedgerRow, now: number): Origin {
    const isReplaced = row.wants === "replace" || row.wants === "delete";
    if (row.invalid || isReplaced || isRecent(row.writtenAt, now, ECHO_MS)) return "unreadable";
    const known = row.live ? {} : { record: NOTHING, about: {} };
    const kept = this.#store.change({ ...row, ...SETTLED, ...known, live: true, invalid: true }, now);
    this.#history.note("unreadable", row, kept, now);
    return "unreadable";
  }

  #readableAgain(row: LedgerRow, now: number): void {
    const cleared = { ...row, invalid: false, withdrawn: true };
    const kept = this.#store.change(
      isSame(row.record, NOTHING) ? { ...cleared, live: false, goneAt: now } : queued(cleared, "put", now),
      now,
    );
    this.#history.note("readable", row, kept, now);
  }
}

const SETTLED = { wants: null, due: null, queuedAt: null, tries: 0 } as const;

/** The row with something that KV has to be told: not before a second after the last time, and not before it was due. */
export function queued(row: LedgerRow, wants: LedgerRow["wants"], now: number): LedgerRow {
  const earliest = row.writtenAt === null || row.writtenAt > now ? now : Math.max(now, row.writtenAt + 1_000);
  return { ...row, wants, due: row.due ?? earliest, queuedAt: row.queuedAt ?? now };
}

/** True while KV may still have, or still show, what was lifted. */
function isEcho(row: LedgerRow, now: number): boolean {
  return row.goneAt === null ? row.wants !== null : isRecent(row.goneAt, now, ECHO_MS);
}

/** A time ahead of the clock is one before the clock was set back, and counts as recent. */
function isRecent(at: number | null, now: number, milliseconds: number): boolean {
  return at !== null && Math.abs(now - at) < milliseconds;
}

import type { RevocationRecord } from "../../../src/model/revocation.ts";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { Mirror } from "../../../src/revocation/mirror.ts";
import type { RecordAddresses } from "../../../src/revocation/name-memory.ts";
import { type PageRow, writePage } from "../../../src/revocation/page.ts";
import type { RecordId } from "../../../src/revocation/record-id.ts";
import { SAYS_NOTHING } from "./random-records.ts";

/** B, and some time of an isolate's clock. */
export const B = 5_000;
export const T = 1_800_000_000_000;
export const TEN_MINUTES = 600_000;

export const REVOKED: RevocationRecord = { ...SAYS_NOTHING, revoked: true };

export function version(minimumTokenVersion: number): RevocationRecord {
  return { ...SAYS_NOTHING, minimumTokenVersion };
}

export function row(index: number, says: PageRow["says"] = REVOKED, invalid = false): PageRow {
  return { ...idOf(index), says, invalid };
}

export function idOf(index: number): RecordId {
  return { high: index, low: index };
}

export function addressOf(index: number): RecordAddresses {
  return [{ kind: "token", octets: "x", name: "jotgate1:token:x", id: idOf(index) }];
}

export function found(mirror: Mirror, index: number): RevocationRecord | undefined {
  return mirror.look(addressOf(index)).records.token;
}

interface Changes {
  readonly since: number;
  readonly through: number;
  readonly rows?: readonly PageRow[];
  readonly ledger?: string;
  readonly complete?: boolean;
  readonly age?: number;
  readonly forgotten?: number;
}

export function changes({
  since,
  through,
  rows = [],
  ledger = "ledger-1",
  complete = true,
  age = 0,
  forgotten = 0,
}: Changes): FeedAnswer {
  return { kind: "changes", ledger, since, through, complete, forgotten, age, page: writePage(rows) };
}

/** A mirror that got records 1 and 2 of its ledger, by a question sent at T and answered at once. */
export function loaded(): Mirror {
  const mirror = new Mirror(B);
  mirror.apply(mirror.ask(T), changes({ since: 0, through: 2, rows: [row(1), row(2)] }), T);
  return mirror;
}

/** Whether what the mirror finds now may be relied on. */
export function isFresh(mirror: Mirror, now: number): boolean {
  return mirror.asOf(now) !== undefined;
}

import { indexOf, type Lane } from "./history-lanes.ts";
import type { LedgerStorage } from "./ports.ts";

/** Deletes the oldest entries of a lane that has too many; of a shared one those of whoever has most of them. */
export function shortenLane(storage: LedgerStorage, lane: Lane): void {
  if (lane.isShared && !isTooLong(storage, lane)) return;
  deleteOldest(storage, lane, lane.keeps);
}

/** A condition in SQL, with its bindings. */
type Whose = readonly [sql: string, ...bindings: string[]];

/** Takes from those who have more than their share. False when there is not too much then. */
function isTooLong(storage: LedgerStorage, lane: Lane): boolean {
  const { holds, keeps } = lane;
  // Other Workers say themselves who they are: all of them are one.
  const owners = storage.exec(
    `SELECT via, iif(via IS NULL, NULL, by) AS name, count(*) AS entries
     FROM history INDEXED BY ${indexOf(lane)} WHERE ${holds} GROUP BY 1, 2`,
  );
  const counts = owners.map(({ entries }) => entries as number);
  const most = shareOf(counts, keeps);
  for (const { via, name, entries } of owners) {
    if ((entries as number) <= most) continue;
    const whose: Whose = via === null ? ["via IS NULL"] : ["via IS ? AND by IS ?", via as string, name as string];
    deleteOldest(storage, lane, most, whose);
  }
  return counts.reduce((sum, count) => sum + Math.min(count, most), 0) > keeps;
}

/** The most that each may have so that all of them together have no more than `keeps`; at least 1. */
function shareOf(counts: readonly number[], keeps: number): number {
  let left = keeps;
  for (const [index, count] of counts.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (counts.length - index));
    if (count > share) return Math.max(share, 1);
    left -= count;
  }
  return keeps;
}

function deleteOldest(storage: LedgerStorage, lane: Lane, keeps: number, [sql, ...bindings]: Whose = ["1"]): void {
  const of = `history INDEXED BY ${indexOf(lane)} WHERE ${lane.holds} AND ${sql}`;
  storage.exec(
    `DELETE FROM ${of} AND number <= (SELECT number FROM ${of} ORDER BY number DESC LIMIT 1 OFFSET ?)`,
    ...[...bindings, ...bindings, keeps],
  );
}

import { DRIFT } from "./check-live-history.ts";
import type { LiveHistory } from "./events.ts";

/** What a history consists of: a run in which nothing was tried has nothing to be wrong about. */
export interface Summary {
  /** Requests by how they asked, status and who answered, such as `deny 200 mirror` or `strict 401`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly lifts: number;
  /** Commands that were acknowledged more than once. */
  readonly repeated: number;
  /** Requests sent B after a restriction was acknowledged and before a lift was sent, by guard. */
  readonly promised: Readonly<Record<string, number>>;
}

/** @param bound B in milliseconds */
export function summarise({ requests, commands }: LiveHistory, bound: number): Summary {
  const promised = requests.filter((request) => {
    const before = commands.filter(({ target, sentAt }) => target === request.target && sentAt <= request.receivedAt);
    const latest = before.at(-1);
    return (
      latest?.does === "restrict" &&
      latest.acknowledgedAt !== undefined &&
      request.sentAt > latest.acknowledgedAt + bound + DRIFT
    );
  });
  return {
    answers: countBy(requests, ({ asking, status, source }) => [asking, status, ...(source ? [source] : [])].join(" ")),
    acknowledged: commands.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length,
    lifts: commands.filter(({ does }) => does === "lift").length,
    repeated: commands.filter(({ sequences }) => sequences.length > 1).length,
    promised: countBy(promised, ({ guard }) => guard),
  };
}

function countBy<T>(all: readonly T[], key: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
  return counts;
}

/** What one isolate kept alive after a round of a flood (0: before the first). */
export interface LiveHeap {
  readonly guard: string;
  readonly round: number;
  readonly mebibytes: number;
}

/** Requests of each kind, per guard and round, that fill what there is to fill: more than any of the guard's memories has room for. */
export const ENOUGH_TO_FILL = 10_000;

/** The last round may need so much more than the one before, and so many MiB, which caches of the runtime take anyway. */
const LEVEL = 1.05;
const NOISE = 0.5;

/**
 * Judges by the last two rounds: everything is as full as it gets by then.
 *
 * @param count requests of each kind, per guard and round
 * @returns a line for people, which says so when nothing was judged; and what is wrong
 */
export function judgeGrowth(
  heaps: readonly LiveHeap[],
  count: number,
): { readonly growth: string; readonly found: readonly string[] } {
  const rounds = Math.max(0, ...heaps.map(({ round }) => round));
  if (count < ENOUGH_TO_FILL || rounds < 3) {
    return {
      growth: `growth of memory: NOT JUDGED, that takes three rounds with ${ENOUGH_TO_FILL} requests of each kind`,
      found: [],
    };
  }
  const of = (guard: string, round: number) =>
    heaps.find((heap) => heap.guard === guard && heap.round === round)?.mebibytes ?? Number.NaN;
  const found = [...new Set(heaps.map(({ guard }) => guard))].flatMap((guard) => {
    const [before, last] = [of(guard, rounds - 1), of(guard, rounds)];
    // A reading that is missing is no proof of anything.
    return last <= before * LEVEL + NOISE
      ? []
      : [
          `live heap of ${guard} grows: ${before.toFixed(1)} MiB after round ${rounds - 1}, then ${last.toFixed(1)} MiB`,
        ];
  });
  return { growth: `growth of memory: judged, ${found.length === 0 ? "none" : "some"}`, found };
}

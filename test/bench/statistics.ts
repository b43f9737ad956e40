import type { Batch, Sample } from "./sample.ts";

/** The middle of all rounds, and the quartiles: half of the rounds lie between these. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    const above = sorted[Math.ceil(place)] ?? Number.NaN;
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

export function median(values: readonly number[]): number {
  return spread(values).median;
}

export function total<T>(turns: readonly T[], value: (turn: T) => number): number {
  return turns.reduce((sum, turn) => sum + value(turn), 0);
}

export const cpuPerRequest = ({ cpu, requests }: Batch) => cpu / requests;
export const perSecond = ({ requests, seconds }: Sample) => requests / seconds;

/**
 * Ratios of two contestants' values in the same round: what the machine did in that round is in both, and the ratio is free
 * of it.
 */
export function ratio<T extends Batch | Sample>(
  turns: readonly T[],
  contestant: string,
  reference: string,
  value: (turn: T) => number,
): Spread {
  const ratios: number[] = [];
  for (const turn of turns) {
    if (turn.contestant !== contestant) continue;
    const other = turns.find((candidate) => candidate.contestant === reference && candidate.round === turn.round);
    if (other !== undefined) ratios.push(value(turn) / value(other));
  }
  return spread(ratios);
}

import type { Sample } from "./sample.ts";

/** The middle of the rounds, and between which values they lie. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
  return { median, least: at(0), most: at(sorted.length - 1) };
}

export function median(values: readonly number[]): number {
  return spread(values).median;
}

export const cpuPerRequest = ({ cpu, requests }: Sample) => cpu / requests;
export const perSecond = ({ requests, seconds }: Sample) => requests / seconds;

/**
 * Ratios of two contestants' values in the same round: what the machine did in that round is in both, and the ratio is free
 * of it.
 */
export function ratio(
  samples: readonly Sample[],
  contestant: string,
  reference: string,
  value: (sample: Sample) => number,
): Spread {
  const ratios: number[] = [];
  for (const sample of samples) {
    if (sample.contestant !== contestant) continue;
    const other = samples.find((candidate) => candidate.contestant === reference && candidate.round === sample.round);
    if (other !== undefined) ratios.push(value(sample) / value(other));
  }
  return spread(ratios);
}

import type { Case } from "./cases.ts";
import type { Batch, Sample } from "./sample.ts";
import { cpuPerRequest, median, perSecond, ratio, type Spread, total } from "./statistics.ts";

/** One contestant in one case, all its turns together. */
export interface Summary {
  readonly case: string;
  readonly contestant: string;
  /** Microseconds per request, in batches; so are the reads. */
  readonly cpu: number;
  readonly cpuToBare: Spread;
  readonly kvReadsInBatches: number;
  readonly perSecond: number;
  readonly throughputToBare: Spread;
  /** Share of its core that it used; well below 1, something else was the bottleneck. */
  readonly busy: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Operations per request, under load. */
  readonly kvReads: number;
  readonly keySetFetches: number;
  readonly originRequests: number;
  readonly ledgerQuestions: number;
  /** Megabytes. */
  readonly memory: number;
  readonly wrong: number;
}

export function summarize(of: Case, batches: readonly Batch[], samples: readonly Sample[]): Summary[] {
  const names = new Set(samples.map(({ contestant }) => contestant));
  return [...names].map((contestant) => {
    const ownBatches = batches.filter((batch) => batch.contestant === contestant);
    const own = samples.filter((sample) => sample.contestant === contestant);
    const sum = (value: (sample: Sample) => number) => total(own, value);
    const sent = sum((sample) => sample.sent);
    return {
      case: of.name,
      contestant,
      cpu: median(ownBatches.map(cpuPerRequest)),
      cpuToBare: ratio(batches, contestant, "bare", cpuPerRequest),
      kvReadsInBatches: total(ownBatches, ({ kvReads }) => kvReads) / total(ownBatches, ({ requests }) => requests),
      perSecond: median(own.map(perSecond)),
      throughputToBare: ratio(samples, contestant, "bare", perSecond),
      busy: sum(({ cpu }) => cpu) / 1e6 / sum(({ seconds }) => seconds),
      p50: median(own.map(({ p50 }) => p50 / 1000)),
      p99: median(own.map(({ p99 }) => p99 / 1000)),
      kvReads: sum(({ counts }) => counts.kvReads) / sent,
      keySetFetches: sum(({ counts }) => counts.keySetFetches) / sent,
      originRequests: sum(({ counts }) => counts.originRequests) / sent,
      ledgerQuestions: sum(({ counts }) => counts.ledgerQuestions) / sent,
      memory: Math.max(...own.map(({ memory }) => memory)) / 1e6,
      wrong: total(ownBatches, ({ wrong }) => wrong) + sum(({ wrong }) => wrong),
    };
  });
}

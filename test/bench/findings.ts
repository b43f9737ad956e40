import type { ContestantName } from "./contestants.ts";
import type { Memory } from "./memory.ts";
import type { Batch, Sample } from "./sample.ts";
import type { StartUp } from "./start-up.ts";
import { cpuPerRequest, perSecond, ratio, total } from "./statistics.ts";

/** Everything that a run found out. */
export interface Measured {
  readonly batches: readonly Batch[];
  readonly samples: readonly Sample[];
  readonly startUp: readonly StartUp[];
  readonly memory: readonly Memory[];
  /** Bytes of what the request path needs of the Worker, minified and gzipped. */
  readonly size: number;
}

/** What targets are about, read from what was measured: undefined, or no number, for what was not run. */
export type Finding = number | undefined;

/** CPU per request in batches of the same rounds. */
export function cpu({ batches }: Measured, of: string, contestant: ContestantName, reference: ContestantName): Finding {
  return ratio(inCase(batches, of), contestant, reference, cpuPerRequest).median;
}

export function throughput(
  { samples }: Measured,
  of: string,
  contestant: ContestantName,
  reference: ContestantName,
): Finding {
  return ratio(inCase(samples, of), contestant, reference, perSecond).median;
}

/** What half of the requests waited under load. */
export function wait(
  { samples }: Measured,
  of: string,
  contestant: ContestantName,
  reference: ContestantName,
): Finding {
  return ratio(inCase(samples, of), contestant, reference, ({ p50 }) => p50).median;
}

export function kvReadsPerRequest(measured: Measured, of: string, contestant: ContestantName): Finding {
  const own = samplesOf(measured, of, contestant);
  return total(own, ({ counts }) => counts.kvReads) / total(own, ({ sent }) => sent);
}

/** Of both ways to get keys. */
export function operations(measured: Measured, of: string): Finding {
  const own = [...samplesOf(measured, of, "jotgate"), ...samplesOf(measured, of, "jotgate-uri")];
  if (own.length === 0) return undefined;
  return total(own, ({ counts }) => counts.kvReads + counts.keySetFetches + counts.originRequests);
}

/** Most questions per begun second of any round; a second is the least that lies between two. */
export function questionsPerSecond(measured: Measured, of: string): Finding {
  const own = samplesOf(measured, of, "jotgate-ledger");
  if (own.length === 0) return undefined;
  return Math.max(...own.map(({ counts, seconds }) => counts.ledgerQuestions / (Math.floor(seconds) + 1)));
}

export function fetchesPerCoolDown(measured: Measured): Finding {
  const own = samplesOf(measured, "unknown-kid", "jotgate-uri");
  if (own.length === 0) return undefined;
  const begin = Math.min(...own.map(({ at }) => at));
  const end = Math.max(...own.map(({ at, seconds }) => at + seconds));
  return total(own, ({ counts }) => counts.keySetFetches) / Math.ceil((end - begin) / 30);
}

export function startRatio({ startUp }: Measured): Finding {
  const [bare, jotgate] = ["bare", "jotgate"].map((name) => startUp.find(({ contestant }) => contestant === name));
  return bare && jotgate && jotgate.start / bare.start;
}

export function firstOverLater({ startUp }: Measured): Finding {
  const jotgate = startUp.find(({ contestant }) => contestant === "jotgate");
  return jotgate && jotgate.firstRequest - jotgate.laterRequest;
}

export function memoryOverBare({ memory }: Measured): Finding {
  const [bare, jotgate] = ["bare", "jotgate"].map((name) => memory.find(({ contestant }) => contestant === name));
  return bare && jotgate && jotgate.afterAll - bare.afterAll;
}

function samplesOf({ samples }: Measured, of: string, contestant: ContestantName): readonly Sample[] {
  return inCase(samples, of).filter((sample) => sample.contestant === contestant);
}

function inCase<T extends Batch | Sample>(turns: readonly T[], of: string): readonly T[] {
  return turns.filter((turn) => turn.case === of);
}

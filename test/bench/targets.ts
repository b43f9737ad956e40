import type { Memory } from "./memory.ts";
import type { Sample } from "./sample.ts";
import type { StartUp } from "./start-up.ts";
import { cpuPerRequest, perSecond, ratio } from "./statistics.ts";

/** Everything that a run found out. */
export interface Measured {
  readonly samples: readonly Sample[];
  readonly startUp: readonly StartUp[];
  readonly memory: readonly Memory[];
  /** Bytes of what the request path needs of the Worker, minified and gzipped. */
  readonly size: number;
}

export interface Target {
  readonly about: string;
  readonly target: string;
  /** Undefined when the run was not asked for what it takes. */
  readonly measured: string | undefined;
  readonly met: boolean;
}

/** What Jotgate aims at, and what this run says about it. */
export function judge(measured: Measured): Target[] {
  return [
    atMost("hot, no identity headers: CPU", 1.08, cpu(measured, "hot", "jotgate-plain", "bare"), "bare"),
    atLeast("hot, no identity headers: throughput", 0.93, throughput(measured, "hot", "jotgate-plain", "bare"), "bare"),
    atMost("warm, no identity headers: CPU", 1.08, cpu(measured, "warm", "jotgate-plain", "bare"), "bare"),
    atLeast(
      "warm, no identity headers: throughput",
      0.93,
      throughput(measured, "warm", "jotgate-plain", "bare"),
      "bare",
    ),
    atMost(
      "hot, identity headers: CPU",
      1.08,
      cpu(measured, "hot", "jotgate-headers", "bare-headers"),
      "bare + headers",
    ),
    atMost(
      "warm, identity headers: CPU",
      1.08,
      cpu(measured, "warm", "jotgate-headers", "bare-headers"),
      "bare + headers",
    ),
    atMost("fresh, no identity headers: CPU", 1.1, cpu(measured, "fresh", "jotgate-plain", "raw"), "raw verify"),
    atMost("fresh, identity headers: CPU", 1.25, cpu(measured, "fresh", "jotgate-headers", "raw"), "raw verify"),
    atMost("hot: KV reads per request", 0.01, perRequest(measured, "hot", "kvReads"), ""),
    atMost("fresh: KV reads per request", 1, perRequest(measured, "fresh", "kvReads"), ""),
    atMost("hot, ledger: KV reads per request", 0, perRequest(measured, "hot", "kvReads", "jotgate-ledger"), ""),
    atMost("fresh, ledger: KV reads per request", 0, perRequest(measured, "fresh", "kvReads", "jotgate-ledger"), ""),
    atMost("fresh, ledger: questions to it per begun second", 1, questionsPerSecond(measured, "fresh"), ""),
    atMost(
      "hot, KV takes 10 ms: p50",
      1.1,
      value(measured, "kv-10", "jotgate-plain", "bare", ({ p50 }) => p50),
      "bare",
    ),
    atMost("malformed: CPU", 1.3, cpu(measured, "malformed", "jotgate", "refuse"), "refuse at once"),
    atMost("malformed: KV, key-set and origin requests", 0, operations(measured, "malformed"), ""),
    atMost("forged, distinct: CPU", 1.15, cpu(measured, "forged-distinct", "jotgate", "raw"), "raw verify"),
    atMost("forged, repeated: CPU", 1.3, cpu(measured, "forged-repeated", "jotgate", "refuse"), "refuse at once"),
    atMost("unknown kid: CPU", 1.3, cpu(measured, "unknown-kid", "jotgate-uri", "refuse"), "refuse at once"),
    atMost("unknown kid: key-set fetches per cool-down of 30 s", 1, fetchesPerCoolDown(measured), ""),
    atMost("size of the request path, minified and gzipped: kB", 25, measured.size / 1000, ""),
    atMost("start", 1.1, startRatio(measured), "bare"),
    atMost("first verified request over later ones: ms", 2, firstOverLater(measured), ""),
    atMost("memory with 10,000 tokens and records, over bare: MB", 20, memoryOverBare(measured), ""),
  ];
}

function atMost(about: string, limit: number, measured: number | undefined, reference: string): Target {
  return target(about, `≤ ${limit}`, measured, reference, (value) => value <= limit);
}

function atLeast(about: string, limit: number, measured: number | undefined, reference: string): Target {
  return target(about, `≥ ${limit}`, measured, reference, (value) => value >= limit);
}

function target(
  about: string,
  limit: string,
  measured: number | undefined,
  reference: string,
  holds: (value: number) => boolean,
): Target {
  const known = measured !== undefined && !Number.isNaN(measured);
  return {
    about,
    target: reference === "" ? limit : `${limit} × ${reference}`,
    measured: known ? measured.toFixed(Number.isInteger(measured) ? 0 : 2) : undefined,
    met: known && holds(measured),
  };
}

type Value = (sample: Sample) => number;

function value({ samples }: Measured, of: string, contestant: string, reference: string, value: Value): number {
  const inCase = samples.filter((sample) => sample.case === of);
  return ratio(inCase, contestant, reference, value).median;
}

function cpu(measured: Measured, of: string, contestant: string, reference: string): number {
  return value(measured, of, contestant, reference, cpuPerRequest);
}

function throughput(measured: Measured, of: string, contestant: string, reference: string): number {
  return value(measured, of, contestant, reference, perSecond);
}

function ofJotgate({ samples }: Measured, of: string, contestant = "jotgate"): readonly Sample[] {
  return samples.filter((sample) => sample.case === of && sample.contestant === contestant);
}

function perRequest(measured: Measured, of: string, count: "kvReads", contestant = "jotgate"): number {
  const own = ofJotgate(measured, of, contestant);
  return sum(own, ({ counts }) => counts[count]) / sum(own, ({ sent }) => sent);
}

/** Of both ways to get keys. */
function operations(measured: Measured, of: string): number | undefined {
  const own = [...ofJotgate(measured, of), ...ofJotgate(measured, of, "jotgate-uri")];
  if (own.length === 0) return undefined;
  return sum(own, ({ counts }) => counts.kvReads + counts.keySetFetches + counts.originRequests);
}

/** Most questions per begun second of any round; a second is the least that lies between two. */
function questionsPerSecond(measured: Measured, of: string): number | undefined {
  const own = ofJotgate(measured, of, "jotgate-ledger");
  if (own.length === 0) return undefined;
  return Math.max(...own.map(({ counts, seconds }) => counts.ledgerQuestions / (Math.floor(seconds) + 1)));
}

function fetchesPerCoolDown(measured: Measured): number | undefined {
  const own = ofJotgate(measured, "unknown-kid", "jotgate-uri");
  if (own.length === 0) return undefined;
  const begin = Math.min(...own.map(({ at }) => at));
  const end = Math.max(...own.map(({ at, seconds }) => at + seconds));
  return sum(own, ({ counts }) => counts.keySetFetches) / Math.ceil((end - begin) / 30);
}

function startRatio({ startUp }: Measured): number | undefined {
  const [bare, jotgate] = ["bare", "jotgate"].map((name) => startUp.find(({ contestant }) => contestant === name));
  return bare && jotgate && jotgate.start / bare.start;
}

function firstOverLater({ startUp }: Measured): number | undefined {
  const jotgate = startUp.find(({ contestant }) => contestant === "jotgate");
  return jotgate && jotgate.firstRequest - jotgate.laterRequest;
}

function memoryOverBare({ memory }: Measured): number | undefined {
  const [bare, jotgate] = ["bare", "jotgate"].map((name) => memory.find(({ contestant }) => contestant === name));
  return bare && jotgate && jotgate.afterAll - bare.afterAll;
}

function sum(samples: readonly Sample[], value: Value): number {
  return samples.reduce((total, sample) => total + value(sample), 0);
}

import {
  cpu,
  type Finding,
  fetchesPerCoolDown,
  firstOverLater,
  kvReadsPerRequest,
  type Measured,
  memoryOverBare,
  operations,
  questionsPerSecond,
  startRatio,
  throughput,
  wait,
} from "./findings.ts";

export interface Target {
  readonly about: string;
  readonly target: string;
  /** Undefined when the run was not asked for what it takes. */
  readonly measured: string | undefined;
  readonly met: boolean;
  /** The same for who does what must be done and decides nothing; undefined where there is no such contestant. */
  readonly undecided: string | undefined;
}

/** What Jotgate aims at, and what this run says about it. */
export function judge(measured: Measured): Target[] {
  const { size } = measured;
  return [
    ...["hot", "warm"].flatMap((of) => [
      atMost(`${of}, no identity headers: CPU`, 1.08, cpu(measured, of, "jotgate-plain", "bare"), {
        reference: "bare",
        undecided: cpu(measured, of, "bare-complete", "bare"),
      }),
      atLeast(`${of}, no identity headers: throughput`, 0.93, throughput(measured, of, "jotgate-plain", "bare"), {
        reference: "bare",
        undecided: throughput(measured, of, "bare-complete", "bare"),
      }),
    ]),
    ...["hot", "warm"].map((of) =>
      atMost(`${of}, identity headers: CPU`, 1.08, cpu(measured, of, "jotgate-headers", "bare-headers"), {
        reference: "bare + headers",
      }),
    ),
    atMost("fresh, no identity headers: CPU", 1.1, cpu(measured, "fresh", "jotgate-plain", "raw"), RAW),
    atMost("fresh, identity headers: CPU", 1.25, cpu(measured, "fresh", "jotgate-headers", "raw"), RAW),
    atMost("hot: KV reads per request", 0.01, kvReadsPerRequest(measured, "hot", "jotgate")),
    atMost("fresh: KV reads per request", 1, kvReadsPerRequest(measured, "fresh", "jotgate")),
    atMost("hot, ledger: KV reads per request", 0, kvReadsPerRequest(measured, "hot", "jotgate-ledger")),
    atMost("fresh, ledger: KV reads per request", 0, kvReadsPerRequest(measured, "fresh", "jotgate-ledger")),
    atMost("fresh, ledger: questions to it per begun second", 1, questionsPerSecond(measured, "fresh")),
    atMost("hot, KV takes 10 ms: p50", 1.1, wait(measured, "kv-10", "jotgate-plain", "bare"), {
      reference: "bare",
      undecided: wait(measured, "kv-10", "bare-complete", "bare"),
    }),
    atMost("malformed: CPU", 1.3, cpu(measured, "malformed", "jotgate", "refuse"), refusing(measured, "malformed")),
    atMost("malformed: KV, key-set and origin requests", 0, operations(measured, "malformed")),
    atMost("forged, distinct: CPU", 1.15, cpu(measured, "forged-distinct", "jotgate", "raw"), RAW),
    atMost(
      "forged, repeated: CPU",
      1.3,
      cpu(measured, "forged-repeated", "jotgate", "refuse"),
      refusing(measured, "forged-repeated"),
    ),
    atMost(
      "unknown kid: CPU",
      1.3,
      cpu(measured, "unknown-kid", "jotgate-uri", "refuse"),
      refusing(measured, "unknown-kid"),
    ),
    atMost("unknown kid: key-set fetches per cool-down of 30 s", 1, fetchesPerCoolDown(measured)),
    atMost("size of the request path, minified and gzipped: kB", 25, size / 1000),
    atMost("start", 1.1, startRatio(measured), { reference: "bare" }),
    atMost("first verified request over later ones: ms", 2, firstOverLater(measured)),
    atMost("memory with 10,000 tokens and records, over bare: MB", 20, memoryOverBare(measured)),
  ];
}

interface Comparison {
  /** Of which the limit is a multiple. */
  readonly reference: string;
  readonly undecided?: Finding;
}

const RAW: Comparison = { reference: "raw verify" };

function refusing(measured: Measured, of: string): Comparison {
  return { reference: "refuse at once", undecided: cpu(measured, of, "refuse-log", "refuse") };
}

function atMost(about: string, limit: number, finding: Finding, comparison?: Comparison): Target {
  return target(about, `≤ ${limit}`, finding, comparison, (value) => value <= limit);
}

function atLeast(about: string, limit: number, finding: Finding, comparison?: Comparison): Target {
  return target(about, `≥ ${limit}`, finding, comparison, (value) => value >= limit);
}

function target(
  about: string,
  limit: string,
  finding: Finding,
  comparison: Comparison | undefined,
  holds: (value: number) => boolean,
): Target {
  return {
    about,
    target: comparison === undefined ? limit : `${limit} × ${comparison.reference}`,
    measured: write(finding),
    met: finding !== undefined && holds(finding),
    undecided: write(comparison?.undecided),
  };
}

function write(finding: Finding): string | undefined {
  if (finding === undefined || Number.isNaN(finding)) return undefined;
  return finding.toFixed(Number.isInteger(finding) ? 0 : 2);
}

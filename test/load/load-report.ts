/** What came of a load. */
export interface LoadReport {
  readonly seconds: number;
  /** Answers that were judged. */
  readonly requests: number;
  /** How many of what kind got what answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** Acknowledged ones. */
  readonly commands: number;
  readonly lifts: number;
  /** Tokens whose whole history was checked. */
  readonly histories: number;
  /** Changes of issuers' keys. */
  readonly rotations: number;
  /** Faults by dependency. */
  readonly faults: Readonly<Record<string, number>>;
  /** Answers that were not true, with the history of the token. Has to be empty. */
  readonly wrong: readonly string[];
  /** Answers of 5xx that no fault explains. Has to be empty. */
  readonly unasked: readonly string[];
  /** Answers of 502, 503 and 504 that only a machine without time explains. */
  readonly stalled: number;
  /** Resident memory of workerd in MiB, in the order of time, and the means of the three thirds. */
  readonly memory: readonly number[];
  readonly thirds: readonly [number, number, number];
}

/** Memory has levelled off when the last third needs no more than this over the one before. */
const LEVEL = 1.15;

/** Shorter runs are all beginning. */
const LONG_ENOUGH_TO_LEVEL_OFF = 300;

/** What is wrong with a run as a whole. */
export function faultsOf({ wrong, unasked, thirds, seconds }: LoadReport): string[] {
  const [, second, last] = thirds;
  const grows = seconds >= LONG_ENOUGH_TO_LEVEL_OFF && last / second > LEVEL;
  return [
    ...wrong,
    ...unasked,
    ...(grows
      ? [`memory grows: ${Math.round(second)} MiB in the second third, ${Math.round(last)} MiB in the last`]
      : []),
  ];
}

/** The report for people, in lines. */
export function describeReport(report: LoadReport): string[] {
  const { seconds, requests, answers, faults, wrong, unasked, thirds, memory } = report;
  const rate = Math.round(requests / seconds);
  const { stall: stalls = 0, ...others } = faults;
  const sum = Object.values(others).reduce((total, count) => total + count, 0);
  const kinds = Object.entries(others).map(([what, count]) => `${what} ${count}`);
  const megabytes = (values: readonly number[]) => values.map((value) => `${Math.round(value)}`).join(", ");
  return [
    `${requests} requests in ${Math.round(seconds)} s (${rate}/s), every answer judged`,
    `${report.commands} commands acknowledged (${report.lifts} lifts), ${report.histories} tokens' histories checked`,
    `${report.rotations} changes of keys`,
    `${sum} faults survived: ${kinds.join(", ")}`,
    `wrong verdicts: ${wrong.length}`,
    `5xx that were not asked for: ${unasked.length}; that only the machine's ${stalls} stalls explain: ${report.stalled}`,
    `memory of workerd in MiB: ${megabytes(thirds)} (means of thirds), ${megabytes([Math.max(...memory)])} at most`,
    ...Object.entries(answers)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `  ${String(count).padStart(8)} ${what}`),
  ];
}

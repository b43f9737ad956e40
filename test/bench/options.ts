import { parseArgs } from "node:util";
import { CASES, type Case } from "./cases.ts";
import { CONTESTANTS } from "./contestants.ts";
import type { Extent } from "./run-case.ts";

/** `contestants` take part at all; cases choose from these. */
export interface Options extends Extent {
  readonly cases: readonly Case[];
  /** Where results go. */
  readonly output: string;
  /** Write the table and the chart into `docs/`, too. */
  readonly publish: boolean;
}

export const USAGE = `npm run bench -- [--batches 80] [--rounds 3] [--seconds 1] [--cases hot,fresh] [--contestants bare,jotgate] [--output folder] [--publish]
batches:     how many of them, per contestant and case: CPU time is measured with these
rounds:      of load, per contestant and case, and how many seconds each takes: throughput, p50 and p99
cases:       ${CASES.map(({ name }) => name).join(" ")}
contestants: ${CONTESTANTS.map(({ name }) => name).join(" ")}`;

/** Throws with the usage for anything that is not understood. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      batches: { type: "string", default: "80" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "1" },
      cases: { type: "string" },
      contestants: { type: "string" },
      output: { type: "string", default: "test/bench/results" },
      publish: { type: "boolean", default: false },
    },
  });
  const contestants = choose(values.contestants, CONTESTANTS);
  return {
    batches: wholeNumber(values.batches, 1, 500),
    rounds: wholeNumber(values.rounds, 1, 50),
    seconds: wholeNumber(values.seconds, 1, 30),
    cases: choose(values.cases, CASES),
    contestants: new Set(contestants.map(({ name }) => name)),
    output: values.output,
    publish: values.publish,
  };
}

function choose<T extends { readonly name: string }>(names: string | undefined, all: readonly T[]): readonly T[] {
  if (names === undefined) return all;
  return names.split(",").map((name) => {
    const found = all.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.\n${USAGE}`);
    return found;
  });
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${text} is no whole number from ${least} to ${most}.\n${USAGE}`);
  }
  return value;
}

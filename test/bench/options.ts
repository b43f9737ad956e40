import { parseArgs } from "node:util";
import { CASES, type Case } from "./cases.ts";
import { CONTESTANTS } from "./contestants.ts";

export interface Options {
  readonly rounds: number;
  /** Of load per contestant, case and round. */
  readonly seconds: number;
  readonly cases: readonly Case[];
  /** Takes part at all; cases choose from these. */
  readonly contestants: ReadonlySet<string>;
  /** Where results go. */
  readonly output: string;
  /** Write the table and the chart into `docs/`, too. */
  readonly publish: boolean;
}

export const USAGE = `npm run bench -- [--rounds 5] [--seconds 3] [--cases hot,fresh] [--contestants bare,jotgate] [--output folder] [--publish]
cases:       ${CASES.map(({ name }) => name).join(" ")}
contestants: ${CONTESTANTS.map(({ name }) => name).join(" ")}`;

/** Throws with the usage for anything that is not understood. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      cases: { type: "string" },
      contestants: { type: "string" },
      output: { type: "string", default: "test/bench/results" },
      publish: { type: "boolean", default: false },
    },
  });
  const contestants = choose(values.contestants, CONTESTANTS);
  return {
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

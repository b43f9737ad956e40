import { parseArgs } from "node:util";
import { TARGETS } from "./targets.ts";

export interface Options {
  /** How long to go on; the corpus is replayed in any case. */
  readonly minutes: number;
  readonly seed: number;
  readonly targets: readonly string[];
  /** A finding to run once more. */
  readonly replay: string | undefined;
  /** Add what reached new code to the corpus in the repository. */
  readonly save: boolean;
  /** Where findings go. */
  readonly findings: string;
}

export const HELP = `Feeds generated input to the code that reads what strangers write, guided by which blocks of code an input reaches.

  npm run fuzz -- [--minutes 5] [--target NAME]... [--seed N] [--save] [--findings FOLDER]
  npm run fuzz -- --replay FILE

  --minutes N     how long to go on after the corpus was replayed; fractions are fine, 0 replays only (default 5)
  --target NAME   fuzz this target; may be given several times (default: all, in turns)
  --seed N        begin with another seed, which is printed otherwise
  --save          keep inputs that reached new code in test/fuzz/corpus
  --findings DIR  where findings are written (default test/fuzz/findings)
  --replay FILE   run a finding once more
  --help          this text

Examples
  npm run fuzz -- --minutes 30                        all targets, half an hour
  npm run fuzz -- --target path --target tokens       two targets, five minutes
  npm run fuzz -- --minutes 10 --seed 42 --save       from a known seed, and keep what was learned
  npm run fuzz -- --replay test/fuzz/findings/path-0123456789ab.json

Exit codes: 0 nothing was found, 1 something was (its file and how to replay it are printed), 2 wrong usage.

Targets
${TARGETS.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`).join("\n")}
`;

/** Wrong usage. */
export class Misused extends Error {}

/** @returns undefined when help is asked for. @throws Misused */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const names = TARGETS.map(({ name }) => name);
  const targets = values.target ?? names;
  const unknown = targets.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Misused(`There is no target ${unknown}; there are ${names.join(", ")}.`);
  return {
    minutes: readNumber("minutes", values.minutes, 24 * 60),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : readNumber("seed", values.seed, 2 ** 32),
    targets: [...new Set(targets)],
    replay: values.replay,
    save: values.save,
    findings: values.findings,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: "string", default: "5" },
        target: { type: "string", multiple: true },
        seed: { type: "string" },
        save: { type: "boolean", default: false },
        findings: { type: "string", default: "test/fuzz/findings" },
        replay: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new Misused((error as Error).message);
  }
}

function readNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= most))
    throw new Misused(`--${name} takes a number from 0 to ${most}.`);
  return number;
}

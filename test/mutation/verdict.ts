import type { Equivalent } from "./equivalents.ts";
import { nameSurvivor, type Survivor, sameSurvivor, type TriedMutant } from "./survivor.ts";

/** Counts of mutants. Those that cannot run say nothing and are not in `total`. */
export interface Score {
  readonly total: number;
  readonly killed: number;
  readonly timedOut: number;
  /** Survivors that are explained, and others. */
  readonly explained: number;
  readonly unexplained: number;
}

export interface Verdict {
  readonly byFile: ReadonlyMap<string, Score>;
  readonly all: Score;
  readonly explained: readonly Equivalent[];
  readonly unexplained: readonly Survivor[];
  /** Explanations of files that were mutated, for which there is no survivor any more. */
  readonly outdated: readonly Equivalent[];
}

/**
 * Compares what survived with what may survive.
 *
 * @param sourceOf text of a file, by the name that equivalents have it under
 */
export function judge(
  mutants: readonly TriedMutant[],
  equivalents: readonly Equivalent[],
  nameOf: (fileName: string) => string,
  sourceOf: (file: string) => string,
): Verdict {
  const byFile = new Map<string, Score>();
  const explained = new Set<Equivalent>();
  const unexplained: Survivor[] = [];
  for (const mutant of mutants) {
    const file = nameOf(mutant.fileName);
    const survives = mutant.status === "Survived" || mutant.status === "NoCoverage";
    const survivor = survives ? nameSurvivor(file, sourceOf(file), mutant) : undefined;
    const equivalent = survivor && equivalents.find((each) => sameSurvivor(each, survivor));
    if (equivalent !== undefined) explained.add(equivalent);
    else if (survivor !== undefined) unexplained.push(survivor);
    byFile.set(file, add(byFile.get(file) ?? NONE, count(mutant, equivalent !== undefined)));
  }
  return {
    byFile,
    all: [...byFile.values()].reduce(add, NONE),
    explained: [...explained],
    unexplained,
    outdated: equivalents.filter((each) => byFile.has(each.file) && !explained.has(each)),
  };
}

/** Share of mutants that tests noticed, in percent. A mutant that never ends was noticed. */
export function percent({ total, killed, timedOut }: Score): number {
  return total === 0 ? 100 : (100 * (killed + timedOut)) / total;
}

const NONE: Score = { total: 0, killed: 0, timedOut: 0, explained: 0, unexplained: 0 };

function count({ status }: TriedMutant, isExplained: boolean): Score {
  switch (status) {
    case "Killed":
      return { ...NONE, total: 1, killed: 1 };
    case "Timeout":
      return { ...NONE, total: 1, timedOut: 1 };
    case "Survived":
    case "NoCoverage":
      return isExplained ? { ...NONE, total: 1, explained: 1 } : { ...NONE, total: 1, unexplained: 1 };
    default:
      return NONE;
  }
}

function add(a: Score, b: Score): Score {
  return {
    total: a.total + b.total,
    killed: a.killed + b.killed,
    timedOut: a.timedOut + b.timedOut,
    explained: a.explained + b.explained,
    unexplained: a.unexplained + b.unexplained,
  };
}

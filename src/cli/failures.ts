import { plain } from "../explain/printable.ts";
import type { Problem } from "../model/problem.ts";

/** Wrong usage, exit code 2. The message says what to do, and never repeats a value that might be a secret. */
export class UsageError extends Error {}

/** Wrong usage that the guard found. */
export class Rejected extends UsageError {
  /** Everything that is wrong; empty when it did not say. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const texts = problems.map(({ path, problem, remedy }) => plain(`${path} ${problem}. ${remedy}`));
    super(texts.join(" ") || "The guard does not understand this.");
    this.problems = problems;
  }
}

/** The question cannot be answered, exit code 3. The message says why. */
export class CannotTell extends Error {}

/** Somebody who was asked says no, exit code 1. The message says why. */
export class Denied extends Error {}

/** There is nothing under this name. */
export class NoSuchRecord extends Denied {}

import { plain } from "../explain/printable.ts";
import type { Problem } from "../model/problem.ts";

/** Wrong usage, exit code 2. The message says what to do, and never repeats a value that might be a secret. */
export class UsageError extends Error {}

/** Wrong usage that the guard found. */
export class Rejected extends UsageError {
  /** Everything that is wrong; empty when it did not say. */
  readonly problems: readonly Problem[];

  /** @param otherwise what to say when there are none */
  constructor(problems: readonly Problem[], otherwise = "The guard does not understand this.") {
    const texts = problems.map(({ path, problem, remedy }) => plain(`${path} ${problem}. ${remedy}`));
    super(texts.join(" ") || otherwise);
    this.problems = problems;
  }
}

/** The question cannot be answered, exit code 3. The message says why. */
export class CannotTell extends Error {}

/** Nobody answered just now: the same question may find an answer a little later. */
export class NoAnswer extends CannotTell {}

/** Nobody knows whether a command was carried out. */
export class Unacknowledged extends CannotTell {
  /** Whoever asks again with it has the command carried out once, whatever came of the first time. */
  readonly id: string;

  /** @param isNew whether the id was made up here, so that nobody has seen it yet */
  constructor(cause: CannotTell, id: string, isNew: boolean) {
    const which = isNew ? `--id ${id}` : "the same --id";
    super(`${cause.message}\nAsk again with ${which}: it is carried out once, whatever came of it this time.`, {
      cause,
    });
    this.id = id;
  }
}

/** Somebody who was asked says no, exit code 1. The message says why. */
export class Denied extends Error {}

/** There is nothing under this name. */
export class NoSuchRecord extends Denied {}

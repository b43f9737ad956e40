/** One part of the code under one kind of input. */
export interface Target {
  readonly name: string;
  /** What is fed to what, in one line. */
  readonly about: string;
  /** Inputs to begin with. */
  readonly seeds: readonly string[];
  /** What stands between the parts of an input; a line break unless it is said. */
  readonly separator?: string;
  /** Texts that mean something to this target. */
  readonly words: readonly string[];
  /**
   * Blocks of code that one input may execute at most: so many, and so many more for each of its characters. It is counted, not
   * timed, and finds work that grows faster than its input.
   */
  readonly work: { readonly base: number; readonly perCharacter: number };
  /**
   * Runs one input. Anything that it throws is a finding.
   *
   * @returns what became of it, in a word or two: the first input of each outcome is kept, as are those that reach new code
   */
  run(input: string): string | Promise<string>;
}

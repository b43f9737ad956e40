/** A file of the corpus that is not written as README.md says. */
export class FormatError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
    this.name = "FormatError";
  }
}

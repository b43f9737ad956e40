/** Where something stands in a file; lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file that cannot be used, exit code 2. The message names file, line and remedy. */
export class FileError extends Error {
  constructor(where: Location | string, problem: string, remedy?: string) {
    const place = typeof where === "string" ? where : `${where.file}:${where.line}:${where.column}`;
    super(`${place}: ${problem}${remedy === undefined ? "" : ` ${remedy}`}`);
  }
}

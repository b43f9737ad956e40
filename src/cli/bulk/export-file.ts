import { closeSync, existsSync, fchmodSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { FileError } from "../files/file-error.ts";
import { readFileBounded } from "../files/read-bounded.ts";
import { keepFile, PRIVATE } from "./keep-file.ts";
import { readLines } from "./read-lines.ts";

/** Which records an export is of. Lines of two exports never stand in one file. */
export interface ExportScope {
  /** Origin of the guard. */
  readonly guard: string;
  /** Null for all kinds. */
  readonly kind: string | null;
}

/** How far an export has come. */
export interface ExportState {
  /** Name of the last record that is in the file; undefined for none. */
  readonly after: string | undefined;
  readonly records: number;
}

const MAX_BYTES = 4_096;

/**
 * The file of an export. Lines go into `FILE.partial` until all are there, so that there is never half an export under its own name;
 * beside it, `FILE.partial.progress` says of which guard and kind they are. Both stay when an export ends early, and go on to be used by one
 * that is told to resume. Only the owner can read any of it.
 */
export class ExportFile {
  readonly #file: string;
  readonly #descriptor: number;
  /** What it had when it was opened. */
  readonly begun: ExportState;
  #written: number;

  private constructor(file: string, descriptor: number, begun: ExportState) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.begun = begun;
    this.#written = begun.records;
  }

  /**
   * @param resume go on with what an export of the same guard and kind left; where there is nothing, begin
   * @throws FileError when what is there is of another export, is damaged, or cannot be written
   */
  static async open(file: string, scope: ExportScope, resume: boolean): Promise<ExportFile> {
    const partial = partialOf(file);
    if (resume && existsSync(partial)) {
      requireScope(file, scope);
      const { bytes, ...state } = await readComplete(partial);
      const descriptor = orFileError(file, () => openSync(partial, "a"));
      orFileError(file, () => ftruncateSync(descriptor, bytes));
      return new ExportFile(file, descriptor, state);
    }
    return orFileError(file, () => {
      rmSync(partial, { force: true });
      const descriptor = openSync(partial, "wx", PRIVATE);
      keepFile(progressOf(file), { format: 1, ...scope });
      return new ExportFile(file, descriptor, { after: undefined, records: 0 });
    });
  }

  /** @param lines whole ones @param records how many they are */
  write(lines: string, records: number): void {
    const bytes = Buffer.from(lines);
    orFileError(this.#file, () => {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#descriptor, bytes, from, undefined, null);
    });
    this.#written += records;
  }

  /** All is there: it gets its name. */
  finish(): void {
    orFileError(this.#file, () => {
      fchmodSync(this.#descriptor, PRIVATE);
      renameSync(partialOf(this.#file), this.#file);
      rmSync(progressOf(this.#file), { force: true });
      closeSync(this.#descriptor);
    });
  }

  /** Not all is there. What there is stays, to be gone on with. @returns how many records are there */
  leave(): number {
    closeSync(this.#descriptor);
    if (this.#written === 0) {
      rmSync(partialOf(this.#file), { force: true });
      rmSync(progressOf(this.#file), { force: true });
    }
    return this.#written;
  }

  get written(): number {
    return this.#written;
  }
}

function partialOf(file: string): string {
  return `${file}.partial`;
}

/** Not `FILE.progress`: an import of the file keeps its own there. */
function progressOf(file: string): string {
  return `${partialOf(file)}.progress`;
}

function requireScope(file: string, { guard, kind }: ExportScope): void {
  const progress = progressOf(file);
  if (!existsSync(progress)) {
    const why = "is missing, so nobody knows of which guard and kind the records are.";
    throw new FileError(progress, why, "Leave --resume out to begin anew.");
  }
  const { format, guard: from, kind: of } = parse(readFileBounded(progress, MAX_BYTES));
  if (format !== 1 || typeof from !== "string") {
    throw new FileError(progress, "holds no progress of an export.", "Leave --resume out to begin anew.");
  }
  if (from !== guard || of !== kind) {
    const what = from === guard ? "of another --kind" : "from another guard";
    throw new FileError(partialOf(file), `has records ${what}.`, "Leave --resume out to begin anew.");
  }
}

/** Whole lines count, and nothing behind them: the last may have been cut in the middle. */
async function readComplete(partial: string): Promise<ExportState & { readonly bytes: number }> {
  /** Where each whole line ends, in bytes. */
  const ends: number[] = [];
  let seen = 0;
  const onChunk = (chunk: Buffer) => {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) ends.push(seen + at + 1);
    seen += chunk.length;
  };
  let [after, records]: [string | undefined, number] = [undefined, 0];
  for await (const { number, text } of readLines(partial, onChunk)) {
    if (number > ends.length) break;
    const { name } = parse(text ?? "");
    if (typeof name !== "string" || (after !== undefined && name <= after)) {
      const at = { file: partial, line: number, column: 1 };
      throw new FileError(at, "is no line that an export wrote.", "Leave --resume out to begin anew.");
    }
    [after, records] = [name, number];
  }
  return { after, records, bytes: ends[records - 1] ?? 0 };
}

const NEWLINE = 10;

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What the file system says against it, as wrong usage. */
function orFileError<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof FileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new FileError(file, `cannot be written (${code}).`, "Check folder, rights and space.");
  }
}

import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { FileError } from "../files/file-error.ts";
import { readFileBounded } from "../files/read-bounded.ts";
import { keepFile } from "./keep-file.ts";

const MAX_BYTES = 4_096;

/** As it stands in the file. */
interface Kept {
  readonly format: 1;
  readonly run: string;
  readonly content: string;
  readonly guard: string;
  readonly through: number;
}

/**
 * How far an import has come, in a file that outlives it. While it is there, the same import goes on where it stopped and gives
 * its commands the ids that they had, so that none is carried out twice. An import that came to its end begins anew when
 * it is asked for again: what was lifted meanwhile is to come back, and what was cut off is to be cut off as of then.
 */
export class ImportProgress {
  readonly #file: string;
  #kept: Kept;

  private constructor(file: string, kept: Kept) {
    this.#file = file;
    this.#kept = kept;
  }

  /**
   * @param content hash of what is imported
   * @param guard where to
   * @throws FileError when the file is something else, or cannot be written
   */
  static open(file: string, content: string, guard: string): ImportProgress {
    const before = existsSync(file) ? parse(file) : undefined;
    const isSame = before?.content === content && before.guard === guard;
    const run = randomBytes(12).toString("hex");
    const progress = new ImportProgress(file, isSame ? before : { format: 1, run, content, guard, through: 0 });
    progress.#write();
    return progress;
  }

  /** The last line that need not be sent any more. */
  get through(): number {
    return this.#kept.through;
  }

  idOf(line: number): string {
    return `import:${this.#kept.run}:${line}`;
  }

  /** Everything up to this line is done. */
  reach(line: number): void {
    this.#kept = { ...this.#kept, through: line };
    this.#write();
  }

  finish(): void {
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    try {
      keepFile(this.#file, this.#kept);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new FileError(this.#file, `cannot be written (${code}).`, "Name another place with --resume FILE.");
    }
  }
}

function parse(file: string): Kept {
  try {
    const kept = JSON.parse(readFileBounded(file, MAX_BYTES)) as Kept;
    const isKept = kept.format === 1 && /^[0-9a-f]{24}$/.test(kept.run) && Number.isSafeInteger(kept.through);
    if (isKept) return kept;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof FileError) && !(error instanceof TypeError)) throw error;
  }
  throw new FileError(file, "holds no progress of an import.", "Name another place with --resume FILE.");
}

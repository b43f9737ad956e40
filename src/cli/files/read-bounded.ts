import { closeSync, openSync, readSync } from "node:fs";
import { UsageError } from "../failures.ts";
import { FileError } from "./file-error.ts";

/**
 * Reads a text file of bounded size, so that a wrong name does not fill the memory.
 *
 * @param most largest size in bytes
 * @throws FileError when it is not there, is no file, is larger or is not UTF-8
 */
export function readFileBounded(file: string, most: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    throw new FileError(file, `cannot be read (${(error as NodeJS.ErrnoException).code}).`, "Check its name.");
  }
  try {
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
      if (read === 0 || length > most) break;
    }
    if (length > most) throw new FileError(file, `is larger than ${most} bytes.`, "Split it.");
    return decode(bytes.subarray(0, length), file);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(file, `cannot be read (${(error as NodeJS.ErrnoException).code}).`, "Name a file.");
  } finally {
    closeSync(descriptor);
  }
}

/** Standard input to its end, of bounded size. */
export async function readInputBounded(input: AsyncIterable<Buffer>, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    length += chunk.length;
    if (length > most) throw new UsageError(`Standard input has more than ${most} bytes; no token is that long.`);
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks), "standard input");
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new FileError(name, "is not UTF-8 text.", "Save it as UTF-8.");
  }
}

import { createReadStream } from "node:fs";
import { FileError } from "../files/file-error.ts";

/** One line of a file; they count from 1. */
export interface Line {
  readonly number: number;
  /** Without its end; undefined when it is longer than 24 KiB or no UTF-8. */
  readonly text: string | undefined;
}

/** No command that the guard takes is longer, so a line need not be kept to its end to know that it is none. */
const MAX_BYTES = 24 * 1024;

const NEWLINE = 10;

/**
 * Lines of a file of any size, one at a time. They end with a newline, and nowhere else: JSON texts may have other line
 * separators in them.
 *
 * @param onChunk sees every byte of the file, in order
 * @throws FileError when the file cannot be read
 */
export async function* readLines(file: string, onChunk?: (chunk: Buffer) => void): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let overlong = false;
  const end = (bytes: Buffer): Line => {
    const text = overlong || bytes.length > MAX_BYTES ? undefined : decode(bytes);
    overlong = false;
    return { number: ++number, text };
  };
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      onChunk?.(chunk);
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        yield end(bytes.subarray(from, to));
        from = to + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > MAX_BYTES) [overlong, rest] = [true, Buffer.alloc(0)];
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new FileError(file, `cannot be read (${code}).`, "Check its name.");
  }
  if (overlong || rest.length > 0) yield end(rest);
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

import { createHash } from "node:crypto";
import type { Problem } from "../../model/problem.ts";
import { decodeLine } from "./decode-line.ts";
import { readLines } from "./read-lines.ts";

/** A line with what is wrong with it. */
export interface BadLine {
  readonly line: number;
  readonly problems: readonly Problem[];
}

/** What is known of a file before anything of it is sent. */
export interface Survey {
  /** SHA-256 of the file. */
  readonly content: string;
  /** Lines that are not blank. */
  readonly lines: number;
  readonly bad: readonly BadLine[];
}

/** Reads a whole file through, so that a mistake in its last line shows before its first is carried out. */
export async function survey(file: string): Promise<Survey> {
  const hash = createHash("sha256");
  const bad: BadLine[] = [];
  let lines = 0;
  for await (const { number, text } of readLines(file, (chunk) => hash.update(chunk))) {
    if (text?.trim() === "") continue;
    lines++;
    const decoded = decodeLine(text, "surveyed");
    if (!decoded.ok) bad.push({ line: number, problems: decoded.problems });
  }
  return { content: hash.digest("hex"), lines, bad };
}

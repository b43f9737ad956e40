import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Inputs that are kept for a target: each reached code that no input before it had reached. */
export function readCorpus(target: string): readonly string[] {
  const file = fileOf(target);
  return existsSync(file) ? parseCorpus(readFileSync(file, "utf8")) : [];
}

/** One input in each line, as a JSON string in ASCII. */
export function parseCorpus(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as string);
}

/** Replaces what is kept. */
export function writeCorpus(target: string, inputs: readonly string[]): void {
  writeFileSync(fileOf(target), [...new Set(inputs)].map((input) => `${toAscii(input)}\n`).join(""));
}

function toAscii(input: string): string {
  return JSON.stringify(input).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function fileOf(target: string): string {
  return new URL(`./corpus/${target}.txt`, import.meta.url).pathname;
}

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An input for which a target's code broke a promise. */
export interface Finding {
  readonly target: string;
  readonly input: string;
  readonly problem: string;
}

/** Writes a finding to a file of its own. @returns the file's name */
export function writeFinding(finding: Finding, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const digest = createHash("sha256").update(finding.target).update("\0").update(finding.input).digest("hex");
  const file = join(folder, `${finding.target}-${digest.slice(0, 12)}.json`);
  writeFileSync(file, `${JSON.stringify(finding, null, 2)}\n`);
  return file;
}

/** @throws Error when the file holds no finding */
export function readFinding(file: string): Finding {
  const { target, input, problem } = JSON.parse(readFileSync(file, "utf8")) as Partial<Finding>;
  if (typeof target !== "string" || typeof input !== "string") throw new Error(`${file} holds no finding.`);
  return { target, input, problem: String(problem) };
}

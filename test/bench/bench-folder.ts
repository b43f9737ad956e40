import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for generated files that goes away with the run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "jotgate-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

import { renameSync, writeFileSync } from "node:fs";

/** For the owner alone: records say whom they concern, at least to whoever has the key. */
export const PRIVATE = 0o600;

/**
 * Writes a small file in one step, readable by its owner alone: half a file would be worse than an old one.
 *
 * @throws what the file system says
 */
export function keepFile(file: string, content: object): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(content)}\n`, { mode: PRIVATE });
  renameSync(fresh, file);
}

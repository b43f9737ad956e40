import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned } from "../pinning.ts";
import { SIZES } from "./sizes.ts";

/** What one isolate's mirror takes, measured in Node. */
export interface MirrorCost {
  readonly records: number;
  /** What the table says of itself. */
  readonly tableBytes: number;
  /** By how much the process has grown, after a garbage collection. */
  readonly processGrowthBytes: number;
  readonly buildMs: number;
  /** Look-ups of ids that are there, and that are not. */
  readonly hitNs: number;
  readonly missNs: number;
}

/** Measures every size in a process of its own. */
export async function measureMirror(): Promise<MirrorCost[]> {
  const script = fileURLToPath(new URL("mirror-run.ts", import.meta.url));
  const costs: MirrorCost[] = [];
  for (const records of SIZES) {
    const [command, parameters] = pinned(0, [process.execPath, "--expose-gc", script, String(records)]);
    const { stdout } = await promisify(execFile)(command, parameters);
    costs.push(JSON.parse(stdout) as MirrorCost);
  }
  return costs;
}

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Contestant } from "./contestants.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds every Worker that the contestants need and says where each is. */
export async function buildWorkers(
  folder: string,
  contestants: readonly Contestant[],
): Promise<(of: Contestant) => string> {
  const peers = contestants.flatMap(({ worker }) => (worker === "jotgate" ? [] : [worker.peer]));
  await build({
    entryPoints: peers.map((peer) => join(ROOT, "test/bench/peers", `${peer}.ts`)),
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "warning",
  });
  // As `npm run deploy` does it.
  execFileSync("wrangler", ["deploy", "--dry-run", "--outdir", join(folder, "jotgate")], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return ({ worker }) => (worker === "jotgate" ? join(folder, "jotgate/index.js") : join(folder, `${worker.peer}.js`));
}

/** Bytes, minified and gzipped. */
export function sizeOf(script: string): number {
  return gzipSync(readFileSync(script), { level: 9 }).length;
}

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

/** One build serves all runtimes of a test file. */
const builds = new Map<string, Promise<string>>();

/**
 * The deployable Worker, as `wrangler deploy --minify` builds it: one module.
 *
 * @param config its `wrangler.toml`, seen from the project's folder
 */
export function builtWorker(config: string): Promise<string> {
  const build = builds.get(config) ?? buildWorker(config);
  builds.set(config, build);
  return build;
}

async function buildWorker(config: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "jotgate-build-"));
  try {
    const wrangler = join(PROJECT, "node_modules/wrangler/bin/wrangler.js");
    const command = ["deploy", "--dry-run", "--minify", "--config", config, "--outdir", directory];
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
    await promisify(execFile)(process.execPath, [wrangler, ...command], { cwd: PROJECT, env });
    return await readFile(join(directory, "index.js"), "utf8");
  } finally {
    await rm(directory, { recursive: true });
  }
}

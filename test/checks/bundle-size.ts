// Builds the deployable Worker as `npm run deploy` does, reports its size and fails when it is over the limit.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes, minified and gzipped. */
const LIMIT = 25_000;

const folder = mkdtempSync(join(tmpdir(), "jotgate-bundle-"));
try {
  const environment = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  execFileSync("wrangler", ["deploy", "--dry-run", "--outdir", folder], {
    env: environment,
    stdio: "pipe",
  });
  const code = readFileSync(join(folder, "index.js"));
  const size = gzipSync(code, { level: 9 }).length;
  console.log(`Worker bundle: ${code.length} bytes minified, ${size} bytes gzipped (limit ${LIMIT}).`);
  if (size > LIMIT) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

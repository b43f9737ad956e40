// Bundles the deployable Worker, reports its size and fails when it is over the limits. What is imported when it is called
// (the ledger, the operator API) is counted apart from what every isolate of the guard needs.
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

/** Bytes, minified and gzipped. */
const LIMITS = { "request path": 29_300, "loaded when called": 37_700 };

/** Leaves out what is imported when it is called. */
const WITHOUT_WHAT_IS_CALLED: Plugin = {
  name: "without-what-is-called",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

/** Compressed as one file, as it is deployed: parts of their own would compress each other worse the more they share. */
async function sizeOf(plugins: Plugin[]): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: ["src/index.ts"],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    minify: true,
    write: false,
    plugins,
  });
  return gzipSync(Buffer.concat(outputFiles.map(({ contents }) => contents)), { level: 9 }).length;
}

const requestPath = await sizeOf([WITHOUT_WHAT_IS_CALLED]);
const sizes = { "request path": requestPath, "loaded when called": (await sizeOf([])) - requestPath };
for (const [part, size] of Object.entries(sizes)) {
  const limit = LIMITS[part as keyof typeof LIMITS];
  console.log(`Worker, ${part}: ${size} bytes minified and gzipped (limit ${limit}).`);
  if (size > limit) process.exitCode = 1;
}

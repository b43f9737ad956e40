// Bundles the deployable Worker, reports its size and fails when it is over the limits. What is imported when it is called
// (the ledger, the operator API) is counted apart from what every isolate of the guard needs.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Bytes, minified and gzipped. */
const LIMITS = { "request path": 28_500, "loaded when called": 18_000 };

const { outputFiles, metafile } = await build({
  entryPoints: ["src/index.ts"],
  outdir: "bundle",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2024",
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:workers"],
  minify: true,
  metafile: true,
  write: false,
});

/** Files that evaluating this one evaluates, too. */
function withStaticImports(file: string): readonly string[] {
  const imports = metafile.outputs[file]?.imports ?? [];
  const followed = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  return [file, ...followed.flatMap(({ path }) => withStaticImports(path))];
}

const eager = new Set(withStaticImports("bundle/index.js"));
const parts = { "request path": [] as Uint8Array[], "loaded when called": [] as Uint8Array[] };
for (const { path, contents } of outputFiles) {
  const file = path.slice(path.lastIndexOf("bundle/"));
  parts[eager.has(file) ? "request path" : "loaded when called"].push(contents);
}
for (const [part, contents] of Object.entries(parts)) {
  const limit = LIMITS[part as keyof typeof LIMITS];
  const size = gzipSync(Buffer.concat(contents), { level: 9 }).length;
  console.log(`Worker, ${part}: ${size} bytes minified and gzipped (limit ${limit}).`);
  if (size > limit) process.exitCode = 1;
}

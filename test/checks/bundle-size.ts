// Bundles the deployable Worker, reports its size and fails when it is over the limits. What is imported when it is called
// (the ledger, the operator API, the words for a wrong configuration) is counted apart from what guards evaluate.
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

const GUARDS: readonly { readonly what: string; readonly imported: readonly string[]; readonly limit: number }[] = [
  // What every guard evaluates: whatever its keys come from, with KV and with a ledger.
  { what: "request path", imported: [], limit: 25_000 },
  // What else a guard imports by its configuration, before its first request.
  { what: "request path with assertions", imported: ["./gateway/assertion.ts"], limit: 25_650 },
];
const LIMIT_OF_ALL = 66_500;

/** Leaves out what is imported when it is called, but for what is named. */
function without(imported: readonly string[]): Plugin {
  return {
    name: "without-what-is-called",
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === "dynamic-import" && !imported.includes(path) ? { path, external: true } : undefined,
      );
    },
  };
}

/** Minified, compressed as one file, as it is deployed: parts of their own would compress each other worse the more they share. */
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

function report(what: string, size: number, limit: number): void {
  console.log(`Worker, ${what}: ${size} bytes minified and gzipped (limit ${limit}).`);
  if (size > limit) process.exitCode = 1;
}

for (const { what, imported, limit } of GUARDS) report(what, await sizeOf([without(imported)]), limit);
report("all that is deployed", await sizeOf([]), LIMIT_OF_ALL);

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Bytes of the deployable Worker, minified and gzipped. */
export interface WorkerParts {
  /** What every isolate of the guard evaluates. */
  readonly requestPath: number;
  /** The ledger and the operator API, which are imported when they are called. */
  readonly loadedWhenCalled: number;
}

/** Bundles the Worker with and without what is imported later. */
export async function measureWorkerParts(): Promise<WorkerParts> {
  const requestPath = await sizeOfWorker([]);
  return { requestPath, loadedWhenCalled: (await sizeOfWorker("all")) - requestPath };
}

/**
 * Bytes of the Worker, minified and compressed as one file, as it is deployed: parts of their own would compress each other worse the
 * more they share.
 *
 * @param imported what of the modules that are imported when they are called is in it
 */
export async function sizeOfWorker(imported: readonly string[] | "all"): Promise<number> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/index.ts"],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    minify: true,
    write: false,
    plugins: imported === "all" ? [] : [without(imported)],
  });
  return gzipSync(Buffer.concat(outputFiles.map(({ contents }) => contents)), { level: 9 }).length;
}

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

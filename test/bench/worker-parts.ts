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

/** Bundles the Worker with and without what is imported later, each as one file, as it is deployed. */
export async function measureWorkerParts(): Promise<WorkerParts> {
  const requestPath = await sizeOf([WITHOUT_WHAT_IS_CALLED]);
  return { requestPath, loadedWhenCalled: (await sizeOf([])) - requestPath };
}

const WITHOUT_WHAT_IS_CALLED: Plugin = {
  name: "without-what-is-called",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

async function sizeOf(plugins: Plugin[]): Promise<number> {
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
    plugins,
  });
  return gzipSync(Buffer.concat(outputFiles.map(({ contents }) => contents)), { level: 9 }).length;
}

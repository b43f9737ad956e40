import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Bytes of the deployable Worker, minified and gzipped. */
export interface WorkerParts {
  /** What every isolate of the guard evaluates. */
  readonly requestPath: number;
  /** The ledger and the operator API, which are imported when they are called. */
  readonly loadedWhenCalled: number;
}

/** Bundles the Worker so that what is imported later is a file of its own; what is deployed has everything in one. */
export async function measureWorkerParts(): Promise<WorkerParts> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
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
  const withStaticImports = (file: string): readonly string[] => {
    const imports = metafile.outputs[file]?.imports ?? [];
    const followed = imports.filter(({ kind, external }) => kind === "import-statement" && !external);
    return [file, ...followed.flatMap(({ path }) => withStaticImports(path))];
  };
  const eager = new Set(withStaticImports("bundle/index.js"));
  const sizeOf = (isWanted: (file: string) => boolean) => {
    const wanted = outputFiles.filter(({ path }) => isWanted(path.slice(path.lastIndexOf("bundle/"))));
    return gzipSync(Buffer.concat(wanted.map(({ contents }) => contents)), { level: 9 }).length;
  };
  return {
    requestPath: sizeOf((file) => eager.has(file)),
    loadedWhenCalled: sizeOf((file) => !eager.has(file)),
  };
}

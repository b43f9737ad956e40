import { readFile } from "node:fs/promises";
import type { MiniflareOptions } from "miniflare";
import { builtWorker } from "./built-worker.ts";
import type { Vars } from "./guard.ts";
import { REVOCATION_KEY } from "./revocation-records.ts";

/** What runs beside the ledger. */
export interface Plan {
  /** Names of guards that have the ledger. */
  readonly guards: readonly string[];
  /** Names of guards that know of KV alone. */
  readonly kvOnly: readonly string[];
  /** Variables of all guards. */
  readonly vars: Vars;
  /** Further variables of those that have the ledger, and of the ledger itself. */
  readonly ledgerVars: Vars;
  /** True when a debugger may connect to the isolates, on a port that is found. */
  readonly isInspected?: boolean;
}

type WorkerOptions = Extract<MiniflareOptions, { workers: unknown }>["workers"][number];
type Config = Extract<WorkerOptions["config"], { name: string }>;
type Bindings = NonNullable<Config["env"]>;

/** Name of the Worker whose Durable Object is the ledger. */
export const LEDGER_WORKER = "ledger";

/**
 * The built Worker several times, each with an isolate of its own: some guards, and one that holds the ledger for all. What
 * they have for the ledger and for KV leads through a Worker for each of them that can be told to fail.
 */
export async function describeWorkers({
  guards,
  kvOnly,
  vars,
  ledgerVars,
  isInspected,
}: Plan): Promise<MiniflareOptions> {
  const contents = await builtWorker("test/system/ledger.toml");
  const index = { "index.mjs": { type: "esm" as const, contents } };
  const guard = { mainModule: "index.mjs", modules: index };
  const wrapped = {
    "index.mjs": index["index.mjs"],
    "breakable-ledger.mjs": await workerModule("breakable-ledger.js"),
  };
  const ledger = { mainModule: "breakable-ledger.mjs", modules: wrapped };
  const script = {
    mainModule: "surroundings.mjs",
    modules: { "surroundings.mjs": await workerModule("surroundings.js") },
  };

  const common = { REVOCATION_KEY: { type: "text", value: REVOCATION_KEY }, ...variables(vars) } satisfies Bindings;
  const worker = (
    name: string,
    code: typeof ledger | typeof guard | typeof script,
    env: Bindings,
    exported?: string,
  ): WorkerOptions => ({
    config: {
      name,
      compatibilityDate: "2026-10-20",
      compatibilityFlags: ["no_nodejs_compat", "no_nodejs_compat_v2", "global_fetch_strictly_public"],
      manifest: { modulesRoot: "/", ...code },
      env,
      ...(exported !== undefined && { exports: { [exported]: { type: "durable-object", storage: "sqlite" } } }),
    },
    dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
  });
  const surroundings = (name: string, hasLedger: boolean) =>
    worker(
      surroundingsOf(name),
      script,
      {
        KV: { type: "kv", id: "REVOCATIONS" },
        ...(hasLedger && { LEDGER: { type: "durable-object", worker: LEDGER_WORKER, exportName: "Ledger" } }),
      },
      "PathToLedger",
    );
  const bindingsOf = (name: string): Bindings => ({
    ...common,
    REVOCATIONS: { type: "worker", worker: surroundingsOf(name), exportName: "Store" },
    ORIGIN: { type: "worker", worker: surroundingsOf(name), exportName: "Origin" },
  });
  return {
    cf: false,
    ...(isInspected && { inspectorPort: 0 }),
    workers: [
      ...guards.flatMap((name) => [
        worker(name, guard, {
          ...bindingsOf(name),
          ...variables(ledgerVars),
          LEDGER: { type: "durable-object", worker: surroundingsOf(name), exportName: "PathToLedger" },
        }),
        surroundings(name, true),
      ]),
      ...kvOnly.flatMap((name) => [worker(name, guard, bindingsOf(name)), surroundings(name, guards.length > 0)]),
      ...(guards.length === 0
        ? []
        : [
            worker(
              LEDGER_WORKER,
              ledger,
              {
                ...bindingsOf(LEDGER_WORKER),
                ...variables(ledgerVars),
                LEDGER: { type: "durable-object", worker: LEDGER_WORKER, exportName: "Ledger" },
              },
              "Ledger",
            ),
            surroundings(LEDGER_WORKER, true),
          ]),
    ],
  };
}

/** Name of the Worker that stands between this one and everything else. */
export function surroundingsOf(name: string): string {
  return `surroundings-of-${name}`;
}

async function workerModule(file: string) {
  const contents = await readFile(new URL(`../workers/${file}`, import.meta.url), "utf8");
  return { type: "esm" as const, contents };
}

function variables(vars: Vars): Bindings {
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      { type: "json" as const, value: JSON.parse(JSON.stringify(value)) },
    ]),
  );
}

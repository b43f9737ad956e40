import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { temporaryFolder } from "../bench-folder.ts";
import { Runtime } from "../runtime.ts";
import { median } from "../statistics.ts";
import { TokenFactory } from "../tokens.ts";
import { Upstream } from "../upstream/upstream.ts";
import { ledgerConfig } from "./ledger-config.ts";
import { SIZES } from "./sizes.ts";

/** Of a ledger and a mirror in workerd, without a network between them. */
export interface LedgerCost {
  readonly loads: readonly LoadCost[];
  /** Milliseconds of one call after the other. */
  readonly pollMs: number;
  readonly lookMs: number;
  readonly commandMs: number;
  /** Of the process that has both sides, per poll. */
  readonly pollCpuMicroseconds: number;
  /** As they are billed, for a command and all that follows from it until KV has the record. */
  readonly rowsPerCommand: number;
}

export interface LoadCost {
  readonly records: number;
  readonly pages: number;
  readonly tableBytes: number;
  /** With every page read from the tables. */
  readonly firstMs: number;
  /** Soon after another load: what the ledger still has of its pages need not be read again. Median of some loads. */
  readonly againMs: number;
  /** Times that the mirror had to begin over, because one request's lifetime was not enough. */
  readonly runs: number;
}

const CALLS = 300;
const LOADS_AGAIN = 5;
/** Rows of one transaction. */
const FILLED_AT_ONCE = 10_000;

export async function measureLedger(): Promise<LedgerCost> {
  const folder = temporaryFolder();
  const tokens = new TokenFactory();
  const upstream = await Upstream.start(tokens.jwks);
  await buildWorkers(folder);
  const config = join(folder, "ledger.capnp");
  const disk = mkdtempSync(join(folder, "disk-"));
  writeFileSync(config, ledgerConfig({ ports: upstream.ports, jwks: tokens.jwks, disk }));
  const runtime = await Runtime.start(config);
  try {
    const ask = askerOf(runtime.port);
    await untilReady(ask);
    // Before there is much in it; a poll that finds nothing new does not depend on that.
    const [pollMs, pollCpuMicroseconds] = await timePolls(ask, runtime);
    const lookMs = await timeCalls(ask, "look");
    const [commandMs, rowsPerCommand] = await timeCommands(ask);
    const loads: LoadCost[] = [];
    for (const records of SIZES) loads.push(await measureLoad(ask, records));
    return { loads, pollMs, lookMs, commandMs, pollCpuMicroseconds, rowsPerCommand };
  } finally {
    await runtime.stop();
    await upstream.stop();
  }
}

type Ask = <T>(what: string, count?: number) => Promise<{ readonly answer: T; readonly ms: number }>;

function askerOf(port: number): Ask {
  return async (what, count = 1) => {
    const begun = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/${what}?count=${count}`);
    if (!response.ok) throw new Error(`/${what}: ${response.status} ${await response.text()}`);
    const answer = await response.json();
    return { answer: answer as never, ms: performance.now() - begun };
  };
}

async function untilReady(ask: Ask): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await ask<{ state: string }>("status")).answer.state === "ready") return;
    await setTimeout(100);
  }
  throw new Error("The ledger did not get ready.");
}

async function timePolls(ask: Ask, runtime: Runtime): Promise<[ms: number, cpu: number]> {
  await ask("poll", CALLS);
  const before = runtime.cpu();
  const { ms } = await ask("poll", CALLS);
  return [ms / CALLS, (runtime.cpu() - before) / CALLS];
}

async function timeCalls(ask: Ask, what: string): Promise<number> {
  await ask(what, CALLS);
  return (await ask(what, CALLS)).ms / CALLS;
}

async function timeCommands(ask: Ask): Promise<[ms: number, rows: number]> {
  await ask("command", CALLS);
  const before = await rowsWhenKvHasAll(ask);
  const { ms } = await ask("command", CALLS);
  const after = await rowsWhenKvHasAll(ask);
  return [ms / CALLS, (after - before) / CALLS];
}

async function rowsWhenKvHasAll(ask: Ask): Promise<number> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { answer } = await ask<{ backlog: { records: number } }>("status");
    if (answer.backlog.records === 0) return (await ask<{ rows: number }>("rows")).answer.rows;
    await setTimeout(100);
  }
  throw new Error("KV did not get everything.");
}

async function measureLoad(ask: Ask, records: number): Promise<LoadCost> {
  const { answer } = await ask<{ records: number }>("status");
  for (let left = records - answer.records; left > 0; left -= FILLED_AT_ONCE) {
    await ask("fill", Math.min(left, FILLED_AT_ONCE));
  }
  const first = await ask<{ records: number; bytes: number; pages: number; runs: number }>("load");
  const again: number[] = [];
  for (let turn = 0; turn < LOADS_AGAIN; turn++) again.push((await ask("load")).ms);
  const { bytes, pages, runs } = first.answer;
  if (first.answer.records !== records) throw new Error(`${first.answer.records} records instead of ${records}.`);
  return { records, pages, tableBytes: bytes, firstMs: first.ms, againMs: median(again), runs };
}

async function buildWorkers(folder: string): Promise<void> {
  const workers = fileURLToPath(new URL("workers", import.meta.url));
  await build({
    entryPoints: [join(workers, "ledger.js"), join(workers, "mirror.js")],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    logLevel: "warning",
  });
}

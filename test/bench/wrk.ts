import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { pinned } from "./pinning.ts";
import { start } from "./processes.ts";
import { requestHead } from "./request-head.ts";

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests, as `writeTraffic` writes them. */
  readonly file: string;
  /** From the start again when all are sent; otherwise every line is sent once. */
  readonly repeats: boolean;
  /** Byte of the file to begin at. */
  readonly start: number;
  /** Byte of the file to end at before the time is over. */
  readonly stopAt: number;
}

/** What `load.lua` tells. Times are microseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly socketErrors: number;
  readonly sentGood: number;
  readonly sentBad: number;
  /** Byte of the file after the last line that was sent. */
  readonly position: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const SCRIPT = fileURLToPath(new URL("load.lua", import.meta.url));

/** Throws with advice when wrk is missing. */
export function requireWrk(): string {
  const { stdout, error } = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  if (error !== undefined) {
    throw new Error(
      "wrk is missing. Install it: apt-get install wrk (Debian, Ubuntu) or brew install wrk (macOS). " +
        "npm run bench:quick works without it.",
    );
  }
  return stdout.split("\n")[0]?.replace(/ Copyright.*/, "") ?? "wrk";
}

export async function runLoad(load: Load): Promise<LoadResult> {
  const { port, connections, seconds } = load;
  const flags = [`-t1`, `-c${connections}`, `-d${seconds}s`, "--timeout", "5s", "-s", SCRIPT];
  const [command, parameters] = pinned(1, ["wrk", ...flags, `http://127.0.0.1:${port}/`]);
  const child = start(command, parameters, ["ignore", "pipe", "inherit"], {
    ...process.env,
    BENCH_FILE: load.file,
    BENCH_REPEATS: load.repeats ? "1" : "0",
    BENCH_START: String(load.start),
    BENCH_STOP_AT: String(load.stopAt),
    BENCH_HEAD: requestHead(port),
  });
  const [output] = await Promise.all([child.stdout === null ? "" : text(child.stdout), once(child, "exit")]);
  const line = output.split("\n").find((candidate) => candidate.startsWith("BENCH "));
  if (line === undefined) throw new Error(`wrk said nothing of use:\n${output}`);
  return JSON.parse(line.slice("BENCH ".length)) as LoadResult;
}

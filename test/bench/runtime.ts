import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pinned } from "./pinning.ts";
import { start, stop } from "./processes.ts";

/** The binary itself; `workerd`'s own entry is a script around it. */
const WORKERD: string = createRequire(import.meta.url)("workerd").default;

/** One contestant in a process of its own. */
export class Runtime {
  readonly port: number;
  /** 0 without one. */
  readonly inspectorPort: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, inspectorPort: number) {
    this.#process = process;
    this.port = port;
    this.inspectorPort = inspectorPort;
  }

  /**
   * @param config path of a configuration with one socket
   * @param inspector listens for a debugger, too; nothing is timed with one
   */
  static async start(config: string, { inspector = false } = {}): Promise<Runtime> {
    const flags = ["--control-fd=3", ...(inspector ? ["--inspector-addr=127.0.0.1:0"] : [])];
    const [command, parameters] = pinned(0, [WORKERD, "serve", ...flags, config]);
    // Logs are written, as everywhere, but nobody reads them.
    const child = start(command, parameters, ["ignore", "ignore", "pipe", "pipe"]);
    showFirstLines(child);
    const ports = new Map<string, number>();
    for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
      const { event, port = 0 } = JSON.parse(line) as { event: string; port?: number };
      ports.set(event, port);
      const [http, debugging] = [ports.get("listen"), ports.get("listen-inspector") ?? 0];
      if (http !== undefined && (debugging > 0 || !inspector)) return new Runtime(child, http, debugging);
    }
    throw new Error(`workerd did not start with ${config}.`);
  }

  stop(): Promise<void> {
    return stop(this.#process);
  }

  /** CPU time of all its threads so far, in microseconds. */
  cpu(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    );
    return nanoseconds.reduce((sum, part) => sum + part, 0) / 1000;
  }

  /** Resident memory in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }
}

/** Of what a contestant complains about; under load it may be the same thousands of times. */
const LINES_SHOWN = 5;

function showFirstLines({ stderr }: ChildProcess): void {
  if (stderr === null) return;
  let lines = 0;
  createInterface({ input: stderr }).on("line", (line) => {
    lines += 1;
    if (lines <= LINES_SHOWN) console.error(line);
  });
}

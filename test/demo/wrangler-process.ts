import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const WRANGLER = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");

/** How long a process may take to end by itself. */
const GRACE_MS = 5_000;

/** Says nothing to the network and asks no questions; colours would get in the way of reading its lines. */
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
};

/** One `wrangler dev` with everything it starts: wrangler, esbuild, workerd. */
export class WranglerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  /**
   * @param args arguments of `wrangler dev`
   * @param environment variables besides those of this process
   * @param onLine gets every line that wrangler or a Worker writes
   */
  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string, stream: "out" | "error") => void,
  ) {
    this.#child = spawn(process.execPath, [WRANGLER, "dev", ...args, "--show-interactive-dev-session=false"], {
      env: { ...process.env, ...QUIET, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: wrangler leaves workerd behind when only wrangler is ended, and Ctrl-C in the terminal
      // reaches this process alone, which then ends all in order.
      detached: true,
    });
    const { stdout, stderr } = this.#child;
    if (stdout) createInterface(stdout).on("line", (line) => onLine(line, "out"));
    if (stderr) createInterface(stderr).on("line", (line) => onLine(line, "error"));
    this.#ended = once(this.#child, "exit").then(
      () => undefined,
      () => undefined,
    );
  }

  /** Resolves when wrangler ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Ends the whole group and waits until nothing of it is left. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const deadline = Date.now() + GRACE_MS;
    let running = signalGroup(pid, "SIGTERM");
    while (running && Date.now() < deadline) {
      await pause(50);
      running = signalGroup(pid, 0);
    }
    if (running) signalGroup(pid, "SIGKILL");
  }
}

/** True while there is anybody in the group to signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

import { spawn } from "node:child_process";

/** What a run of `run.ts` with `--json` reports. */
export interface RunReport {
  readonly runs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string;
  readonly failure?: { readonly seed: number; readonly violations: readonly string[] };
}

const RUN = new URL("run.ts", import.meta.url).pathname;

/** Runs worlds in a process of their own. */
export async function runWorlds(...options: readonly string[]): Promise<RunReport> {
  const child = spawn(process.execPath, [RUN, "--json", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (output === "") throw new Error(`The simulation ended with ${String(code)}: ${errors}`);
  return JSON.parse(output) as RunReport;
}

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = resolve("src/cli/main.ts");

/** Hundreds of processes start here; each but the first then spares compiling the same sources. */
const NODE_COMPILE_CACHE = resolve("node_modules/.cache/node-compile");

/** Runs the real binary in a child process. `input` is all of its standard input. */
export async function jotgate(
  args: readonly string[],
  { cwd, input = "", env = {} }: { cwd?: string; input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const { REVOCATION_KEY: _unused, NO_COLOR: _colour, ...environment } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...environment, NODE_COMPILE_CACHE, ...env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  // A command that does not read its input may be gone before all of it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, stdout, stderr };
}

/** Every command, in the order of the help. */
export async function commandNames(): Promise<readonly string[]> {
  const { stdout } = await jotgate(["--help"]);
  const list = stdout.slice(stdout.indexOf("Commands:\n"), stdout.indexOf("\n\nOptions:"));
  return [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => String(name));
}

/** A folder with files, for as long as a test file runs. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), "jotgate-cli-")));
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    return folder;
  }

  async write(name: string, content: string): Promise<string> {
    const file = join(this.path, name);
    await writeFile(file, content);
    return file;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

/** A configuration in which nothing is wrong and nothing is worth a warning. */
export const GOOD_TOP = `name = "guard"
compatibility_flags = ["global_fetch_strictly_public"]

[[kv_namespaces]]
binding = "REVOCATIONS"

[secrets]
required = ["REVOCATION_KEY"]
`;

export const GOOD_VARS = `
[vars]
ORIGIN = "https://app.example.com"

[[vars.ISSUERS]]
issuer = "https://issuer.example"
audiences = ["https://api.example"]
algorithms = ["ES256"]
discovery = true
tokenVersionClaim = "ver"

[[vars.ROUTES]]
path = "/health"
access = "public"

[[vars.ROUTES]]
path = "/api/orders/*"
methods = ["GET"]
access = "bearer"
scopes = ["orders:read"]

[[vars.ROUTES]]
path = "/api/*"
access = "bearer"
`;

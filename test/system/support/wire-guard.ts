import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import type { Vars } from "./guard.ts";
import { type RecordedDecision, readClosures, readDecisions } from "./logs.ts";
import { REVOCATION_KEY, RevocationRecords } from "./revocation-records.ts";

/**
 * The deployable Worker, as `wrangler deploy --minify` builds it, on a socket of its own and with workerd's own network.
 *
 * The test harness carries a Worker's requests with Node's `fetch`, which follows redirects, decompresses bodies and knows no
 * upgrades: what is tested here would be Node's doing.
 */
export class WireGuard {
  /** Where clients connect to. */
  readonly url: URL;
  readonly #runtime: Miniflare;
  readonly #lines: { readonly message: string }[];

  private constructor(url: URL, runtime: Miniflare, lines: { readonly message: string }[]) {
    this.url = url;
    this.#runtime = runtime;
    this.#lines = lines;
  }

  static async start(vars: Vars): Promise<WireGuard> {
    const lines: { readonly message: string }[] = [];
    built ??= buildWorker();
    const contents = await built;
    const runtime = new Miniflare({
      cf: false,
      handleStructuredLogs: (line: { readonly message: string }) => {
        lines.push(line);
      },
      workers: [
        {
          config: {
            name: "guard",
            compatibilityDate: "2026-10-20",
            compatibilityFlags: ["no_nodejs_compat", "no_nodejs_compat_v2", "global_fetch_strictly_public"],
            manifest: {
              mainModule: "index.mjs",
              modulesRoot: "/",
              modules: { "index.mjs": { type: "esm", contents } },
            },
            env: {
              REVOCATIONS: { type: "kv", id: "REVOCATIONS" },
              REVOCATION_KEY: { type: "text", value: REVOCATION_KEY },
              ...variables(vars),
            },
          },
          dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
        },
      ],
    });
    await runtime.ready;
    return new WireGuard(await runtime.unsafeGetDirectURL("guard"), runtime, lines);
  }

  get decisions(): RecordedDecision[] {
    return readDecisions(this.#lines);
  }

  /** Records of connections that the guard closed. */
  get closures(): ReturnType<typeof readClosures> {
    return readClosures(this.#lines);
  }

  /** The revocation records as an outside writer has them. */
  async openRecords(): Promise<RevocationRecords> {
    return RevocationRecords.open(await this.#runtime.getKVNamespace("REVOCATIONS", "guard"));
  }

  async stop(): Promise<void> {
    await this.#runtime.dispose();
  }
}

function variables(vars: Vars) {
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      typeof value === "string"
        ? { type: "text" as const, value }
        : { type: "json" as const, value: JSON.parse(JSON.stringify(value)) },
    ]),
  );
}

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

/** One build serves all guards of a test file. */
let built: Promise<string> | undefined;

async function buildWorker(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "jotgate-build-"));
  try {
    const wrangler = join(PROJECT, "node_modules/wrangler/bin/wrangler.js");
    const command = ["deploy", "--dry-run", "--minify", "--config", "test/system/guard.toml", "--outdir", directory];
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
    await promisify(execFile)(process.execPath, [wrangler, ...command], { cwd: PROJECT, env });
    return await readFile(join(directory, "index.js"), "utf8");
  } finally {
    await rm(directory, { recursive: true });
  }
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/* The README's first screen, run as written: the commands are taken from the page itself. */

const run = promisify(execFile);

/** The fenced shell blocks under "Try it". The first installs and starts everything. */
const blocks = (await readFile("README.md", "utf8"))
  .split("\n## ")
  .filter((section) => section.startsWith("Try it"))
  .flatMap((section) => [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => String(commands).trim()));

describe("the README's first screen", { timeout: 90_000 }, () => {
  let dev: ChildProcess;
  let output = "";

  beforeAll(async () => {
    dev = spawn("npm", ["run", "dev"], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    dev.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    dev.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    const ended = once(dev, "exit").then(() => Promise.reject(new Error(`npm run dev ended:\n${output}`)));
    ended.catch(() => {});
    while (!output.includes("Ctrl-C stops everything")) {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
  }, 90_000);

  afterAll(async () => {
    if (dev.pid === undefined || dev.exitCode !== null) return;
    const exited = once(dev, "exit");
    process.kill(-dev.pid, "SIGTERM");
    await exited;
  });

  it("starts everything with the command it names", () => {
    expect(blocks[0]).toBe("npm ci && npm run dev");
    expect(output).toContain("http://localhost:8787");
  });

  it("gets the answers it promises from the lines it shows", async () => {
    const { stdout } = await run("bash", ["-c", blocks.slice(1).join("\n")]);
    const statuses = [...stdout.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual([401, 200, 401, 200, 401, 200]);
    expect(stdout).toMatch(/because "laptop stolen"/);
    expect(stdout).toContain("Denied: token_revoked (token)");
    expect(stdout).toMatch(/^ {2}taken away: dead, whatever its age$/m);
    expect(stdout).toMatch(/^ {2}taken away: dead when issued at /m);
    expect(stdout).toMatch(/^ledger +ready$/m);
    expect(stdout).toMatch(/^www-authenticate: Bearer realm="jotgate"\r?$/im);
    expect(stdout).toMatch(/alice/);
  });

  it("shows the same lines when it starts", () => {
    for (const line of blocks.slice(1).flatMap((block) => block.split("\n"))) expect(output).toContain(line);
  });
});

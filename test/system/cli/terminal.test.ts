import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";
import { StubGuard } from "./stub-guard.ts";

const run = promisify(execFile);

const POLICY = '[[cases]]\nname = "health"\nrequest = "GET /health"\nexpect = "allow"\n';

describe("in a terminal", () => {
  let folder: Folder;

  beforeAll(async () => {
    folder = await Folder.create({ "wrangler.toml": GOOD_TOP + GOOD_VARS, "policy.toml": POLICY });
  });

  afterAll(() => folder.remove());

  /** Runs the binary in a pseudo-terminal, where both of its streams are one. */
  const inTerminal = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { NO_COLOR: _unused, ...environment } = process.env;
    const command = [process.execPath, resolve("src/cli/main.ts"), ...args].map((word) => `'${word}'`).join(" ");
    const { stdout } = await run("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      cwd: folder.path,
      env: { ...environment, TERM: "xterm-256color", ...env },
    });
    return stdout.replaceAll("\r\n", "\n");
  };

  it("shows colours, and progress that is gone in the end", async () => {
    const shown = await inTerminal(["test", "policy.toml"]);
    expect(shown).toContain("\u001b[32m✓\u001b[39m health");
    expect(shown).toContain("\r\u001b[2K1 of 1 cases\r\u001b[2K");
  });

  it("shows how far an import is, and bad lines beside it", async () => {
    const guard = await StubGuard.start();
    const revoke = (id: number) => JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: `${id}` });
    await folder.write("lines.jsonl", `?\n${Array.from({ length: 1_199 }, (_, id) => revoke(id)).join("\n")}`);
    const env = { JOTGATE_URL: guard.url, JOTGATE_SECRET: "x".repeat(43) };
    const shown = await inTerminal(["import", "lines.jsonl", "--keep-going"], env).catch((error: { stdout: string }) =>
      error.stdout.replaceAll("\r\n", "\n"),
    );
    await guard.stop();
    // Each thing that is shown begins by clearing the line.
    const frames = shown.split("\r\u001b[2K");
    expect(frames).toContain("[------------------------] 0 of 1,200 lines");
    // The batch holds five hundred commands, and the bad line before them is dealt with.
    expect(frames).toContainEqual(expect.stringMatching(/^\[#{10}-{14}\] 501 of 1,200 lines/));
    expect(frames).toContainEqual(expect.stringMatching(/^\[#{24}\] 1,200 of 1,200 lines/));
    expect(frames).toContainEqual(expect.stringMatching(/^lines\.jsonl:1: line is no JSON object\. .*\n$/));
    expect(frames.at(-1)).toBe("1,200 lines: 1,199 stored, 0 changed nothing, 1 refused.\n");
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("shows no colours with %s", async (_what, env) => {
    const shown = await inTerminal(["test", "policy.toml"], env);
    expect(shown).toContain("✓ health");
    expect(shown).not.toContain("\u001b[3");
  });

  it("asks for a token instead of waiting for somebody to type one", async () => {
    const asked = inTerminal(["explain", "--route", "GET /health"]);
    await expect(asked).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining("or say --no-token") });
  });

  it("shows neither colours nor progress in a pipe", async () => {
    const { stdout, stderr } = await jotgate(["test", "policy.toml"], {
      cwd: folder.path,
      env: { TERM: "xterm-256color" },
    });
    expect(stderr).toBe("");
    expect(stdout).not.toContain("\u001b");
  });
});

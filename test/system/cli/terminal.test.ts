import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";
import { accept, StubGuard } from "./stub-guard.ts";

const run = promisify(execFile);

const LISTED = {
  ...{ name: "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", kind: "token", record: { format: 1, revoked: true } },
  ...{ sequence: 1, invalid: false, pending: false },
};

const MIRROR = { state: "following", through: 1, records: 1, bytes: 1 };

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

  it("shows that an import asks again", async () => {
    const guard = await StubGuard.start();
    let asked = 0;
    guard.answer = (commands) => (asked++ === 0 ? { status: 503 } : accept(commands));
    const line = JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: "t" });
    await folder.write("one.jsonl", line);
    const env = { JOTGATE_URL: guard.url, JOTGATE_SECRET: "x".repeat(43) };
    const shown = await inTerminal(["import", "one.jsonl"], env);
    await guard.stop();
    const frames = shown.split("\r\u001b[2K");
    expect(frames).toContain("The guard does not answer: asking again …");
    expect(frames.at(-1)).toBe("1 lines: 1 stored, 0 changed nothing.\n");
  });

  it("shows that an export asks again, and how far an audit has looked", async () => {
    let asked = 0;
    const guard = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://guard");
      response.setHeader("content-type", "application/json");
      if (pathname.endsWith("/status")) response.statusCode = asked++ === 0 ? 503 : 200;
      const history = { entries: [], next: searchParams.has("before") ? null : 90_000 };
      const page = { records: [LISTED], next: null };
      const status = { ledger: { state: "unreachable" }, mirror: MIRROR };
      response.end(
        JSON.stringify(pathname.endsWith("/status") ? status : pathname.endsWith("/history") ? history : page),
      );
    });
    const env = { JOTGATE_URL: await listenOnLoopback(guard), JOTGATE_SECRET: "x".repeat(43) };
    const exported = await inTerminal(["export", "--output", "patient.jsonl"], env);
    const audited = await inTerminal(["audit", "--op", "lift"], env);
    await closeServer(guard);
    expect(exported.split("\r\u001b[2K")).toContain("The guard does not answer: asking again …");
    expect(audited.split("\r\u001b[2K")).toContain("Reading … down to entry 90000");
  });

  /** Starts a command in a pseudo-terminal, and presses Ctrl-C there at some time. */
  const pressCtrlC = async (words: string, guard: string, when: Promise<void>) => {
    const command = `exec '${process.execPath}' '${resolve("src/cli/main.ts")}' ${words}`;
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      cwd: folder.path,
      env: { ...process.env, TERM: "xterm-256color", JOTGATE_URL: guard, JOTGATE_SECRET: "x".repeat(43) },
    });
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      shown += text;
    });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    await when;
    child.stdin.write("\u0003");
    return { code: await ended, shown: shown.replaceAll("\r\n", "\n") };
  };

  it("Ctrl-C in an export keeps what it has, and says how to go on", async () => {
    let ask = () => {};
    const asked = new Promise<void>((resolved) => {
      ask = resolved;
    });
    const guard = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://guard");
      if (searchParams.has("after")) return ask();
      response.setHeader("content-type", "application/json");
      const page = { records: [LISTED], next: LISTED.name };
      response.end(
        JSON.stringify(pathname.endsWith("/status") ? { ledger: { state: "unreachable" }, mirror: MIRROR } : page),
      );
    });
    const url = await listenOnLoopback(guard);
    const { code, shown } = await pressCtrlC("export --output kept.jsonl", url, asked);
    await closeServer(guard);
    expect(code).toBe(130);
    expect(shown.split("\r\u001b[2K").at(-1)).toBe(
      "jotgate export: stopped. 1 records are kept: the same command with --resume goes on after them.\n",
    );
    expect(await readFile(`${folder.path}/kept.jsonl.partial`, "utf8")).toMatch(/^\{"name":.*\}\n$/);
  });

  describe("Ctrl-C in an import", () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, id) => {
        return `${JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: `${id}` })}\n`;
      }).join("");

    /** Starts an import in a pseudo-terminal, whose guard never answers the third batch, and presses Ctrl-C there. */
    const interrupt = async (guard: StubGuard) => {
      await folder.write("many.jsonl", lines(1_700));
      let batches = 0;
      const third = new Promise<void>((arrived) => {
        guard.answer = (commands) => {
          if (++batches < 3) return accept(commands);
          arrived();
          return "never";
        };
      });
      return pressCtrlC("import many.jsonl", guard.url, third);
    };

    it("stops it at once with exit code 130, says how far it came, and clears its line", async () => {
      const guard = await StubGuard.start();
      const { code, shown } = await interrupt(guard);
      await guard.stop();
      expect(code).toBe(130);
      expect(shown.split("\r\u001b[2K").at(-1)).toBe(
        "jotgate import: stopped. Line 1000 was reached: import the same file again to go on from there.\n",
      );
    });

    it("leaves what the same import goes on with, under the same ids", async () => {
      const guard = await StubGuard.start();
      await interrupt(guard);
      expect(JSON.parse(await readFile(`${folder.path}/many.jsonl.progress`, "utf8"))).toMatchObject({
        through: 1_000,
      });
      const [unanswered] = guard.batches.slice(-1);
      guard.reset();
      const env = { JOTGATE_URL: guard.url, JOTGATE_SECRET: "x".repeat(43) };
      const resumed = await jotgate(["import", "many.jsonl"], { cwd: folder.path, env });
      await guard.stop();
      expect(resumed).toEqual({ code: 0, stdout: "700 of 1,700 lines: 700 stored, 0 changed nothing.\n", stderr: "" });
      expect(guard.batches[0]).toEqual(unanswered);
      expect(guard.commands.map((command) => command["tokenId"])).toEqual(
        Array.from({ length: 700 }, (_, index) => String(1_000 + index)),
      );
    });
  });

  it.each([
    ["NO_COLOR", { NO_COLOR: "1" }],
    ["TERM=dumb", { TERM: "dumb" }],
  ])("shows no colours with %s", async (_what, env) => {
    const shown = await inTerminal(["test", "policy.toml"], env);
    expect(shown).toContain("✓ health");
    expect(shown).not.toContain("\u001b[3");
  });

  it("shows an export's progress when it goes to a file, and none between its lines", async () => {
    const guard = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      const page = { records: [LISTED], next: null };
      response.end(
        JSON.stringify(request.url?.endsWith("/status") ? { ledger: { state: "unreachable" }, mirror: MIRROR } : page),
      );
    });
    const env = { JOTGATE_URL: await listenOnLoopback(guard), JOTGATE_SECRET: "x".repeat(43) };
    const toFile = await inTerminal(["export", "--output", "records.jsonl"], env);
    const toTerminal = await inTerminal(["export"], env);
    await closeServer(guard);
    expect(toFile.split("\r\u001b[2K")).toEqual(["", "Reading …", "1 records", "1 records exported.\n"]);
    expect(toTerminal.replaceAll("\r\u001b[2K", "")).toMatch(/^Reading …\{"name":.*\}\n1 records exported\.\n$/);
  });

  it("asks for a token instead of waiting for somebody to type one", async () => {
    const asked = inTerminal(["explain", "--route", "GET /health"]);
    await expect(asked).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining("or say --no-token") });
  });

  it.each(["standard output", "standard error"])("asks each stream for itself: a pipe for %s", async (which) => {
    const to = which === "standard output" ? "> piped.txt" : "2> piped.txt";
    const command = `'${process.execPath}' '${resolve("src/cli/main.ts")}' test policy.toml ${to}`;
    const { NO_COLOR: _unused, ...environment } = process.env;
    const { stdout } = await run("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      cwd: folder.path,
      env: { ...environment, TERM: "xterm-256color" },
    });
    const piped = await readFile(`${folder.path}/piped.txt`, "utf8");
    expect(piped).not.toContain("\u001b");
    if (which === "standard output") {
      expect(piped).toContain("✓ health");
      expect(stdout).toContain("1 of 1 cases");
    } else {
      expect(piped).toBe("");
      expect(stdout).toContain("\u001b[32m✓\u001b[39m health");
      expect(stdout).not.toContain("1 of 1 cases");
    }
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

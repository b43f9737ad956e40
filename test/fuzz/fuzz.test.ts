import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { writeFinding } from "./finding.ts";

const folder = mkdtempSync(join(tmpdir(), "jotgate-fuzz-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly text: string;
}

async function run(script: string, ...args: readonly string[]): Promise<Ended> {
  const file = new URL(script, import.meta.url).pathname;
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args]);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe("the fuzzer", () => {
  it("finds a fault that lies behind six characters, by how far each try got", async () => {
    const { text } = await run("./planted/find.ts");
    const { finding, executions, kept } = JSON.parse(text);
    expect(finding).toMatchObject({
      target: "planted",
      input: "jotgat",
      problem: expect.stringContaining("was found"),
    });
    // By guessing alone it would take a million million.
    expect(executions).toBeLessThan(1_000_000);
    expect(kept.length).toBeGreaterThanOrEqual(6);
  });

  it("ends with 0 and a table when nothing was found", async () => {
    const { code, text } = await run("./main.ts", "--minutes", "0", "--target", "records", "--findings", folder);
    expect([code, text.match(/^\| records \|.*\| 0 \|/m)?.length]).toEqual([0, 1]);
  });

  it.each([
    [["--help"], 0, "--replay FILE"],
    [["--target", "nothing"], 2, "There is no target nothing"],
    [["--minutes", "many"], 2, "--minutes takes a number"],
    [["--what"], 2, "--help shows how it is used"],
  ])("understands %j, or says what it does not understand", async (args, code, text) => {
    const ended = await run("./main.ts", ...args);
    expect(ended.code).toBe(code);
    expect(ended.text).toContain(text);
  });

  it("runs a finding once more, and says when it does not show any more", async () => {
    const file = writeFinding({ target: "records", input: '{"format":1}', problem: "?" }, folder);
    expect(await run("./main.ts", "--replay", file, "--findings", folder)).toMatchObject({
      code: 0,
      text: expect.stringContaining("does not show any more"),
    });
  });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { commandNames, jotgate } from "./command-line.ts";

const run = promisify(execFile);

const COMMANDS = await commandNames();

describe("jotgate completion", () => {
  /** What a real bash offers for the last of these words. */
  const offered = async (...words: readonly string[]) => {
    const { stdout: script } = await jotgate(["completion", "bash"]);
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _jotgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run("bash", ["-c", `${script}\n${ask}`, "bash", ...words]);
    return stdout.trim().split("\n");
  };

  it("completes commands in bash", async () => {
    expect(await offered("jotgate", "")).toEqual([...COMMANDS, "--help", "--version"]);
    expect(await offered("jotgate", "ch")).toEqual(["check"]);
  });

  it("completes options and fixed arguments in bash", async () => {
    expect(await offered("jotgate", "check", "--s")).toEqual(["--strict"]);
    expect(await offered("jotgate", "explain", "--token")).toEqual(["--token-file", "--token-in"]);
    expect(await offered("jotgate", "completion", "z")).toEqual(["zsh"]);
  });

  it("completes file names in bash where a value or an argument is one", async () => {
    expect(await offered("jotgate", "check", "--config", "wrang")).toEqual(["wrangler.toml"]);
    expect(await offered("jotgate", "test", "test/policies/de")).toEqual(["test/policies/demo.toml"]);
  });

  it.each(["bash", "zsh", "fish"])("knows every command and option for %s", async (shell) => {
    const { code, stdout } = await jotgate(["completion", shell]);
    expect(code).toBe(0);
    for (const command of COMMANDS) {
      expect(stdout).toContain(command);
      const { stdout: help } = await jotgate([command, "--help"]);
      for (const [, option] of help.matchAll(/^ {2}--([a-z-]+)/gm)) {
        expect(stdout).toContain(shell === "fish" ? `-l ${option}` : `--${option}`);
      }
    }
  });
});

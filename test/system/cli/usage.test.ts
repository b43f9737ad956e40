import { describe, expect, it } from "vitest";
import { commandNames, jotgate } from "./command-line.ts";

const COMMANDS = await commandNames();

describe("jotgate", () => {
  it("shows its commands, examples and exit codes with --help", async () => {
    const { code, stdout, stderr } = await jotgate(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(COMMANDS).toEqual(expect.arrayContaining(["check", "explain", "test", "name", "completion"]));
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain(
      "Exit codes: 0 done or allowed, 1 refused or denied, 2 wrong usage, 3 it could not be found out.",
    );
  });

  it("shows the same on standard error, with exit code 2, when it is given nothing", async () => {
    const { stdout: help } = await jotgate(["--help"]);
    expect(await jotgate([])).toEqual({ code: 2, stdout: "", stderr: help });
  });

  it("shows its version", async () => {
    expect(await jotgate(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });

  it.each(COMMANDS)("shows usage, options, examples and exit codes of %s", async (command) => {
    const { code, stdout } = await jotgate([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: jotgate ${command}.* \\[OPTIONS\\]\n`));
    for (const part of ["\nOptions:\n", "  --json ", "\nExamples:\n", "\nExit codes:\n  0  "])
      expect(stdout).toContain(part);
    expect((await jotgate([command, "-h"])).stdout).toBe(stdout);
  });

  it.each([
    ["a misspelt command", ["chekc"], "jotgate: There is no command chekc. Did you mean check?\nSee jotgate --help.\n"],
    [
      "the beginning of a command",
      ["comp"],
      "jotgate: There is no command comp. Did you mean completion?\nSee jotgate --help.\n",
    ],
    ["an unknown command", ["frobnicate"], "jotgate: There is no command frobnicate.\nSee jotgate --help.\n"],
    ["something secret", ["eyJhbGciOiJub25lIn0.e30."], "jotgate: There is no such command.\nSee jotgate --help.\n"],
    [
      "a misspelt option",
      ["check", "--stric"],
      "jotgate check: There is no option --stric. Did you mean --strict?\nSee jotgate check --help.\n",
    ],
    ["an unknown short option", ["check", "-x"], "jotgate check: There is no option -x.\nSee jotgate check --help.\n"],
    [
      "an option of the tool's",
      ["--versoin"],
      "jotgate: There is no option --versoin. Did you mean --version?\nSee jotgate --help.\n",
    ],
    [
      "an option without its value",
      ["check", "--env"],
      "jotgate check: Give --env a value: --env NAME.\nSee jotgate check --help.\n",
    ],
    [
      "an option for a value",
      ["check", "--env", "--strict"],
      "jotgate check: Give --env a value: --env NAME (--env=… for one that begins with a hyphen).\nSee jotgate check --help.\n",
    ],
    [
      "a value for a flag",
      ["check", "--strict=yes"],
      "jotgate check: --strict takes no value.\nSee jotgate check --help.\n",
    ],
    [
      "an option twice",
      ["check", "--env", "a", "--env", "b"],
      "jotgate check: Give --env once.\nSee jotgate check --help.\n",
    ],
    [
      "an argument too many",
      ["check", "x"],
      "jotgate check: This command takes options only; there is an argument too many.\nSee jotgate check --help.\n",
    ],
    [
      "an argument too few",
      ["test"],
      "jotgate test: Give FILE: files with policy tests, .toml or .json.\nSee jotgate test --help.\n",
    ],
    [
      "a misspelt argument",
      ["completion", "bahs"],
      "jotgate completion: SHELL is one of bash, zsh, fish. Did you mean bash?\nSee jotgate completion --help.\n",
    ],
  ])("answers %s with what to do and exit code 2", async (_what, args, stderr) => {
    expect(await jotgate(args)).toEqual({ code: 2, stdout: "", stderr });
  });

  it("answers a defect of its own with exit code 3, which is neither yes nor no", async () => {
    const broken = "data:text/javascript,JSON.stringify = () => { throw new Error('broken') }".replaceAll(" ", "%20");
    const { code, stdout, stderr } = await jotgate(["check", "--json"], {
      env: { NODE_OPTIONS: `--import=${broken}` },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^jotgate: this is a defect .+\nError: broken\n/);
  });

  it("tells scripts of wrong usage in JSON as well", async () => {
    const { code, stdout } = await jotgate(["check", "--json", "x"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: "check", error: expect.stringContaining("too many") });
  });
});

describe("jotgate name", () => {
  const env = { REVOCATION_KEY: "an example key of 32 characters." };
  const issuer = ["--issuer", "https://issuer.example"];

  it("prints the name of a record, alone on its line", async () => {
    const { code, stdout, stderr } = await jotgate(["name", "subject", ...issuer, "--id", "user-42"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^jotgate1:subject:[\w-]{22}\n$/);
    const other = await jotgate(["name", "subject", ...issuer, "--id", "user-43"], { env });
    expect(other.stdout).not.toBe(stdout);
  });

  it.each([
    ["no kind", [...issuer], "Give KIND"],
    ["an unknown kind", ["user", ...issuer], "KIND is one of token, session, subject, issuer."],
    ["no issuer", ["token", "--id", "x"], "Say whose"],
    ["no id", ["token", ...issuer], "Say which token"],
    ["an id for an issuer", ["issuer", ...issuer, "--id", "x"], "Leave --id out"],
    ["a token for an id", ["token", ...issuer, "--id", "eyJhbGciOiJub25lIn0.e30."], "no place for one"],
    ["an id of 513 bytes", ["token", ...issuer, "--id", "x".repeat(513)], "more than 512 bytes"],
  ])("is wrong usage with %s", async (_what, args, message) => {
    const { code, stdout, stderr } = await jotgate(["name", ...args], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("eyJ");
  });

  it("accepts an id of 512 bytes", async () => {
    expect((await jotgate(["name", "token", ...issuer, "--id", "x".repeat(512)], { env })).code).toBe(0);
  });

  it("asks for the secret when there is none", async () => {
    const { code, stderr } = await jotgate(["name", "issuer", ...issuer], { cwd: "/" });
    expect(code).toBe(2);
    expect(stderr).toContain("REVOCATION_KEY is missing.");
  });
});

import { execFile } from "node:child_process";
import { access, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);

/** The oldest Node that the package promises to run on is not on every machine. */
const NODES = [process.execPath];
try {
  await access("/usr/bin/node");
  NODES.push("/usr/bin/node");
} catch {
  // Only the one that runs the tests.
}

describe("the command line of the package", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "jotgate-package-"));
    await run("tsc", ["-p", "tsconfig.build-cli.json", "--outDir", join(folder, "dist")]);
    await cp("package.json", join(folder, "package.json"));
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each(NODES)("checks and tests with nothing but what is built, on %s", async (node) => {
    const main = join(folder, "dist/cli/main.js");
    const checked = await run(node, [main, "check"]);
    expect(checked.stdout).toContain("wrangler.toml: no problems");
    const tested = await run(node, [main, "test", "test/policies/demo.toml"]);
    expect(tested.stdout).toMatch(/\n\d+ passed, 0 failed\n$/);
  });
});

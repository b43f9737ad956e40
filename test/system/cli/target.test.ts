import { mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, jotgate } from "./command-line.ts";

/* Which guard gets which secret, above all when no guard was named: the folder may come from a stranger. */

const OWN = "own-secret-of-somebody-who-operates-a-real-guard";
const LOCAL = "local-secret-of-the-folder-with-the-demo-guard";

describe("a guard that is only found in the folder", () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  /** The header Authorization of every request that arrived. */
  const presented: (string | undefined)[] = [];
  /** What every request had for Cloudflare Access: a service token's id, a person's token. */
  const shown: unknown[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      presented.push(request.headers.authorization);
      shown.push([request.headers["cf-access-client-id"], request.headers["cf-access-token"]]);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ entries: [], next: null }));
    });
    url = await listenOnLoopback(server);
    folder = await Folder.create({ "secret.txt": `${OWN}\n`, "empty.txt": "\n" });
    await mkdir(join(folder.path, ".wrangler/demo"), { recursive: true });
  });
  afterEach(async () => {
    presented.length = 0;
    shown.length = 0;
    await rm(join(folder.path, ".dev.vars"), { force: true });
  });
  afterAll(async () => {
    await closeServer(server);
    await folder?.remove();
  });

  const running = (guard: string) => folder.write(".wrangler/demo/running.json", JSON.stringify({ guard }));
  const secretHere = () => folder.write(".dev.vars", `JOTGATE_SECRET=${LOCAL}\n`);
  const audit = (args: readonly string[] = [], env: Record<string, string> = {}) =>
    jotgate(["audit", ...args], { cwd: folder.path, env });

  it.each([
    ["https://evil.example"],
    ["http://127.0.0.1.evil.example"],
    ["http://localhost.evil.example"],
    // Names beneath localhost are asked of the network by some resolvers.
    ["http://guard.localhost:8787"],
    ["http://localhost.:8787"],
    ["http://[::ffff:127.0.0.1]:8787"],
    ["http://0.0.0.0:8787"],
    ["http://128.0.0.1:8787"],
    ["https://127.0.0.1@evil.example"],
    ["http://10.0.0.1:8787"],
    ["ftp://127.0.0.1"],
    ["localhost:8787"],
    ["guard"],
  ])("gets nothing when it is not on this machine: %s", async (guard) => {
    await running(guard);
    await secretHere();
    const { code, stdout, stderr } = await audit([], { JOTGATE_SECRET: OWN });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("The guard that .wrangler/demo/running.json names is not on this machine.");
  });

  it.each([
    ["localhost", (port: string) => `http://localhost:${port}`],
    ["127.0.0.1 in another spelling", (port: string) => `http://127.1:${port}`],
  ])("is on this machine as %s", async (_what, name) => {
    await running(name(new URL(url).port));
    await secretHere();
    expect(await audit()).toMatchObject({ code: 0, stderr: "" });
    expect(presented).toEqual([`Bearer ${LOCAL}`]);
  });

  it("gets no Access credentials of the environment, only those of a file that is named for it", async () => {
    await running(url);
    await secretHere();
    await folder.write("access.txt", "CF-Access-Client-Id: file\nCF-Access-Client-Secret: file\n");
    const env = { JOTGATE_ACCESS_CLIENT_ID: "own", JOTGATE_ACCESS_CLIENT_SECRET: "own", JOTGATE_ACCESS_TOKEN: "own" };
    expect(await audit([], env)).toMatchObject({ code: 0 });
    expect(await audit(["--access-file", "access.txt"], env)).toMatchObject({ code: 0 });
    expect(await audit(["--url", url], env)).toMatchObject({ code: 0 });
    expect(shown).toEqual([
      [undefined, undefined],
      ["file", undefined],
      ["own", "own"],
    ]);
  });

  it("gets no secret file, either, when it is not on this machine", async () => {
    await running("https://evil.example");
    const { code, stderr } = await audit(["--secret-file", "secret.txt"]);
    expect(code).toBe(2);
    expect(stderr).toContain("is not on this machine.");
  });

  it("gets the secret of .dev.vars beside it, whatever secret the environment has", async () => {
    await running(url);
    await secretHere();
    expect(await audit([], { JOTGATE_SECRET: OWN })).toMatchObject({ code: 0, stderr: "" });
    expect(presented).toEqual([`Bearer ${LOCAL}`]);
  });

  it("never gets the secret of the environment: without one in .dev.vars it is asked nothing", async () => {
    await running(url);
    const { code, stdout, stderr } = await audit([], { JOTGATE_SECRET: OWN });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("The guard of this folder gets the JOTGATE_SECRET of .dev.vars here, and there is none.");
    expect(presented).toEqual([]);
  });

  it("gets the secret of a file that is named for it", async () => {
    await running(url);
    await secretHere();
    expect(await audit(["--secret-file", "secret.txt"])).toMatchObject({ code: 0 });
    expect(presented).toEqual([`Bearer ${OWN}`]);
  });

  it.each([
    ["by --url", (at: string) => [["--url", at], {}] as const],
    ["by JOTGATE_URL", (at: string) => [[], { JOTGATE_URL: at }] as const],
  ])("is not looked at when one is named %s, which gets the secret of the environment", async (_how, name) => {
    await running("https://evil.example");
    await secretHere();
    const [args, env] = name(url);
    expect(await audit(args, { ...env, JOTGATE_SECRET: OWN })).toMatchObject({ code: 0, stderr: "" });
    expect(await audit(args, env)).toMatchObject({ code: 0, stderr: "" });
    expect(presented).toEqual([`Bearer ${OWN}`, `Bearer ${LOCAL}`]);
  });

  it("a secret file that is empty is not made up for by another secret", async () => {
    await secretHere();
    const { code, stderr } = await audit(["--url", url, "--secret-file", "empty.txt"], { JOTGATE_SECRET: OWN });
    expect({ code, presented }).toEqual({ code: 2, presented: [] });
    expect(stderr).toContain("Your operator secret is missing.");
  });
});

describe("a guard's URL", () => {
  it.each([
    ["a path", "https://api.example.com/_jotgate/v1", "has a path."],
    ["a query", "https://api.example.com?x=1", "has a query or a fragment."],
    ["an empty query", "https://api.example.com/?", "has a query or a fragment."],
    ["a fragment", "https://api.example.com/#x", "has a query or a fragment."],
    ["a password", "https://me:hush@api.example.com", "has credentials, and those go into no argument."],
    ["a name", "https://me@api.example.com", "has credentials, and those go into no argument."],
    ["plain http", "http://api.example.com", "must not cross a network in the clear."],
    ["plain http to a name beneath localhost", "http://api.localhost:8787", "must not cross a network in the clear."],
    ["no scheme", "api.example.com", "is no URL."],
    ["another scheme", "ftp://127.0.0.1", "is no URL."],
  ])("with %s is refused with what to write, and not cut to what fits", async (_what, url, message) => {
    for (const [args, env] of [
      [["--url", url], {}],
      [[], { JOTGATE_URL: url }],
    ] as const) {
      const { code, stdout, stderr } = await jotgate(["status", ...args], { env: { ...env, JOTGATE_SECRET: OWN } });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).not.toContain("hush");
    }
  });

  it.each(["http://127.0.0.1:9", "http://127.0.0.1:9/", "http://localhost:9", "http://[::1]:9"])(
    "may be %s",
    async (url) => {
      const { code, stderr } = await jotgate(["status", "--url", url], { env: { JOTGATE_SECRET: OWN } });
      expect(code).toBe(3);
      expect(stderr).toContain("cannot be reached");
    },
  );
});

import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness, type TestHarness } from "wrangler";
import { closeServer, deadAddress, listenOnLoopback } from "../support/listen.ts";
import { REVOCATION_KEY } from "../support/revocation-records.ts";
import { Folder, jotgate } from "./command-line.ts";

describe("jotgate token", () => {
  let harness: TestHarness;
  let folder: Folder;
  let issuer: string;

  beforeAll(async () => {
    const issuerToml = new URL("../../demo/issuer.toml", import.meta.url);
    harness = createTestHarness({ workers: [{ configPath: issuerToml, secrets: { REVOCATION_KEY } }] });
    issuer = (await harness.listen()).url.origin;
    folder = await Folder.create();
    await mkdir(join(folder.path, ".wrangler/demo"), { recursive: true });
    await running({ guard: "http://localhost:1", issuer });
  });

  afterAll(async () => {
    await harness?.close();
    await folder?.remove();
  });

  const running = (addresses: unknown) => folder.write(".wrangler/demo/running.json", JSON.stringify(addresses));
  const token = (...args: readonly string[]) => jotgate(["token", ...args], { cwd: folder.path });

  it("prints a token of the demo that runs in this folder, alone on its line", async () => {
    const { code, stdout, stderr } = await token();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(claimsOf(stdout)).toMatchObject({ sub: "alice", token_version: 1 });
  });

  it("puts into it what it is told", async () => {
    const wanted = ["--subject", "Zoë", "--scope", "orders:read orders:write", "--lifetime", "7"];
    const { stdout } = await token(...wanted, "--session", "s-1", "--version", "4");
    const { iat, exp, ...claims } = claimsOf(stdout);
    expect(claims).toMatchObject({ sub: "Zoë", scope: "orders:read orders:write", sid: "s-1", token_version: 4 });
    expect(Number(exp) - Number(iat)).toBe(7);
  });

  it("names the issuer in JSON", async () => {
    const { stdout } = await token("--json");
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: "token", issuer, token: expect.stringMatching(/^ey/) });
  });

  it.each([
    ["half a second", ["--lifetime", "0.5"], "The demo issuer says: lifetime has to be a whole number from 1 to"],
    ["an issuer elsewhere", ["--issuer", "https://id.example.com"], "Only the demo issuer on this machine"],
    ["one that only begins like here", ["--issuer", "http://localhost.example"], "Only the demo issuer"],
    ["an issuer that is no URL", ["--issuer", "localhost"], "is no URL"],
    ["another scheme", ["--issuer", "ftp://localhost"], "is no URL"],
    ["a name beneath localhost", ["--issuer", "http://id.localhost:8788"], "Only the demo issuer on this machine"],
    ["a path", ["--issuer", "http://localhost:8788/token"], "The issuer's URL has a path."],
  ])("is wrong usage with %s", async (_what, args, message) => {
    const { code, stdout, stderr } = await token(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([
    ["an address elsewhere", { issuer: "https://id.example.com" }, "Only the demo issuer on this machine"],
    ["nothing", {}, "Start one with npm run dev."],
    ["something else", null, "Start one with npm run dev."],
  ])("does not trust the file that the demo left, either: %s", async (_what, content, message) => {
    await running(content);
    expect(await token()).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
    await running({ issuer });
  });

  it("says so when there is no demo in this folder", async () => {
    const elsewhere = await Folder.create();
    const { code, stderr } = await jotgate(["token"], { cwd: elsewhere.path });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "jotgate token: There is no demo issuer here. Start one with npm run dev.\nSee jotgate token --help.\n",
    });
    await elsewhere.remove();
  });

  it("says so when nobody answers", async () => {
    const { code, stdout, stderr } = await token("--issuer", await deadAddress(createServer));
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("cannot be reached (ECONNREFUSED)");
  });

  it.each([
    ["another program", 200, {}],
    ["one that sends elsewhere", 302, { location: "https://id.example.com/token" }],
  ])("takes nothing from %s", async (_what, status, headers) => {
    const server: Server = createServer((_request, response) => response.writeHead(status, headers).end("<html>"));
    const { code, stdout, stderr } = await token("--issuer", await listenOnLoopback(server));
    await closeServer(server);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(`is no demo issuer (status ${status})`);
  });
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { jotgate } from "./command-line.ts";

/* A command of which nobody knows whether it was carried out: whoever asks again needs the id that it had. */

const NAME = "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA";

let server: Server;
let url: string;
/** Ids of the commands that arrived. */
const ids: unknown[] = [];
let status = 503;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    ids.push((JSON.parse(text) as { id: unknown }).id);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  url = await listenOnLoopback(server);
});
beforeEach(() => {
  [ids.length, status] = [0, 503];
});
afterAll(() => closeServer(server));

const lifting = (...args: readonly string[]) =>
  jotgate(["lift", NAME, ...args], { env: { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) } });

describe("a command that is not acknowledged", () => {
  it("names the id that it was given, to ask again with", async () => {
    const { code, stdout, stderr } = await lifting();
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(ids).toEqual([expect.stringMatching(/^[\w-]{36}$/)]);
    expect(stderr).toContain(
      `(status 503).\nAsk again with --id ${ids[0]}: it is carried out once, whatever came of it`,
    );
    await lifting("--id", String(ids[0]));
    expect(ids[1]).toBe(ids[0]);
  });

  it("tells scripts the id", async () => {
    const { code, stdout } = await lifting("--json");
    expect(code).toBe(3);
    const told = { format: 1, command: "lift", error: expect.stringContaining("Ask again with --id"), id: ids[0] };
    expect(JSON.parse(stdout)).toEqual(told);
  });

  it("keeps an id that somebody gave, and need not repeat it to them", async () => {
    const { stdout, stderr } = await lifting("--id", "ticket-7", "--json");
    expect(stderr).toContain("Ask again with the same --id: it is carried out once");
    expect(JSON.parse(stdout)).toMatchObject({ id: "ticket-7" });
  });

  it.each([
    ["what answers is no guard", 200],
    ["something in between has no answer", 502],
  ])("is in doubt when %s", async (_what, answered) => {
    status = answered;
    expect((await lifting()).stderr).toContain(`Ask again with --id ${ids[0]}`);
  });

  it.each([
    ["the guard refuses it", 403, 1],
    ["it is wrong", 400, 2],
  ])("is not in doubt when %s", async (_what, answered, expected) => {
    status = answered;
    const { code, stdout, stderr } = await lifting("--json");
    expect(code).toBe(expected);
    expect(stderr).not.toContain("Ask again");
    expect(JSON.parse(stdout)).not.toHaveProperty("id");
  });

  it("is not in doubt when it was only looked at", async () => {
    const { code, stderr } = await lifting("--dry-run");
    expect(code).toBe(3);
    expect(stderr).not.toContain("Ask again");
  });
});

import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, jotgate } from "./command-line.ts";

/* What commands make of answers that no guard of ours gives: other JSON, endless bodies, texts that steer a terminal. */

const NAME = "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA";
/** Clears the screen, goes on in another direction, and once more where JSON has no escape of its own. */
const STEERING = "a\u001b[2J\u202eb\u061cc\u009bd";
const ESCAPED = "a\\u001b[2J\\u202eb\\u061cc\\u009bd";
const WHOLE_RECORD = { format: 1, revoked: true, until: 2_000_000_000, by: STEERING, why: STEERING, at: 1 };
const LISTED = { name: STEERING, kind: "token", record: WHOLE_RECORD, sequence: 1, invalid: false, pending: false };
const ACKNOWLEDGEMENT = { sequence: 1, changed: true, name: STEERING, kind: "token", enforcedBy: 1 };
const ENTRY = {
  ...{ number: 1, at: 1, op: STEERING, name: STEERING, id: null, by: STEERING, why: STEERING, sequence: 1 },
  ...{ changed: false, from: STEERING, problem: STEERING, times: 2 },
};
const LEDGER = {
  ...{ ledger: STEERING, state: "ready", sequence: 1, records: 1, invalid: 0, backlog: { records: 0, oldest: null } },
  ...{ lastError: { message: STEERING, age: 1 }, scan: { age: 1, running: false, keys: 1 } },
};
const MIRROR = { ledger: STEERING, through: 1, records: 1, bytes: 1, age: 1, state: STEERING };
const EXPLANATION = {
  request: { method: STEERING, scheme: "https", host: STEERING, path: STEERING },
  now: 1,
  decision: { outcome: "deny", reason: STEERING, by: STEERING },
  route: null,
  revocation: "live",
  client: { status: 401, code: STEERING, challenge: { error: STEERING } },
  steps: [{ step: STEERING, verdict: "refused", verified: false, facts: [{ what: STEERING, found: STEERING }] }],
};

const LIST = ["list"];
const SHOW = ["show", NAME];
const SHOW_ALL = ["show", "--issuer", "https://issuer.example"];
const STATUS = ["status"];
const AUDIT = ["audit"];
const LIFT = ["lift", NAME];
const DRY = ["lift", NAME, "--dry-run"];
const EXPORT = ["export", "--retry-for", "0"];
const IMPORT = ["import", "lines.jsonl", "--retry-for", "0"];
const EXPLAIN = ["explain", "--remote", "--route", "GET /", "--no-token"];

describe("an answer that no guard gives", () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  let answer: { status?: number; body: string | Buffer; times?: number };

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        const { status = 200, body, times = 1 } = answer;
        response.on("error", () => {});
        response.writeHead(status, { "content-type": "application/json" });
        for (let time = 0; time < times; time++) response.write(body);
        response.end();
      });
    });
    url = await listenOnLoopback(server);
    const line = JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: "t" });
    folder = await Folder.create({ "lines.jsonl": line });
  });
  afterAll(async () => {
    await closeServer(server);
    await folder?.remove();
  });

  const asking = (args: readonly string[], body: unknown, status = 200) => {
    answer = { status, body: JSON.stringify(body) };
    return jotgate(args, { cwd: folder.path, env: { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) } });
  };

  it.each([
    ["list", LIST, { records: {}, next: null }],
    ["list, in one of many records", LIST, { records: [LISTED, { ...LISTED, sequence: "1" }], next: null }],
    ["list, in a record's time", LIST, { records: [{ ...LISTED, record: { format: 1, until: "x" } }], next: null }],
    ["show", SHOW, { name: 5 }],
    ["show, in a record that is none", SHOW, { ...LISTED, record: null }],
    ["show of ids", SHOW_ALL, { records: [{ name: NAME }] }],
    ["status", STATUS, { ok: true }],
    ["status, in a number", STATUS, { ledger: { ...LEDGER, sequence: STEERING }, mirror: MIRROR }],
    ["audit", AUDIT, []],
    ["audit, in a number", AUDIT, { entries: [{ ...ENTRY, at: null }], next: null }],
    ["a command", LIFT, { ...ACKNOWLEDGEMENT, record: "gone" }],
    ["a command, in a number", LIFT, { ...ACKNOWLEDGEMENT, record: null, sequence: STEERING }],
    ["a preview", DRY, { ...ACKNOWLEDGEMENT, record: null }],
    ["an export", EXPORT, { records: null }],
    ["an import", IMPORT, { results: [null] }],
    ["an explanation", EXPLAIN, { decision: { outcome: "allow" } }],
    ["an explanation of another outcome", EXPLAIN, { ...EXPLANATION, decision: { outcome: "toString", reason: null } }],
    ["anything: null", STATUS, null],
    ["anything: a text", STATUS, "fine"],
  ])("cannot tell anything: %s", async (_what, args, body) => {
    const { code, stdout, stderr } = await asking(args, body);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(`What answers at ${url} is no Jotgate guard (status 200).`);
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    ["that is no JSON", "<html>", 1],
    ["that is empty", "", 1],
    ["that is larger than any guard's", Buffer.alloc(1024 * 1024, " "), 33],
  ])("cannot be a body %s", async (_what, body, times) => {
    answer = { body, times };
    const env = { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) };
    const { code, stdout, stderr } = await jotgate(STATUS, { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("is no Jotgate guard");
  });

  it.each([
    ["wrong requests", 400, { problems: "all" }, 2, "The guard does not understand this."],
    ["wrong requests, in one of many", 400, { problems: [null] }, 2, "The guard does not understand this."],
    ["missing roles", 403, { needs: { role: 1 } }, 1, "The guard refuses this."],
    ["missing records", 404, null, 3, "There is no operator API"],
  ])("may be a refusal of no known form: %s", async (_what, status, body, expected, message) => {
    const { code, stdout, stderr } = await asking(STATUS, body, status);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([
    ["plain http", 403, "https_required", 1, "by https alone (https_required): give its https URL."],
    ["another refusal", 403, "cross_site_request", 1, "The guard refuses this (cross_site_request)."],
    ["too much at once", 413, "content_too_large", 2, "at once (content_too_large): shorten it."],
    ["something wrong of which no more is said", 400, "invalid_request", 2, "understand this (invalid_request)."],
    ["another method", 405, "method_not_allowed", 3, "(status 405, method_not_allowed)."],
    ["an outage", 503, "unavailable", 3, "(status 503, unavailable)."],
    ["a code that steers", 403, STEERING, 1, `The guard refuses this (${ESCAPED}).`],
  ])("names the code of a refusal, and what to do: %s", async (_what, status, code, expected, message) => {
    const { code: exit, stdout, stderr } = await asking(STATUS, { code }, status);
    expect({ exit, stdout }).toEqual({ exit: expected, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("may have more in it than this release knows", async () => {
    const { code, stdout } = await asking([...SHOW, "--json"], { ...LISTED, later: { release: 1 } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ records: [{ ...LISTED, later: { release: 1 } }] });
  });

  it.each([
    ["list", LIST, { records: [LISTED], next: null }],
    ["show", SHOW, LISTED],
    ["show of ids", SHOW_ALL, { records: [LISTED, { name: STEERING, kind: "token", record: null }] }],
    ["status", STATUS, { ledger: LEDGER, mirror: MIRROR }],
    ["audit", AUDIT, { entries: [ENTRY], next: null }],
    ["a command", LIFT, { ...ACKNOWLEDGEMENT, record: WHOLE_RECORD }],
    ["a preview", DRY, { ...ACKNOWLEDGEMENT, dryRun: true, before: WHOLE_RECORD, record: null }],
    ["an explanation", EXPLAIN, EXPLANATION],
    ["an explanation for a reason of another release", EXPLAIN, reasonIs("constructor")],
  ])("does not steer the terminal: %s", async (_what, args, body) => {
    for (const more of [[], ["--json"]]) {
      const { stdout, stderr } = await asking([...args, ...more], body);
      expect(stderr).toBe("");
      expect(stdout).toContain(ESCAPED);
      expect(stdout).not.toContain("undefined");
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\u061c\u202e]/u);
    }
  });

  it("does not steer the terminal by what it says is wrong", async () => {
    const problems = [{ path: STEERING, problem: STEERING, remedy: STEERING }];
    const { code, stderr } = await asking(STATUS, { problems }, 400);
    expect(code).toBe(2);
    expect(stderr).toContain(ESCAPED);
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\u061c\u202e]/u);
  });

  it("is the same for whoever parses it", async () => {
    const { stdout } = await asking([...SHOW, "--json"], LISTED);
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: "show", records: [LISTED] });
  });
});

function reasonIs(reason: string): object {
  return { ...EXPLANATION, decision: { outcome: "deny", reason } };
}

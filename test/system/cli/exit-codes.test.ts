import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { commandNames, Folder, GOOD_TOP, GOOD_VARS, jotgate } from "./command-line.ts";

/* Every exit code that a command's help names, and what scripts get with it. */

const COMMANDS = await commandNames();

const NAME = "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA";
const RECORD = { format: 1, revoked: true, until: 2_000_000_000 };
const LISTED = { name: NAME, kind: "token", record: RECORD, sequence: 1, invalid: false, pending: false };
const ACKNOWLEDGED = { sequence: 1, changed: true, name: NAME, kind: "token", record: RECORD, enforcedBy: 1 };
const MIRROR = { state: "following", through: 1, records: 1, bytes: 1 };
const LEDGER = {
  ...{ ledger: "L", state: "ready", sequence: 1, records: 1, invalid: 0, backlog: { records: 0, oldest: null } },
  ...{ lastError: null, scan: { age: 1 } },
};
const ISSUER = ["--issuer", "https://issuer.example"];
const NOT_HERE = ["--config", "nowhere.toml"];

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** What the guard answers, by the last part of the path. */
type Answers = Readonly<Record<string, Answer>>;

const everything = (status: number, body: unknown = {}): Answers => ({ "": { status, body } });
const UNKNOWN = everything(401, { code: "unauthorized" });
const AWAY = everything(503, { code: "unavailable" });
const acknowledged: Answers = { commands: { body: ACKNOWLEDGED } };

interface Row {
  readonly command: string;
  readonly code: 0 | 1 | 2 | 3;
  readonly when: string;
  readonly args: readonly string[];
  readonly answers?: Answers;
  /** Whether scripts get a result; otherwise they get an error. */
  readonly result: boolean;
}

/** Commands to a guard that are refused, are wrong, or have nobody to answer them. */
function remote(command: string, args: readonly string[], answers: Answers, wrong: readonly string[]): readonly Row[] {
  return [
    { command, code: 0, when: "the guard does it", args, answers, result: true },
    { command, code: 1, when: "the guard knows nobody with this secret", args, answers: UNKNOWN, result: false },
    { command, code: 2, when: "it is used wrongly", args: wrong, result: false },
    { command, code: 3, when: "the guard does not answer", args, answers: AWAY, result: false },
  ];
}

const ROWS: readonly Row[] = [
  ...remote("revoke", [...ISSUER, "--token-id", "t"], acknowledged, ["--token-id", "t"]),
  ...remote("raise", [...ISSUER, "--subject", "a", "--version", "1"], acknowledged, ISSUER),
  ...remote("cutoff", [...ISSUER, "--subject", "a"], acknowledged, ISSUER),
  ...remote("lift", [NAME], acknowledged, []),
  ...remote("show", [NAME], { [NAME]: { body: LISTED } }, ["--subject", "a"]),
  {
    ...{ command: "show", code: 1, when: "there is no record", args: [NAME], result: true },
    answers: everything(404, { code: "no_such_record" }),
  },
  {
    ...{ command: "show", code: 1, when: "there is no record of somebody", args: ISSUER, result: true },
    answers: { state: { body: { records: [{ name: NAME, kind: "token", record: null }] } } },
  },
  ...remote("list", [], { records: { body: { records: [LISTED], next: null } } }, ["--kind", "user"]),
  ...remote("audit", [], { history: { body: { entries: [], next: null } } }, ["--limit", "0"]),
  ...remote("status", [], { status: { body: { ledger: LEDGER, mirror: MIRROR } } }, ["--staus"]),
  {
    ...{ command: "status", code: 3, when: "the ledger is still starting", args: [], result: true },
    answers: { status: { body: { ledger: { ...LEDGER, state: "starting" }, mirror: MIRROR } } },
  },
  {
    ...{ command: "status", code: 3, when: "the ledger is out of reach", args: [], result: true },
    answers: { status: { body: { ledger: { state: "unreachable" }, mirror: MIRROR } } },
  },
  ...remote(
    "export",
    ["--output", "out.jsonl", "--retry-for", "0"],
    {
      records: { body: { records: [LISTED], next: null } },
      status: { body: { ledger: { state: "unreachable" }, mirror: MIRROR } },
    },
    ["--output", "out.jsonl", "--kind", "user"],
  ),
  {
    ...{ command: "export", code: 2, when: "the file cannot be written", args: ["--output", "nowhere/out.jsonl"] },
    result: false,
  },
  ...remote(
    "import",
    ["one.jsonl", "--retry-for", "0", "--resume", "kept.json"],
    { batch: { body: { results: [{ ok: true, acknowledgement: { changed: true, sequence: 1 } }] } } },
    [],
  ),
  {
    ...{ command: "import", code: 1, when: "a line is refused", args: ["one.jsonl", "--resume", "kept.json"] },
    answers: { batch: { body: { results: [{ ok: false, problems: [] }] } } },
    result: true,
  },
  { command: "import", code: 2, when: "a line is wrong", args: ["bad.jsonl"], result: false },
  { command: "import", code: 2, when: "there is no such file", args: ["nowhere.jsonl"], result: false },
  { command: "check", code: 0, when: "nothing is wrong", args: [], result: true },
  { command: "check", code: 1, when: "something is wrong", args: ["--config", "wrong.toml"], result: true },
  { command: "check", code: 2, when: "there is no configuration", args: NOT_HERE, result: false },
  {
    ...{ command: "explain", code: 0, when: "the request is allowed", result: true },
    args: ["--route", "GET /health", "--no-token"],
  },
  {
    ...{ command: "explain", code: 1, when: "the request is denied", result: true },
    args: ["--route", "GET /api/x", "--no-token"],
  },
  { command: "explain", code: 2, when: "no request is named", args: ["--no-token"], result: false },
  {
    ...{ command: "explain", code: 3, when: "the configuration is wrong", result: false },
    args: ["--route", "GET /health", "--no-token", "--config", "wrong.toml"],
  },
  { command: "test", code: 0, when: "every case passes", args: ["good.toml"], result: true },
  { command: "test", code: 1, when: "a case fails", args: ["fails.toml"], result: true },
  { command: "test", code: 1, when: "a route has no case", args: ["good.toml", "--min-coverage", "100"], result: true },
  { command: "test", code: 2, when: "the file is none", args: ["nowhere.toml"], result: false },
  {
    ...{ command: "test", code: 3, when: "the configuration is wrong", result: false },
    args: ["good.toml", "--config", "wrong.toml"],
  },
  { command: "name", code: 0, when: "it has the key", args: ["issuer", ...ISSUER], result: true },
  { command: "name", code: 2, when: "it does not know whose", args: ["issuer"], result: false },
  { command: "operator", code: 0, when: "it makes a secret", args: ["alice"], result: true },
  { command: "operator", code: 2, when: "there is no such role", args: ["alice", "--role", "king"], result: false },
  {
    ...{ command: "token", code: 0, when: "the demo issuer gives one", args: ["--issuer", "URL"], result: true },
    answers: { token: { body: "e30.e30.e30" } },
  },
  { command: "token", code: 2, when: "there is no demo here", args: [], result: false },
  { command: "token", code: 3, when: "something else answers", args: ["--issuer", "URL"], result: false },
  { command: "completion", code: 0, when: "it knows the shell", args: ["bash"], result: true },
  { command: "completion", code: 2, when: "it does not know the shell", args: ["csh"], result: false },
];

const CASE = '[[cases]]\nname = "health"\nrequest = "GET /health"\nexpect = ';

let server: Server;
let url: string;
let folder: Folder;
let answers: Answers = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      const path = new URL(request.url ?? "/", url).pathname.split("/").at(-1) ?? "";
      const { status = 200, body } = answers[decodeURIComponent(path)] ?? answers[""] ?? { status: 404, body: {} };
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  url = await listenOnLoopback(server);
});

beforeEach(async () => {
  await folder?.remove();
  folder = await Folder.create({
    "wrangler.toml": GOOD_TOP + GOOD_VARS,
    "wrong.toml": (GOOD_TOP + GOOD_VARS).replace('access = "public"', 'access = "open"'),
    "good.toml": `${CASE}"allow"\n`,
    "fails.toml": `${CASE}"deny"\nreason = "token_missing"\n`,
    "one.jsonl": JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: "t" }),
    "bad.jsonl": "?\n",
  });
});

afterAll(async () => {
  await closeServer(server);
  await folder?.remove();
});

/** Runs a row's command. */
function run({ command, args, answers: given = {} }: Row, ...more: readonly string[]) {
  answers = given;
  const env = { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43), REVOCATION_KEY: "k".repeat(32) };
  const words = [command, ...args.map((word) => (word === "URL" ? url : word)), ...more];
  return jotgate(words, { cwd: folder.path, env });
}

describe("exit codes", () => {
  it.each(ROWS)("$command: $code when $when", async (row) => {
    const { code, stdout, stderr } = await run(row);
    expect(code).toBe(row.code);
    expect(stderr).not.toContain("defect");
    // Somebody is told something in any case, and an error never on standard output.
    expect(stdout + stderr).not.toBe("");
    if (!row.result)
      expect({
        stdout,
        said: stderr.startsWith(`jotgate ${row.command}: `) || stderr.includes(`\njotgate ${row.command}: `),
      }).toEqual({ stdout: "", said: true });
  });

  it.each(ROWS)("$command --json: $code when $when, and one JSON object", async (row) => {
    const { code, stdout } = await run(row, "--json");
    expect(code).toBe(row.code);
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ format: 1, command: row.command });
    expect(typeof told["error"]).toBe(row.result ? "undefined" : "string");
  });

  it.each(COMMANDS)("help of %s names those that there are, and no others", async (command) => {
    const { stdout } = await jotgate([command, "--help"]);
    const [, list = ""] = stdout.split("\nExit codes:\n");
    const named = [...list.matchAll(/^ {2}(\d+) {2}\S/gm)].map(([, code]) => Number(code));
    const known = ROWS.filter((row) => row.command === command).map(({ code }) => code);
    expect(named).toEqual([...new Set(known)].sort());
  });
});

describe("what scripts get of usage that is wrong", () => {
  it.each([
    ["an unknown command", ["frobnicate", "--json"], null, "There is no command frobnicate."],
    ["a misspelt command", ["--json", "chekc"], null, "There is no command chekc. Did you mean check?"],
    ["an unknown option of the tool", ["--versoin", "--json"], null, "There is no option --versoin."],
    ["no command", ["--json"], null, "There is no command. See jotgate --help."],
    ["an unknown option", ["check", "--json", "--stric"], "check", "There is no option --stric."],
    ["an option without its value", ["check", "--json", "--env"], "check", "Give --env a value"],
    ["an argument too many", ["status", "x", "--json"], "status", "there is an argument too many."],
  ])(
    "%s: exit code 2, one JSON object on standard output, and the text on standard error",
    async (_what, args, command, message) => {
      const { code, stdout, stderr } = await jotgate(args);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toEqual({ format: 1, command, error: expect.stringContaining(message) });
      expect(stderr).not.toBe("");
    },
  );

  it("the option may come first", async () => {
    const { code, stdout } = await jotgate(["--json", "check"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ command: "check", ok: true });
  });

  it("what a guard finds wrong comes with each problem", async () => {
    const problems = [{ path: "until", problem: "is too early", remedy: "Give a later one." }];
    const row = {
      command: "lift",
      code: 2,
      when: "",
      args: [NAME],
      answers: everything(400, { problems }),
      result: false,
    } as const;
    const { code, stdout } = await run(row, "--json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      format: 1,
      command: "lift",
      error: "until is too early. Give a later one.",
      problems,
    });
  });

  it("the version as well", async () => {
    const { stdout } = await jotgate(["--version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: null, version: "0.1.0" });
  });
});

describe("jotgate show --json", () => {
  it.each([
    ["a name", [NAME], { [NAME]: { body: LISTED } }, [LISTED]],
    [
      "a name with no record",
      [NAME],
      everything(404, { code: "no_such_record" }),
      [{ name: NAME, kind: "token", record: null }],
    ],
    [
      "something that is no name",
      ["alice"],
      everything(404, { code: "no_such_record" }),
      [{ name: "alice", kind: null, record: null }],
    ],
    ["somebody", ISSUER, { state: { body: { records: [LISTED] } } }, [LISTED]],
  ])("has one shape, whatever was asked: %s", async (_what, args, given, records) => {
    const { stdout } = await run({ command: "show", code: 0, when: "", args, answers: given, result: true }, "--json");
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: "show", records });
  });
});

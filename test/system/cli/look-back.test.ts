import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/* Lists, audits and lifts with the real binary against the built Worker: everything here happens to the same four records. */

const ada = new TestOperator("ada", "admin");
const rita = new TestOperator("rita", "revoker");
const ISSUER = "https://issuer.example";

let origin: Origin;
let guard: Guard;
let folder: Folder;
let names: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await Folder.create();
  origin = await Origin.start();
  const issuer = await TestIssuer.create(ISSUER);
  guard = await Guard.start(
    {
      ORIGIN: origin.url,
      REQUIRE_HTTPS: false,
      ISSUERS: [trust(issuer, { tokenVersionClaim: "ver" })],
      ROUTES: EVERYTHING_GUARDED,
      OPERATORS: [ada.entry, rita.entry],
    },
    { configPath: "ledger.toml" },
  );
  const until = "2040-01-01T00:00:00Z";
  const done = [
    await jotgate(["raise", "--issuer", ISSUER, "--subject", "alice", "--version", "3", "--until", until], rita),
    await jotgate(["revoke", "--issuer", ISSUER, "--token-id", "t-1"], rita),
    await jotgate(["revoke", "--issuer", ISSUER, "--session-id", "s-1", "--why", "a drill"], ada),
    await jotgate(["cutoff", "--issuer", ISSUER, "--whole-issuer", "--before", "1970-01-01T00:01:00Z"], ada),
  ];
  const [alice = "", token = "", session = "", whole = ""] = done.map(
    ({ stdout }) => JSON.parse(stdout).name as string,
  );
  names = { alice, token, session, whole };
});

afterAll(async () => {
  await guard?.stop();
  await origin?.stop();
  await folder?.remove();
});

function jotgate(args: readonly string[], as = ada) {
  const env = { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: as.secret };
  return run([...args, "--json"], { cwd: folder.path, input: "", env });
}

async function read(args: readonly string[]) {
  const { code, stdout, stderr } = await jotgate(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as {
    records: { name: string }[];
    entries: { op: string; name: string }[];
    next: string | number | null;
  };
}

describe("jotgate list", () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ["--order", "oldest"],
      ["alice", "token", "session", "whole"],
    ],
    [
      ["--order", "newest", "--limit", "2"],
      ["whole", "session"],
    ],
    [
      ["--by", "rita", "--order", "oldest"],
      ["alice", "token"],
    ],
    [["--kind", "issuer"], ["whole"]],
    [["--issuer", ISSUER], ["whole"]],
    [["--issuer", ISSUER, "--subject", "alice"], ["alice"]],
    [["--issuer", ISSUER, "--token-id", "t-1"], ["token"]],
    [["--issuer", ISSUER, "--session-id", "nobody's"], []],
    [["--until-after", "2039-12-31T00:00:00Z"], ["alice"]],
    [
      ["--until-before", "2039-12-31T00:00:00Z", "--order", "oldest"],
      ["token", "session", "whole"],
    ],
    [["--changed-since", "2039-12-31T00:00:00Z"], []],
    [["--state", "invalid"], []],
  ])("%j", async (args, expected) => {
    const { records } = await read(["list", ...args]);
    expect(records.map(({ name }) => name)).toEqual(expected.map((who) => names[who]));
  });

  it("goes on where it said next", async () => {
    const first = await read(["list", "--order", "oldest", "--limit", "3"]);
    const second = await read(["list", "--order", "oldest", "--after", String(first.next)]);
    expect(second).toMatchObject({ records: [{ name: names["whole"] }], next: null });
  });

  it.each([
    [["--order", "age"], "--order is one of name, newest, oldest."],
    [["--state", "ended"], "--state is one of live, lifted, invalid."],
    [["--kind", "user"], "--kind is one of"],
    [["--subject", "alice"], "An id needs --issuer beside it."],
    [["--until-before", "soon"], "Write --until-before as a NumericDate"],
    [["--after", "x"], "after"],
  ])("%j is wrong", async (args, message) => {
    const { code, stdout, stderr } = await jotgate(["list", ...args]);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(message);
  });
});

describe("jotgate audit", () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ["--by", "rita"],
      ["revoke", "raise"],
    ],
    [["--via", "secret", "--limit", "1"], ["cutOff"]],
    [["--via", "token"], []],
    [["--op", "raise"], ["raise"]],
    [["--kind", "session"], ["revokeSession"]],
    [["--outcome", "refused"], []],
    [["--since", "2039-12-31T00:00:00Z"], []],
    [["--until", "2020-01-01T00:00:00Z"], []],
  ])("%j", async (args, ops) => {
    expect((await read(["audit", ...args])).entries.map(({ op }) => op)).toEqual(ops);
  });

  it("shows what became of one record", async () => {
    const { entries } = await read(["audit", "--name", String(names["session"])]);
    expect(entries).toMatchObject([
      { op: "revokeSession", by: "ada", via: "secret", why: "a drill", before: null, after: { revoked: true } },
    ]);
  });

  it("goes on where it said next", async () => {
    const first = await read(["audit", "--limit", "3"]);
    const second = await read(["audit", "--before", String(first.next)]);
    expect(second.entries.map(({ op }) => op)).toEqual(["raise"]);
  });

  it("tells people who did it with what, and what there was before and after", async () => {
    const env = { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: ada.secret };
    const { code, stdout } = await run(["audit", "--op", "raise"], { cwd: folder.path, input: "", env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+ \(\S+\) {2}raise {2}jotgate1:subject:\S+ {2}by "rita" \(secret\) {2}.*change 1\n/);
    expect(stdout).toContain(
      "  before: no record\n  after: dead below version 3; until 2208988800 (2040-01-01T00:00:00Z);",
    );
  });

  it.each([
    [["--via", "password"], "--via is one of"],
    [["--outcome", "done"], "--outcome is one of"],
    [["--before", "x"], "Write --before"],
    [["--name", "alice"], "name"],
  ])("%j is wrong", async (args, message) => {
    const { code, stdout, stderr } = await jotgate(["audit", ...args]);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(message);
  });
});

describe("jotgate lift", () => {
  it.each([
    ["nothing", []],
    ["two ids", ["--issuer", ISSUER, "--subject", "alice", "--token-id", "t-1"]],
    ["an id without an issuer", ["--subject", "alice"]],
    ["an issuer alone, which is not said to be meant", ["--issuer", ISSUER]],
    ["a name and an issuer", ["jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", "--issuer", ISSUER]],
  ])("wants to be told what: %s", async (_what, args) => {
    expect((await jotgate(["lift", ...args])).code).toBe(2);
    expect((await read(["list"])).records).toHaveLength(4);
  });

  it("takes a record away by whom it is about, and shows what it was", async () => {
    const env = { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: ada.secret };
    const args = ["lift", "--issuer", ISSUER, "--subject", "alice"];
    const { code, stdout } = await run(args, { cwd: folder.path, input: "", env });
    expect(code).toBe(0);
    expect(stdout).toContain("  there is no record under this name now\n  taken away: dead below version 3\n");
    const issuer = JSON.parse((await jotgate(["lift", "--issuer", ISSUER, "--whole-issuer"])).stdout);
    expect(issuer).toMatchObject({ command: "lift", changed: true, before: { issuedBefore: 60 }, record: null });
    const { records } = await read(["list", "--state", "lifted", "--order", "oldest"]);
    expect(records).toMatchObject([
      { name: names["alice"], state: "lifted", record: { minimumTokenVersion: 3 } },
      { name: names["whole"], state: "lifted", record: { issuedBefore: 60 } },
    ]);
  });
});

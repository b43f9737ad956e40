import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/* The commands that speak to a guard, as people use them: the real binary against the built Worker and a real ledger. */

const ada = new TestOperator("ada", "admin");
const rita = new TestOperator("rita", "revoker");
const vera = new TestOperator("vera", "viewer");
const ISSUER = "https://issuer.example";

let origin: Origin;
let guard: Guard;
/** No `.dev.vars` and no running guard. */
let folder: Folder;
let issuer: TestIssuer;

beforeAll(async () => {
  folder = await Folder.create();
  origin = await Origin.start();
  issuer = await TestIssuer.create(ISSUER);
  guard = await Guard.start(
    {
      ORIGIN: origin.url,
      REQUIRE_HTTPS: false,
      ISSUERS: [trust(issuer)],
      ROUTES: EVERYTHING_GUARDED,
      OPERATORS: [ada.entry, rita.entry, vera.entry],
    },
    { configPath: "ledger.toml" },
  );
});

afterAll(async () => {
  await guard?.stop();
  await origin?.stop();
  await folder?.remove();
});

function jotgate(args: readonly string[], { as = ada, input = "" }: { as?: TestOperator; input?: string } = {}) {
  return run(args, { cwd: folder.path, input, env: { JOTGATE_URL: guard.url.origin, JOTGATE_SECRET: as.secret } });
}

async function statusFor(token: string): Promise<number> {
  return (await guard.present(token)).status;
}

describe("revoke", () => {
  it("ends a token from standard input, and returns when the guard refuses it", async () => {
    const token = await issuer.sign();
    expect(await statusFor(token)).toBe(200);
    const { code, stdout, stderr } = await jotgate(["revoke", "--why", "laptop stolen", "--wait"], {
      input: `${token}\n`,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Stored: jotgate1:token:[\w-]{22}, change \d+\.\n {2}dead, whatever its age\n/);
    expect(stdout).toContain('  by "ada"\n  because "laptop stolen"\n');
    expect(stdout).toMatch(/The guards that answer enforce it \(after \d+\.\d s\)\.\n$/);
    expect(await statusFor(token)).toBe(401);
  });

  it("never shows the token", async () => {
    const token = await issuer.sign();
    const answers = [
      await jotgate(["revoke"], { input: token }),
      await jotgate(["revoke", "--json"], { input: token }),
    ];
    for (const { stdout, stderr } of answers) expect(stdout + stderr).not.toContain(token.slice(0, 30));
  });

  it("names a token or a session by its issuer and id", async () => {
    const byId = await jotgate(["revoke", "--issuer", ISSUER, "--token-id", "t-1", "--json"], { as: rita });
    expect(JSON.parse(byId.stdout)).toMatchObject({
      format: 1,
      command: "revoke",
      kind: "token",
      changed: true,
      enforced: false,
      record: { revoked: true, by: "rita" },
    });
    const session = await jotgate(["revoke", "--issuer", ISSUER, "--session-id", "s-1", "--json"], { as: rita });
    expect(JSON.parse(session.stdout)).toMatchObject({ kind: "session", record: { revoked: true } });
  });

  it("is carried out once for one id", async () => {
    const again = ["revoke", "--issuer", ISSUER, "--token-id", "t-2", "--id", "once", "--json"];
    const [first, second] = [await jotgate(again), await jotgate(again)];
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
  });

  it.each([
    ["no token", ["revoke"], "", "There is no token."],
    ["something else", ["revoke"], "hello", "token is no signed token."],
    ["an id without an issuer", ["revoke", "--token-id", "t"], "", "--token-id needs --issuer beside it."],
    ["an issuer without an id", ["revoke", "--issuer", ISSUER], "", "Say what to revoke"],
    ["two ids", ["revoke", "--issuer", ISSUER, "--token-id", "t", "--session-id", "s"], "", "Say what to revoke"],
    ["a stranger's token", ["revoke", "--issuer", "https://x.example", "--token-id", "t"], "", "issuer is not trusted"],
    ["an end that is no time", ["revoke", "--until", "tomorrow"], "x", "Write --until as a NumericDate"],
    ["an end too soon", ["revoke", "--issuer", ISSUER, "--session-id", "s", "--until", "1"], "", "until"],
  ])("wants to be told what: %s", async (_what, args, input, message) => {
    const { code, stdout, stderr } = await jotgate(args, { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("raise, cutoff and lift", () => {
  const subjectOf = (version: string) => [
    "raise",
    "--issuer",
    ISSUER,
    "--subject",
    "bob",
    "--version",
    version,
    "--json",
  ];

  it("a version never falls", async () => {
    await jotgate(subjectOf("7"));
    const { code, stdout } = await jotgate(subjectOf("3"));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ record: { minimumTokenVersion: 7 } });
  });

  it("a user is logged out everywhere, and comes back when that is lifted", async () => {
    const token = await issuer.sign(issuer.claims({ sub: "carol" }));
    expect(await statusFor(token)).toBe(200);
    const cut = await jotgate(["cutoff", "--issuer", ISSUER, "--subject", "carol", "--wait", "--json"]);
    const { name, enforced } = JSON.parse(cut.stdout) as { name: string; enforced: boolean };
    expect(enforced).toBe(true);
    expect(await statusFor(token)).toBe(401);
    const lifted = await jotgate(["lift", name, "--wait"]);
    expect(lifted).toMatchObject({ code: 0, stderr: "" });
    expect(lifted.stdout).toContain("there is no record under this name now");
    expect(await statusFor(token)).toBe(200);
  });

  it("a token from standard input or a file has its own record lifted, and no other", async () => {
    const token = await issuer.sign(issuer.claims({ sub: "frank", jti: "franks", sid: "s-frank" }));
    await jotgate(["revoke", "--issuer", ISSUER, "--session-id", "s-frank"]);
    const revoked = await jotgate(["revoke", "--json"], { input: token });
    const { name } = JSON.parse(revoked.stdout) as { name: string };
    const looked = await jotgate(["lift", "--dry-run"], { input: token });
    expect(looked).toMatchObject({ code: 0, stdout: expect.stringContaining(`Would be stored: ${name}.`) });
    const lifted = await jotgate(["lift", "--why", "laptop found"], { input: `${token}\n` });
    expect(lifted).toMatchObject({ code: 0, stderr: "" });
    expect(lifted.stdout).toContain(`Stored: ${name}, `);
    expect(lifted.stdout).toContain("  taken away: dead, whatever its age\n");
    expect(lifted.stdout + lifted.stderr).not.toContain(token.slice(0, 30));
    const shown = await jotgate(["show"], { input: token });
    expect(shown.stdout).toMatch(new RegExp(`^${name}, no record\njotgate1:session:\\S{22}, change `));
    const file = await folder.write("token.txt", token);
    const again = await jotgate(["lift", "--token-file", file, "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ name, changed: false, record: null });
  });

  it("a token without an id has no record of its own to be lifted", async () => {
    const { jti: _jti, ...claims } = issuer.claims({ sub: "frank" });
    const { code, stderr } = await jotgate(["lift"], { input: await issuer.sign(claims) });
    expect(code).toBe(2);
    expect(stderr).toContain("The token has no id, so no record is of it alone.");
  });

  it("only who may lift may lift a token's record", async () => {
    const token = await issuer.sign(issuer.claims({ jti: "not-ritas" }));
    expect(await jotgate(["lift"], { as: rita, input: token })).toMatchObject({
      ...{ code: 1, stdout: "", stderr: expect.stringContaining("This takes the role admin.") },
    });
  });

  it.each([
    ["raise without a version", ["raise", "--issuer", ISSUER, "--subject", "bob"]],
    ["raise to half a version", ["raise", "--issuer", ISSUER, "--subject", "bob", "--version", "1.5"]],
    ["raise of nobody", ["raise", "--issuer", ISSUER, "--version", "1"]],
    ["cutoff of nothing", ["cutoff", "--issuer", ISSUER]],
    ["cutoff of two things", ["cutoff", "--issuer", ISSUER, "--subject", "bob", "--whole-issuer"]],
    ["lift of something that is no name", ["lift", "bob"]],
    ["lift of nothing", ["lift"]],
    ["lift of an id without an issuer", ["lift", "--token-id", "t"]],
    ["lift of a name and a token", ["lift", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", "--token-file", "token.txt"]],
  ])("wrong usage changes nothing: %s", async (_what, args) => {
    const before = await jotgate(["status", "--json"]);
    expect(await jotgate(args)).toMatchObject({ code: 2, stdout: "" });
    const after = await jotgate(["status", "--json"]);
    const sequence = (text: string) => (JSON.parse(text) as { ledger: { sequence: number } }).ledger.sequence;
    expect(sequence(after.stdout)).toBe(sequence(before.stdout));
  });
});

describe("--dry-run", () => {
  const sequence = async () => {
    const { stdout } = await jotgate(["status", "--json"]);
    return (JSON.parse(stdout) as { ledger: { sequence: number } }).ledger.sequence;
  };
  const dave = ["--issuer", ISSUER, "--subject", "dave"];

  it("shows what is stored and what would be, and changes nothing", async () => {
    await jotgate(["raise", ...dave, "--version", "3", "--why", "phone lost"]);
    const before = await sequence();
    const { code, stdout, stderr } = await jotgate(["raise", ...dave, "--version", "9", "--dry-run"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^Would be stored: jotgate1:subject:[\w-]{22}\.\n {2}now:\n {4}dead below version 3\n[\s\S]*because "phone lost"\n[\s\S]* {2}then:\n {4}dead below version 9\n/,
    );
    expect(await sequence()).toBe(before);
    const shown = await jotgate(["show", ...dave]);
    expect(shown.stdout).toContain("dead below version 3\n");
  });

  it("says so when nothing would be changed", async () => {
    const end = ["--until", "2040-01-01T00:00:00Z"];
    await jotgate(["raise", ...dave, "--version", "3", ...end]);
    const { stdout } = await jotgate(["raise", ...dave, "--version", "2", ...end, "--dry-run"]);
    expect(stdout).toMatch(/^Would change nothing: jotgate1:subject:[\w-]{22}\.\n {2}now:\n {4}dead below version 3\n/);
    expect(stdout).not.toContain("then:");
  });

  it.each([
    ["revoke", ["revoke", "--issuer", ISSUER, "--token-id", "only-looked-at"]],
    ["cutoff", ["cutoff", "--issuer", ISSUER, "--whole-issuer"]],
    ["lift", ["lift", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA"]],
  ])("works with %s", async (_what, args) => {
    const before = await sequence();
    const { code, stdout } = await jotgate([...args, "--dry-run", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 1, command: args[0], dryRun: true, before: null });
    expect(await sequence()).toBe(before);
  });

  it("does not go with --wait", async () => {
    const { code, stderr } = await jotgate(["raise", ...dave, "--version", "9", "--dry-run", "--wait"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Give either --dry-run or --wait.");
  });
});

describe("a whole issuer", () => {
  it("is cut off by the option that says so, and comes back by a lift", async () => {
    const token = await issuer.sign();
    const cut = await jotgate(["cutoff", "--issuer", ISSUER, "--whole-issuer", "--wait", "--json"]);
    expect(cut).toMatchObject({ code: 0, stderr: "" });
    expect(await statusFor(token)).toBe(401);
    const { name } = JSON.parse(cut.stdout) as { name: string };
    await jotgate(["lift", name, "--wait"]);
    expect(await statusFor(token)).toBe(200);
  });
});

describe("roles", () => {
  it.each([
    [
      "a viewer may not revoke",
      vera,
      ["revoke", "--issuer", ISSUER, "--token-id", "x"],
      "This takes the role revoker.",
    ],
    ["a revoker may not lift", rita, ["lift", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA"], "This takes the role admin."],
    ["nor end an issuer", rita, ["cutoff", "--issuer", ISSUER, "--whole-issuer"], "This takes the role admin."],
    [
      "a stranger may nothing",
      new TestOperator("x", "admin"),
      ["status"],
      "The guard knows no operator with this secret.",
    ],
  ])("%s", async (_what, as, args, message) => {
    const { code, stdout, stderr } = await jotgate(args, { as });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("looking", () => {
  it("show, list and audit tell what there is, and who did it", async () => {
    const revoked = await jotgate([
      "revoke",
      "--issuer",
      ISSUER,
      "--token-id",
      "seen",
      "--why",
      "to be seen",
      "--json",
    ]);
    const { name } = JSON.parse(revoked.stdout) as { name: string };
    const shown = await jotgate(["show", name], { as: vera });
    expect(shown.stdout).toMatch(new RegExp(`^${name}, change \\d+\n  dead, whatever its age\n`));
    const listed = await jotgate(["list", "--kind", "token", "--json"], { as: vera });
    expect((JSON.parse(listed.stdout) as { records: { name: string }[] }).records.map((one) => one.name)).toContain(
      name,
    );
    const audited = await jotgate(["audit", "--limit", "1"], { as: vera });
    expect(audited.stdout).toMatch(
      new RegExp(
        `revoke  ${name}  by "ada" \\(secret\\)  because "to be seen"  from 127.0.0.1  change \\d+\n  before: no record\n  after: dead, whatever its age; .*\n$`,
      ),
    );
  });

  it("show finds everything that concerns a token, or somebody by their ids", async () => {
    const token = await issuer.sign(issuer.claims({ sub: "erin", jti: "erins", sid: "s-erin" }));
    const nothing = await jotgate(["show"], { as: vera, input: token });
    expect(nothing).toMatchObject({ code: 1, stderr: "" });
    expect(nothing.stdout).toMatch(
      /^jotgate1:token:\S{22}, no record\njotgate1:session:\S{22}, no record\njotgate1:subject:\S{22}, no record\njotgate1:issuer:/,
    );
    await jotgate(["revoke", "--issuer", ISSUER, "--session-id", "s-erin"]);
    const bySession = await jotgate(["show", "--issuer", ISSUER, "--session-id", "s-erin", "--json"], { as: vera });
    expect(bySession.code).toBe(0);
    const { records } = JSON.parse(bySession.stdout) as { records: { kind: string; record: unknown }[] };
    expect(records.map(({ kind }) => kind).sort()).toEqual(["issuer", "session"]);
    expect(records.find(({ kind }) => kind === "session")?.record).toMatchObject({ revoked: true });
    const byToken = await jotgate(["show"], { as: vera, input: token });
    expect(byToken.stdout).toMatch(/jotgate1:session:\S{22}, change \d+\n {2}dead, whatever its age\n/);
    expect(byToken.stdout + byToken.stderr).not.toContain(token.slice(0, 30));
  });

  it.each([
    ["a name and an id", ["show", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA", "--subject", "x"], "Give either NAME or"],
    ["an id without an issuer", ["show", "--subject", "x"], "--subject needs --issuer beside it."],
    ["no token", ["show"], "There is no token."],
    ["an issuer that the guard does not trust", ["show", "--issuer", "https://x.example"], "issuer is not trusted"],
  ])("show is wrong usage with %s", async (_what, args, message) => {
    const { code, stdout, stderr } = await jotgate(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("a record that is not there is exit code 1", async () => {
    const { code, stderr } = await jotgate(["show", "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "jotgate show: There is no such record.\n" });
  });

  it("status shows ledger, KV and mirror", async () => {
    const { code, stdout } = await jotgate(["status"], { as: vera });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ledger {3}ready\n {9}change \d+, \d+ records, contents [\w-]+\nkv {7}/);
    expect(stdout).toMatch(/\nmirror {3}following, \d+\.\d s old, up to change \d+\n/);
  });
});

describe("a guard that cannot be asked", () => {
  it.each([
    ["nothing listens", { JOTGATE_URL: "http://127.0.0.1:9", JOTGATE_SECRET: "x".repeat(43) }, 3, "cannot be reached"],
    ["no guard is named", { JOTGATE_SECRET: "x".repeat(43) }, 2, "Say which guard"],
    ["no secret is given", { JOTGATE_URL: "http://127.0.0.1:9" }, 2, "Your operator secret is missing"],
    [
      "the secret would go in the clear",
      { JOTGATE_URL: "http://guard.example", JOTGATE_SECRET: "x" },
      2,
      "in the clear",
    ],
    ["the URL is none", { JOTGATE_URL: "guard", JOTGATE_SECRET: "x" }, 2, "is no URL"],
  ])("%s", async (_what, env, expected, message) => {
    const { code, stdout, stderr } = await run(["status"], { cwd: folder.path, env });
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toContain(message);
  });
});

import { chmod, readdir, readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { Guard } from "../support/guard.ts";
import { Origin } from "../support/origin.ts";
import { TestOperator } from "../support/test-operator.ts";
import { EVERYTHING_GUARDED, trust } from "../support/trust.ts";
import { Folder, jotgate as run } from "./command-line.ts";

/* Export and import between two real guards that share a REVOCATION_KEY, as in a move from one account to another. */

const ada = new TestOperator("ada", "admin");
const rita = new TestOperator("rita", "revoker");
const ISSUER = "https://issuer.example";

/** More than a few pages of the API, and ten batches. */
const MANY = 5_000;

const EVERYTHING = "5,002";

const EXPIRES_AT = Math.floor(Date.now() / 1000) + 3_600;

const revoke = (tokenId: string) => ({ do: "revoke", issuer: ISSUER, tokenId, expiresAt: EXPIRES_AT });

describe("jotgate export and import", { timeout: 600_000 }, () => {
  let origin: Origin;
  let guard: Guard;
  let other: Guard;
  let folder: Folder;
  let issuer: TestIssuer;

  beforeAll(async () => {
    folder = await Folder.create();
    origin = await Origin.start();
    issuer = await TestIssuer.create(ISSUER);
    const vars = {
      ORIGIN: origin.url,
      REQUIRE_HTTPS: false,
      ISSUERS: [trust(issuer)],
      ROUTES: EVERYTHING_GUARDED,
      OPERATORS: [ada.entry, rita.entry],
    };
    guard = await Guard.start(vars, { configPath: "ledger.toml" });
    other = await Guard.start(vars, { configPath: "ledger.toml" });
  }, 90_000);

  afterAll(async () => {
    await guard?.stop();
    await other?.stop();
    await origin?.stop();
    await folder?.remove();
  });

  const jotgate = (args: readonly string[], at = guard, as = ada) =>
    run(args, { cwd: folder.path, env: { JOTGATE_URL: at.url.origin, JOTGATE_SECRET: as.secret } });
  const read = (name: string) => readFile(`${folder.path}/${name}`, "utf8");

  it("says that there is nothing", async () => {
    expect(await jotgate(["export"])).toEqual({ code: 0, stdout: "", stderr: "0 records exported.\n" });
  });

  it("imports commands by identity, thousands of them", async () => {
    const lines = [
      ...Array.from({ length: MANY }, (_, index) => revoke(`t-${index}`)),
      { do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 7 },
      { do: "revoke", token: await issuer.sign(issuer.claims({ jti: "by-token" })) },
    ];
    await folder.write("commands.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const looked = await jotgate(
      ["import", "commands.jsonl", "--keep-going", "--json"],
      guard,
      new TestOperator("x", "admin"),
    );
    expect(looked).toMatchObject({ code: 1 });
    const { code, stdout, stderr } = await jotgate(
      ["import", "commands.jsonl", "--why", "moving", "--wait"],
      guard,
      rita,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${EVERYTHING} lines: ${EVERYTHING} stored, 0 changed nothing.\n`);
    expect(await read("commands.jsonl.progress").catch(() => "gone")).toBe("gone");
    expect((await guard.present(await issuer.sign(issuer.claims({ jti: "t-4999", sub: "bob" })))).status).toBe(401);
    expect((await guard.present(await issuer.sign(issuer.claims({ jti: "t-5000", sub: "bob" })))).status).toBe(200);
  });

  it("exports every live record in order, to a file that is whole", async () => {
    const { code, stdout, stderr } = await jotgate(["export", "--output", "records.jsonl"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: `${EVERYTHING} records exported.\n` });
    const lines = (await read("records.jsonl")).trimEnd().split("\n");
    expect(lines).toHaveLength(MANY + 2);
    const records = lines.map((line) => JSON.parse(line) as { name: string; kind: string; record: { why: string } });
    expect(records.map(({ name }) => name)).toEqual(records.map(({ name }) => name).sort());
    expect(Object.keys(records[0] ?? {})).toEqual(["name", "kind", "record"]);
    expect(records.find(({ kind }) => kind === "subject")?.record).toMatchObject({
      format: 1,
      minimumTokenVersion: 7,
      by: "rita",
      why: "moving",
    });
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("leaves a file that only its owner can read, whatever it was before", async () => {
    const mode = async () => ((await stat(`${folder.path}/records.jsonl`)).mode & 0o777).toString(8);
    expect(await mode()).toBe("600");
    await chmod(`${folder.path}/records.jsonl`, 0o644);
    await jotgate(["export", "--output", "records.jsonl"]);
    expect(await mode()).toBe("600");
  });

  it("exports the same to standard output, and one kind when it is told to", async () => {
    expect((await jotgate(["export"])).stdout).toBe(await read("records.jsonl"));
    const { stdout, stderr } = await jotgate(["export", "--kind", "subject"]);
    expect(stdout).toMatch(/^\{"name":"jotgate1:subject:[\w-]{22}","kind":"subject","record":\{.*\}\}\n$/);
    expect(stderr).toBe("1 records exported.\n");
  });

  it("tells scripts of an export to a file", async () => {
    const { stdout } = await jotgate(["export", "--output", "again.jsonl", "--json"]);
    const told = { format: 1, command: "export", file: "again.jsonl", records: MANY + 2, unreadable: 0 };
    expect(JSON.parse(stdout)).toEqual(told);
  });

  it("restores at another guard exactly what was exported", async () => {
    const { code, stdout, stderr } = await jotgate(["import", "records.jsonl", "--wait"], other);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${EVERYTHING} lines: ${EVERYTHING} stored, 0 changed nothing.\n`);
    expect((await jotgate(["export"], other)).stdout).toBe(await read("records.jsonl"));
    expect((await other.present(await issuer.sign(issuer.claims({ jti: "by-token" })))).status).toBe(401);
  });

  it("changes nothing when it is imported once more, and brings back what was lifted meanwhile", async () => {
    const [line = ""] = (await read("records.jsonl")).split("\n");
    const { name } = JSON.parse(line) as { name: string };
    await jotgate(["lift", name], other);
    const { stdout } = await jotgate(["import", "records.jsonl"], other);
    expect(stdout).toBe(`${EVERYTHING} lines: 1 stored, 5,001 changed nothing.\n`);
    expect((await jotgate(["show", name], other)).code).toBe(0);
  });

  it("only shows what it would do with --dry-run", async () => {
    const lines = [revoke("t-1"), revoke("new"), { ...revoke("new"), issuer: "https://stranger.example" }];
    await folder.write("few.jsonl", lines.map((one) => JSON.stringify(one)).join("\n"));
    const { code, stdout, stderr } = await jotgate(["import", "few.jsonl", "--dry-run", "--keep-going"], guard, rita);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: "3 lines: 1 would be stored, 1 would change nothing, 1 refused.\n",
    });
    expect(stderr).toMatch(/^few\.jsonl:3: issuer is not trusted by this guard\. /);
    await expect(stat(`${folder.path}/few.jsonl.progress`)).rejects.toMatchObject({ code: "ENOENT" });
    expect((await jotgate(["show", "--issuer", ISSUER, "--token-id", "new"])).code).toBe(1);
  });

  it("says of all that was exported that it would change nothing, and leaves no trace of it", async () => {
    const latest = async () => (await jotgate(["audit", "--limit", "1"])).stdout;
    const before = await latest();
    const { code, stdout, stderr } = await jotgate(["import", "records.jsonl", "--dry-run"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${EVERYTHING} lines: 0 would be stored, ${EVERYTHING} would change nothing.\n`);
    expect(await latest()).toBe(before);
  });

  it("previews what later lines would do after earlier ones", async () => {
    const raise = (minimumTokenVersion: number) => ({
      do: "raise",
      issuer: ISSUER,
      subject: "new",
      minimumTokenVersion,
    });
    const lines = [raise(3), raise(2), raise(4)];
    await folder.write("raises.jsonl", lines.map((one) => JSON.stringify({ ...one, until: 4_000_000_000 })).join("\n"));
    const { stdout } = await jotgate(["import", "raises.jsonl", "--dry-run"], guard, rita);
    expect(stdout).toBe("3 lines: 2 would be stored, 1 would change nothing.\n");
  });

  it("names the line that the guard refuses: records take the role admin", async () => {
    const { code, stderr } = await jotgate(["import", "records.jsonl"], other, rita);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^records\.jsonl:1: do takes the role admin\. Ask somebody who has it\.\n/);
    expect(stderr).toMatch(/jotgate import: stopped after line 500\. /);
  });

  it.each([
    ["--json without a file", ["export", "--json"], "give --output as well."],
    ["an unknown kind", ["export", "--kind", "user"], "--kind is one of token, session, subject, issuer."],
    ["a folder that is not there", ["export", "--output", "nowhere/records.jsonl"], "cannot be written (ENOENT)."],
  ])("export is wrong usage with %s", async (_what, args, message) => {
    const { code, stderr } = await jotgate(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("leaves no file behind when an export fails", async () => {
    const env = { JOTGATE_URL: "http://127.0.0.1:9", JOTGATE_SECRET: ada.secret };
    const { code } = await run(["export", "--output", "failed.jsonl", "--retry-for", "0"], { cwd: folder.path, env });
    expect(code).toBe(3);
    expect((await readdir(folder.path)).filter((name) => name.startsWith("failed"))).toEqual([]);
  });
});

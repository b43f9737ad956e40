import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { CannotTell, Denied, NoAnswer, UsageError } from "../../../src/cli/failures.ts";
import { waitUntilEnforced } from "../../../src/cli/remote/wait-until-enforced.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, jotgate } from "./command-line.ts";

/* `--wait` with a guard whose mirror is not where the ledger is. */

const NAME = "jotgate1:token:AAAAAAAAAAAAAAAAAAAAAA";
const ACKNOWLEDGEMENT = { sequence: 7, changed: true, name: "n", kind: "token", record: null, enforcedBy: 1 };

let server: Server | undefined;

afterEach(async () => {
  if (server !== undefined) await closeServer(server);
  server = undefined;
});

/** What somebody is told of the status: a mirror, or the status of a failure. */
type Report = object | number;

/** A guard that acknowledges change 7 of ledger L and gives these reports, the last one for good. Counts reports. */
async function start(...given: readonly Report[]) {
  let reports = 0;
  server = createServer((request, response) => {
    const report = given[Math.min(reports, given.length - 1)];
    const status = typeof report === "number" ? { code: "of a test" } : { ledger: { ledger: "L" }, mirror: report };
    const results = { results: [{ ok: true, acknowledgement: ACKNOWLEDGEMENT }] };
    const isStatus = request.url?.endsWith("/status");
    if (isStatus) reports++;
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      if (isStatus && typeof report === "number") response.statusCode = report;
      response.end(JSON.stringify(isStatus ? status : request.url?.endsWith("/batch") ? results : ACKNOWLEDGEMENT));
    });
  });
  const env = { JOTGATE_URL: await listenOnLoopback(server), JOTGATE_SECRET: "x".repeat(43) };
  return { env, reports: () => reports };
}

const FOLLOWS = { ledger: "L", through: 7 };

it.each<[string, readonly Report[], number]>([
  ["follows at once: three answers in a row", [FOLLOWS], 3],
  ["is behind at first", [{ ledger: "L", through: 6 }, FOLLOWS], 4],
  ["is of former contents, whose numbers say nothing", [{ ledger: "K", through: 99 }, FOLLOWS], 4],
  ["is empty", [{ through: 0 }, FOLLOWS], 4],
  ["is behind in one of several isolates", [FOLLOWS, FOLLOWS, { ledger: "L", through: 6 }, FOLLOWS], 6],
  ["cannot be asked for a while", [503, 500, FOLLOWS], 5],
  ["cannot be asked in between, which begins the row anew", [FOLLOWS, FOLLOWS, 503, FOLLOWS], 6],
])("waits while the mirror %s", async (_what, given, expected) => {
  const { env, reports } = await start(...given);
  const { code, stdout, stderr } = await jotgate(["lift", NAME, "--wait", "--json"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ enforced: true });
  expect(reports()).toBe(expected);
});

describe("when nobody sees guards enforce it", () => {
  it("shows what is stored all the same, says so, and ends with exit code 3", async () => {
    const { env, reports } = await start(401);
    const { code, stdout, stderr } = await jotgate(["lift", NAME, "--wait"], { env });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Stored: n, change 7\.\n[\s\S]*Every guard enforces it by 1 /);
    expect(stderr).toMatch(/^jotgate lift: It is stored, and nobody saw guards enforce it\. .*See jotgate status\.\n$/);
    // Whom the guard does not know it does not get to know by waiting.
    expect(reports()).toBe(1);
  });

  it("tells scripts the acknowledgement, with enforced: false", async () => {
    const { env } = await start(403);
    const { code, stdout } = await jotgate(["lift", NAME, "--wait", "--id", "mine", "--json"], { env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({ format: 1, command: "lift", id: "mine", ...ACKNOWLEDGEMENT, enforced: false });
  });

  it("an import tells what it has stored, and ends with exit code 3", async () => {
    const { env } = await start(401);
    const folder = await Folder.create({
      "one.jsonl": JSON.stringify({ do: "revoke", issuer: "https://issuer.example", tokenId: "t" }),
    });
    const text = await jotgate(["import", "one.jsonl", "--wait"], { env, cwd: folder.path });
    const json = await jotgate(["import", "one.jsonl", "--wait", "--json"], { env, cwd: folder.path });
    await folder.remove();
    expect(text).toMatchObject({ code: 3, stdout: "1 lines: 1 stored, 0 changed nothing.\n" });
    expect(text.stderr).toContain("jotgate import: It is stored, and nobody saw guards enforce it.");
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({ changed: 1, enforced: false });
  });

  /** Waits with a clock of its own for a guard that always answers so. Counts questions. */
  const waiting = async (answer: () => Promise<unknown>) => {
    let [time, questions] = [0, 0];
    const get = async () => {
      questions++;
      return (await answer()) as never;
    };
    const pause = async (ms: number) => {
      time += ms;
    };
    const clock = { now: () => time, pause };
    return { waited: await waitUntilEnforced({ get }, { sequence: 7 }, clock), time, questions };
  };

  it.each<[string, () => Promise<unknown>, string]>([
    ["the mirror stays behind", async () => ({ ledger: { ledger: "L" }, mirror: { through: 6 } }), "does not follow"],
    ["nobody answers", () => Promise.reject(new NoAnswer("Nobody is there.")), "Nobody is there."],
    ["something else answers", () => Promise.reject(new CannotTell("It is no guard.")), "It is no guard."],
  ])("it asks on for half a minute: %s", async (_what, answer, why) => {
    const { waited, time, questions } = await waiting(answer);
    expect(waited).toEqual({ enforced: false, why: expect.stringContaining(why) });
    expect(time).toBe(30_000);
    expect(questions).toBe(75);
  });

  it.each([
    ["is not let in", new Denied("Nobody knows you.")],
    ["asks wrongly", new UsageError("What?")],
  ])("it asks once where it %s", async (_what, error) => {
    const { waited, questions } = await waiting(() => Promise.reject(error));
    expect(waited).toEqual({ enforced: false, why: expect.stringContaining(error.message) });
    expect(questions).toBe(1);
  });

  it("a defect is none of this", async () => {
    await expect(waiting(() => Promise.reject(new TypeError("broken")))).rejects.toThrow("broken");
  });
});

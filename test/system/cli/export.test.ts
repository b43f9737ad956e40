import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { Folder, jotgate } from "./command-line.ts";

/* What becomes of an export that ends early. bulk.test.ts exports from a real guard. */

const PAGE = 1_000;

const nameOf = (number: number) => `jotgate1:token:${String(number).padStart(21, "0")}A`;
const lineOf = (number: number) => `${JSON.stringify({ name: nameOf(number), kind: "token", record: RECORD })}\n`;
const RECORD = { format: 1, revoked: true };

/** Lines of an export of these records. */
const linesOf = (numbers: readonly number[]) => numbers.map(lineOf).join("");
const upTo = (most: number) => Array.from({ length: most }, (_, index) => index * 10);

describe("an export that ends early", () => {
  let server: Server;
  let url: string;
  let folder: Folder;
  /** What the guard has, in order. */
  let records: number[] = [];
  /** Pages that it still answers. */
  let pages = Number.POSITIVE_INFINITY;
  /** What it was asked for. */
  const asked: URL[] = [];
  let status = 503;
  /** Those of which KV has something that is no record. */
  let unreadable: ReadonlySet<number> = new Set();

  beforeAll(async () => {
    folder = await Folder.create();
    server = createServer((request, response) => {
      const to = new URL(request.url ?? "/", url);
      response.setHeader("content-type", "application/json");
      if (to.pathname.endsWith("/status")) {
        const ledger = {
          ledger: "L",
          state: "ready",
          sequence: 1,
          records: records.length,
          invalid: 0,
          scan: { age: 1 },
        };
        const more = { backlog: { records: 0, oldest: null }, lastError: null };
        const mirror = { state: "following", through: 1, records: 1, bytes: 1 };
        response.end(JSON.stringify({ ledger: { ...ledger, ...more }, mirror }));
        return;
      }
      asked.push(to);
      if (pages-- <= 0) {
        response.writeHead(status).end("{}");
        return;
      }
      const after = to.searchParams.get("after") ?? "";
      const rest = records.filter((number) => nameOf(number) > after);
      const shown = rest.slice(0, PAGE).map((number) => {
        const [invalid, record] = unreadable.has(number) ? [true, { format: 1 }] : [false, RECORD];
        return { name: nameOf(number), kind: "token", record, sequence: 1, invalid, pending: false };
      });
      response.end(JSON.stringify({ records: shown, next: rest.length > PAGE ? shown.at(-1)?.name : null }));
    });
    url = await listenOnLoopback(server);
  });

  afterEach(async () => {
    [pages, status, asked.length, unreadable] = [Number.POSITIVE_INFINITY, 503, 0, new Set()];
    await folder.remove();
    folder = await Folder.create();
  });

  afterAll(async () => {
    await closeServer(server);
    await folder?.remove();
  });

  const exporting = (...args: readonly string[]) =>
    jotgate(["export", "--output", "out.jsonl", "--retry-for", "0", ...args], {
      cwd: folder.path,
      env: { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) },
    });
  const files = async () => (await readdir(folder.path)).sort();
  const read = (name: string) => readFile(`${folder.path}/${name}`, "utf8");
  const endAfter = async (most: number) => {
    pages = most;
    const ended = await exporting();
    pages = Number.POSITIVE_INFINITY;
    asked.length = 0;
    return ended;
  };

  it("keeps what it has, says how to go on, and leaves nothing under the file's own name", async () => {
    records = upTo(2_500);
    const { code, stdout, stderr } = await endAfter(2);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(
      "(status 503).\n2,000 records are kept: the same command with --resume goes on after them.\n",
    );
    expect(await files()).toEqual(["out.jsonl.partial", "out.jsonl.partial.progress"]);
    for (const name of await files()) expect((await stat(`${folder.path}/${name}`)).mode & 0o777).toBe(0o600);
  });

  it("goes on after the last record that it has", async () => {
    records = upTo(2_500);
    await endAfter(2);
    expect(await exporting("--resume")).toEqual({ code: 0, stdout: "", stderr: "2,500 records exported.\n" });
    expect(asked.map((to) => to.searchParams.get("after"))).toEqual([nameOf(19_990)]);
    expect(await read("out.jsonl")).toBe(linesOf(records));
    expect(await files()).toEqual(["out.jsonl"]);
    expect((await stat(`${folder.path}/out.jsonl`)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["half a line", (text: string) => text.slice(0, -20), 999],
    ["a line without its end", (text: string) => text.slice(0, -1), 999],
    ["a few bytes of another line", (text: string) => `${text}{"na`, 1_000],
    ["nothing but half a line", () => '{"name":"jotgate1:to', 0],
    ["nothing", () => "", 0],
  ])("cuts what is no whole line: %s", async (_what, damage, whole) => {
    records = upTo(1_500);
    await endAfter(1);
    await folder.write("out.jsonl.partial", damage(await read("out.jsonl.partial")));
    expect((await exporting("--resume")).code).toBe(0);
    expect(asked[0]?.searchParams.get("after")).toBe(whole === 0 ? null : nameOf((whole - 1) * 10));
    expect(await read("out.jsonl")).toBe(linesOf(records));
  });

  it("has each record once that was there all the time, whatever came and went meanwhile", async () => {
    records = upTo(2_500);
    await endAfter(1);
    // Before and after the place where it stopped, one that it has, and the very one that it stopped at.
    const gone = new Set([500, 9_990, 20_000]);
    const came = [505, 20_005];
    const always = records.filter((number) => !gone.has(number));
    records = [...always, ...came].sort((a, b) => a - b);
    expect((await exporting("--resume")).code).toBe(0);
    const got = (await read("out.jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(got).toEqual([...new Set(got)].sort());
    expect(got.filter((name) => always.map(nameOf).includes(name))).toEqual(always.map(nameOf));
    expect(got).toContain(nameOf(20_005));
    expect(got).not.toContain(nameOf(20_000));
  });

  it("can end early more than once", async () => {
    records = upTo(2_500);
    await endAfter(1);
    pages = 1;
    expect(await exporting("--resume")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("2,000 records are"),
    });
    pages = Number.POSITIVE_INFINITY;
    expect((await exporting("--resume")).code).toBe(0);
    expect(await read("out.jsonl")).toBe(linesOf(records));
  });

  it("keeps what it has when the guard begins to refuse, too", async () => {
    records = upTo(1_500);
    status = 401;
    const { code, stderr } = await endAfter(1);
    expect(code).toBe(1);
    expect(stderr).toContain("1,000 records are kept: the same command with --resume");
    expect((await exporting("--resume")).code).toBe(0);
  });

  it.each([
    [404, 1],
    [302, 1],
    [503, 2],
    [500, 2],
  ])("asks again only where that may help: status %d is asked for %d times", async (failure, times) => {
    records = upTo(3);
    [pages, status] = [0, failure];
    const env = { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) };
    const { code } = await jotgate(["export", "--retry-for", "1"], { env });
    expect(code).toBe(3);
    expect(asked).toHaveLength(times);
  });

  it("says how many nobody can read, of what it kept and of what came after", async () => {
    records = upTo(2_500);
    unreadable = new Set([10, 20, 24_000]);
    const { stderr } = await endAfter(2);
    expect(stderr).toContain("1,998 records are kept, 2 that nobody can read left out: the same command with --resume");
    const resumed = await exporting("--resume", "--json");
    expect(JSON.parse(resumed.stdout)).toEqual({
      ...{ format: 1, command: "export", file: "out.jsonl", records: 2_497, resumedAfter: 1_998, unreadable: 1 },
    });
    expect(resumed.stderr).toBe(
      "jotgate export: left out 1 that nobody can read since it went on after 1,998 records; see jotgate list.\n",
    );
  });

  it("begins anew without --resume, and replaces the file only in the end", async () => {
    records = upTo(1_500);
    await folder.write("out.jsonl", "before\n");
    await endAfter(1);
    expect(await read("out.jsonl")).toBe("before\n");
    expect((await exporting()).code).toBe(0);
    expect(asked[0]?.searchParams.get("after")).toBeNull();
    expect(await read("out.jsonl")).toBe(linesOf(records));
    expect(await files()).toEqual(["out.jsonl"]);
  });

  it("has nothing to go on with where none ended early, and begins", async () => {
    records = upTo(3);
    expect(await exporting("--resume")).toMatchObject({ code: 0, stderr: "3 records exported.\n" });
    expect(await read("out.jsonl")).toBe(linesOf(records));
  });

  it.each<[string, () => Promise<unknown>, readonly string[], string]>([
    ["another kind", async () => {}, ["--kind", "token"], "out.jsonl.partial: has records of another --kind."],
    [
      "another guard",
      () =>
        writeFile(`${folder.path}/out.jsonl.partial.progress`, '{"format":1,"guard":"https://a.example","kind":null}'),
      [],
      "out.jsonl.partial: has records from another guard.",
    ],
    [
      "a file that says something else",
      () => writeFile(`${folder.path}/out.jsonl.partial.progress`, "{}"),
      [],
      "out.jsonl.partial.progress: holds no progress of an export.",
    ],
    [
      "lines of which nobody knows where they are from",
      () => rm(`${folder.path}/out.jsonl.partial.progress`),
      [],
      "out.jsonl.partial.progress: is missing, so nobody knows of which guard and kind the records are.",
    ],
    [
      "lines that are no export's",
      () => writeFile(`${folder.path}/out.jsonl.partial`, `${lineOf(1)}hello\n`),
      [],
      "out.jsonl.partial:2:1: is no line that an export wrote.",
    ],
    [
      "lines in another order",
      () => writeFile(`${folder.path}/out.jsonl.partial`, lineOf(2) + lineOf(1)),
      [],
      "out.jsonl.partial:2:1: is no line that an export wrote.",
    ],
    [
      "the same line twice",
      () => writeFile(`${folder.path}/out.jsonl.partial`, lineOf(2) + lineOf(2)),
      [],
      "out.jsonl.partial:2:1: is no line that an export wrote.",
    ],
  ])("never goes on with %s: exit code 2, and nothing is touched", async (_what, change, args, message) => {
    records = upTo(1_500);
    await endAfter(1);
    await change();
    const before = await read("out.jsonl.partial");
    const { code, stderr } = await exporting("--resume", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("Leave --resume out to begin anew.");
    expect(await read("out.jsonl.partial")).toBe(before);
  });

  it("goes on with a file only", async () => {
    const env = { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) };
    const { code, stderr } = await jotgate(["export", "--resume"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain("--resume goes on with a file: give --output.");
  });
});

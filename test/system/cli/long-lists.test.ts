import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { jotgate as run } from "./command-line.ts";

/* What list and audit tell people of what they do not show, and how far they look for it. */

const HOUR = 3_600;
/** Entries that the guard's history has, a minute apart; number 1 is the oldest. */
const ENTRIES = 100_000;
/** How many entries one page of the history looks at. */
const LOOKED_AT = 10_000;

const atOf = (number: number) => 1_700_000_000 + number * 60;

const entryOf = (number: number) => ({
  ...{ number, at: atOf(number), op: "revoke", name: null, by: "ada", why: null, sequence: number },
  ...{ changed: false, from: null, problem: null, times: 1 },
});

const listed = (id: string, more: object) => ({
  ...{ name: `jotgate1:token:${id.padEnd(22, "A")}`, kind: "token", record: { format: 1, revoked: true } },
  ...{ sequence: 1, state: "live", invalid: false, pending: false, ...more },
});

let server: Server;
let url: string;
let records: readonly object[] = [];
let next: string | null = null;
const asked: URLSearchParams[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    asked.push(searchParams);
    const answer = pathname.endsWith("/records") ? { records, next } : history(searchParams);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(pathname.endsWith("A") ? records[0] : answer));
  });
  url = await listenOnLoopback(server);
});
beforeEach(() => {
  [records, next, asked.length] = [[], null, 0];
});
afterAll(() => closeServer(server));

const jotgate = (...args: readonly string[]) =>
  run(args, { env: { JOTGATE_URL: url, JOTGATE_SECRET: "x".repeat(43) } });

/** Pages as the ledger makes them: each looks at so many entries at most, whatever it finds among them. */
function history(query: URLSearchParams): object {
  const since = Number(query.get("since") ?? 0);
  const newest = Math.min(Number(query.get("before") ?? ENTRIES + 1) - 1, ENTRIES);
  const entries = [];
  for (let number = newest; number > 0; number--) {
    if (newest - number === LOOKED_AT) return { entries, next: number + 1 };
    if (entries.length === Number(query.get("limit"))) return { entries, next: number + 1 };
    if (atOf(number) >= since && (query.get("op") ?? "revoke") === "revoke") entries.push(entryOf(number));
  }
  return { entries, next: null };
}

describe("a list that ends at its limit", () => {
  it.each([
    ["list", "jotgate1:token:BAAAAAAAAAAAAAAAAAAAAA", "… and more: --after jotgate1:token:BAAAAAAAAAAAAAAAAAAAAA\n"],
    ["list that is complete", null, ""],
  ])("%s", async (_what, given, stderr) => {
    records = [listed("B", {})];
    next = given;
    const text = await jotgate("list", "--limit", "1");
    expect(text).toMatchObject({ code: 0, stderr });
    const json = await jotgate("list", "--limit", "1", "--json");
    expect(json.stderr).toBe("");
    expect(JSON.parse(json.stdout)).toMatchObject({ next: given });
  });

  it("audit says so, too, and goes on there", async () => {
    const { code, stdout, stderr } = await jotgate("audit", "--limit", "3");
    expect({ code, stderr }).toEqual({ code: 0, stderr: `… and more: --before ${ENTRIES - 2}\n` });
    expect(stdout.match(/\n/g)).toHaveLength(3);
    const rest = await jotgate("audit", "--before", "4");
    expect(rest).toMatchObject({ code: 0, stderr: "" });
    expect(rest.stdout.match(/\n/g)).toHaveLength(3);
  });
});

describe("a record's line says where it stands", () => {
  const RECORD = { format: 1, revoked: true, until: 2_000_000_000 };

  it.each([
    ["live", {}, "dead, whatever its age; until it is lifted"],
    ["lifted", { state: "lifted", record: RECORD }, "lifted; dead, whatever its age; until 2000000000 "],
    [
      "lifted by somebody",
      { state: "lifted", record: RECORD, lift: { by: "ada", why: "laptop found", at: 60 } },
      'lifted 60 (1970-01-01T00:01:00Z) by "ada" because "laptop found"; dead, whatever its age; until 2000000000 ',
    ],
    ["lifted, and had no end", { state: "lifted" }, "lifted; dead, whatever its age\n"],
    ["unreadable", { state: "invalid", invalid: true, record: { format: 1 } }, "KV has something under this name that"],
    ["not yet in KV", { pending: true }, "dead, whatever its age; until it is lifted; not yet copied to KV"],
  ])("%s", async (_what, more, line) => {
    records = [listed("C", more)];
    const { stdout } = await jotgate("list");
    expect(stdout).toContain(`jotgate1:token:CAAAAAAAAAAAAAAAAAAAAA  ${line}`);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    const shown = await jotgate("show", "jotgate1:token:CAAAAAAAAAAAAAAAAAAAAA");
    expect(shown.stdout).toContain(`  ${line.trim().replaceAll("; ", "\n  ")}`);
  });

  it("and never that it lasts when nobody can read it", async () => {
    records = [listed("D", { invalid: true, record: { format: 1 } })];
    const { stdout } = await jotgate("list");
    expect(stdout).toMatch(
      / {2}KV has something under this name that nobody can read: whoever it concerns gets 503\n$/,
    );
    expect((await jotgate("show", "jotgate1:token:DAAAAAAAAAAAAAAAAAAAAA")).stdout).not.toContain("until");
  });
});

describe("audit --since", () => {
  it("looks no further back than it has to", async () => {
    const { code, stdout } = await jotgate("audit", "--since", String(atOf(ENTRIES - 4)), "--json");
    expect(code).toBe(0);
    const { entries, next: goOn } = JSON.parse(stdout) as { entries: { number: number }[]; next: unknown };
    expect(entries.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4].map((back) => ENTRIES - back));
    expect(goOn).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it("looks as far back as it has to, however few are found on the way", async () => {
    const since = String(atOf(ENTRIES - 2 * LOOKED_AT));
    const { stdout } = await jotgate("audit", "--since", since, "--limit", "1000000", "--json");
    const { entries } = JSON.parse(stdout) as { entries: { number: number }[] };
    expect(entries).toHaveLength(2 * LOOKED_AT + 1);
  });

  it.each([
    ["by an hour, which is what clocks are set by and entries are counted together in", HOUR, 2],
    ["by more", HOUR + 1, 1],
  ])("asks on while where it has come to is older %s", async (_what, older, pages) => {
    const since = atOf(ENTRIES - LOOKED_AT + 1) + older;
    await jotgate("audit", "--op", "lift", "--since", String(since));
    expect(asked.filter((query) => query.has("since"))).toHaveLength(pages);
  });
});

import { describe, expect, it } from "vitest";
import type { HistoryQuery, RecordsQuery } from "../../../src/model/ledger-desk.ts";
import { type Bench, ISSUER, namer, T, withLedger } from "./bench.ts";

const alice = await namer.name("subject", ISSUER, "alice");
const bob = await namer.name("subject", ISSUER, "bob");
const token = await namer.name("token", ISSUER, "t-1");
const session = await namer.name("session", ISSUER, "s-1");
const WHO = new Map<string, string>([
  [alice, "alice"],
  [bob, "bob"],
  [token, "token"],
  [session, "session"],
]);

/** Four records a minute apart, then one of them lifted and another unreadable. */
async function fill(bench: Bench): Promise<void> {
  await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 1, by: "ada", until: T + 300_000 });
  await bench.pass(60_000);
  await bench.execute({ do: "raise", subject: "bob", minimumTokenVersion: 1, by: "rita", until: T + 200_000 });
  await bench.pass(60_000);
  await bench.execute({ do: "revoke", tokenId: "t-1", by: "rita", expiresAt: T + 100_000 });
  await bench.pass(60_000);
  await bench.execute({ do: "revokeSession", sessionId: "s-1", by: "ada" });
  await bench.pass(60_000);
  await bench.execute({ do: "lift", subject: "bob", by: "ada", why: "found again" });
  await bench.settle();
  await bench.pass(300_000);
  bench.kv.write(session, "garbage");
  await bench.pass(15_000);
}

async function list(bench: Bench, query: RecordsQuery): Promise<readonly unknown[]> {
  return (await bench.ledger.reader.records(query)).records.map(({ name }) => WHO.get(name));
}

const inOrderOfName = [...WHO.keys()].sort().flatMap((name) => WHO.get(name) ?? []);

describe("records", () => {
  it.each<[string, RecordsQuery, readonly string[]]>([
    ["those that count", {}, inOrderOfName.filter((who) => who !== "bob")],
    ["one kind", { kind: "token" }, ["token"]],
    ["some names", { names: [alice, token] }, inOrderOfName.filter((who) => who === "alice" || who === "token")],
    ["no names", { names: [] }, []],
    ["names of which one was lifted", { names: [bob] }, []],
    ["those by somebody", { by: "rita" }, ["token"]],
    ["those by nobody", { by: "Rita" }, []],
    ["lifted ones", { state: "lifted" }, ["bob"]],
    ["lifted ones by who had written them", { state: "lifted", by: "rita" }, ["bob"]],
    ["no lifted ones by who took them away", { state: "lifted", by: "ada" }, []],
    ["lifted ones that would have ended before a time", { state: "lifted", untilBefore: T + 200_001 }, ["bob"]],
    ["no lifted ones that would not have ended before it", { state: "lifted", untilBefore: T + 200_000 }, []],
    ["lifted ones that would have ended after a time", { state: "lifted", untilAfter: T + 199_999 }, ["bob"]],
    ["no lifted ones that would not have ended after it", { state: "lifted", untilAfter: T + 200_000 }, []],
    ["lifted ones that were lifted since", { state: "lifted", changedSince: T + 240 }, ["bob"]],
    ["no lifted ones that were lifted before", { state: "lifted", changedSince: T + 240.001 }, []],
    ["unreadable ones", { state: "invalid" }, ["session"]],
    ["those that end before a time", { untilBefore: T + 100_061, kind: "token" }, ["token"]],
    ["those that do not end before a time", { untilBefore: T + 100_060, kind: "token" }, []],
    ["those that end after a time", { untilAfter: T + 299_999 }, ["alice"]],
    ["those that do not end after a time", { untilAfter: T + 300_000 }, []],
    ["those that changed since", { changedSince: T + 120, state: "live", order: "oldest" }, ["token", "session"]],
    ["those that changed a moment before", { changedSince: T + 120.001, order: "oldest" }, ["session"]],
    ["the latest first", { order: "newest" }, ["session", "token", "alice"]],
    ["the first first", { order: "oldest" }, ["alice", "token", "session"]],
    ["those after a number", { order: "oldest", after: "1" }, ["token", "session"]],
    ["those before a number", { order: "newest", after: "3" }, ["alice"]],
    ["all of it together", { kind: "token", by: "rita", untilAfter: T, order: "newest", state: "live" }, ["token"]],
  ])("%s", (_what, query, expected) =>
    withLedger(
      async (bench) => expect(await list(bench, query)).toEqual(expected),
      async (bench) => {
        await bench.settle();
        await fill(bench);
      },
    ),
  );

  it("say in what state they are, and of a lifted one what it said", () =>
    withLedger(async (bench) => {
      await fill(bench);
      expect((await bench.ledger.reader.records({ state: "lifted" })).records).toMatchObject([
        {
          name: bob,
          state: "lifted",
          record: { minimumTokenVersion: 1, until: T + 200_000, by: "rita", at: T + 60 },
          sequence: 5,
          changedAt: T + 240,
          invalid: false,
          lift: { by: "ada", why: "found again", at: T + 240 },
        },
      ]);
      expect(await bench.ledger.reader.record(alice)).not.toHaveProperty("lift");
      expect((await bench.ledger.reader.records({ state: "invalid" })).records).toMatchObject([
        { name: session, state: "invalid", record: { revoked: true }, invalid: true },
      ]);
      expect(await bench.ledger.reader.record(alice)).toMatchObject({ state: "live", changedAt: T, sequence: 1 });
    }));

  it("that were lifted and are unreadable since say nothing of who had written them", () =>
    withLedger(async (bench) => {
      await fill(bench);
      bench.kv.write(bob, "garbage");
      await bench.pass(15_000);
      const [record] = (await bench.ledger.reader.records({ state: "invalid", names: [bob] })).records;
      expect(record).toMatchObject({ name: bob, state: "invalid" });
      expect(record?.record).toEqual({ format: 1 });
      expect(record).not.toHaveProperty("lift");
    }));

  it("that were lifted twice have who lifted them last, and all that was taken away", () =>
    withLedger(async (bench) => {
      await bench.execute({ do: "raise", subject: "bob", minimumTokenVersion: 1, by: "rita" });
      await bench.execute({ do: "lift", subject: "bob", by: "ada" });
      await bench.execute({ do: "cutOff", subject: "bob", by: "zoe" });
      await bench.execute({ do: "lift", subject: "bob" });
      expect((await bench.ledger.reader.records({ state: "lifted" })).records).toMatchObject([
        { record: { minimumTokenVersion: 1, issuedBefore: T, by: "zoe" }, lift: { at: T } },
      ]);
    }));

  it("that an earlier release lifted are listed without who lifted them", () =>
    withLedger(async (bench) => {
      await fill(bench);
      bench.storage.exec("UPDATE records SET lifted_about = NULL, by = NULL, why = NULL, at = NULL WHERE live = 0");
      const [record] = (await bench.ledger.reader.records({ state: "lifted" })).records;
      expect(record?.record).toEqual({ format: 1, minimumTokenVersion: 1, until: T + 200_000 });
      expect(record).toMatchObject({ lift: {} });
    }));

  it.each(["name", "newest", "oldest"] as const)("come page by page in order %s, all of them once", (order) =>
    withLedger(async (bench) => {
      for (let user = 0; user < 7; user++) {
        await bench.execute({ do: "raise", subject: `user-${user}`, minimumTokenVersion: 1 });
      }
      const whole = (await bench.ledger.reader.records({ order })).records;
      const seen = [];
      let after: string | undefined;
      do {
        const page = await bench.ledger.reader.records({ order, limit: 3, ...(after !== undefined && { after }) });
        seen.push(...page.records);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(whole);
      expect(seen).toHaveLength(7);
    }),
  );

  it("that few questions are about do not make a page long in coming: it ends, with a next one", () =>
    withLedger(async (bench) => {
      bench.storage.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
         INSERT INTO records (sequence, name, id_high, id_low, live, invalid, revoked, tries, withdrawn, by)
         SELECT i, 'jotgate1:token:' || printf('%021d', i) || 'A', i, i, 1, 0, 1, 0, 0, iif(i = 20001, 'ada', 'rita') FROM n`,
      );
      bench.storage.exec("UPDATE ledger SET head = 20001, live = 20001");
      for (const order of ["oldest", "name"] as const) {
        const pages = [];
        let after: string | undefined;
        do {
          const page = await bench.ledger.reader.records({
            by: "ada",
            order,
            limit: 10,
            ...(after !== undefined && { after }),
          });
          pages.push(page.records.length);
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect(pages).toEqual([0, 0, 1]);
      }
    }));
});

describe("the history", () => {
  const from = (seconds: number) => T + seconds;

  async function act(bench: Bench): Promise<void> {
    const submit = (via: "secret" | "token", by: string, command: object, refused?: string) =>
      bench.ledger.submit([
        { command: { ...command }, by, via, from: null, ...(refused !== undefined && { refused }) },
      ]);
    const raise = { do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 1, until: T + 300_000 };
    await submit("secret", "ada", { id: "1", ...raise });
    bench.clock.pass(60_000);
    await submit("token", "ada", { id: "2", ...raise });
    bench.clock.pass(60_000);
    await submit("token", "rita", { id: "3", do: "lift", name: alice }, "forbidden");
    bench.clock.pass(60_000);
    await submit("secret", "ada", { id: "4", do: "revoke", issuer: ISSUER, tokenId: "t-1" });
    bench.clock.pass(60_000);
    await submit("secret", "ada", { id: "5", do: "lift", name: alice });
  }

  it.each<[string, HistoryQuery, readonly string[]]>([
    ["all of it", {}, ["5", "4", "3", "2", "1"]],
    ["by a name", { by: "ada" }, ["5", "4", "2", "1"]],
    ["by a name with a credential", { by: "ada", via: "token" }, ["2"]],
    ["with a credential", { via: "token" }, ["3", "2"]],
    ["what changed something", { outcome: "changed" }, ["5", "4", "1"]],
    ["what changed nothing", { outcome: "unchanged" }, ["2"]],
    ["what was refused", { outcome: "refused" }, ["3"]],
    ["a command", { op: "raise" }, ["2", "1"]],
    ["a kind of record", { kind: "token" }, ["4"]],
    ["a record", { name: alice }, ["5", "3", "2", "1"]],
    ["a record by a name", { name: alice, by: "rita" }, ["3"]],
    ["since a time", { since: from(180) }, ["5", "4"]],
    ["until a time", { until: from(60) }, ["1"]],
    ["between times", { since: from(60), until: from(180) }, ["3", "2"]],
    ["before a number", { before: 3, by: "ada" }, ["2", "1"]],
    [
      "all of it together",
      { by: "ada", via: "secret", op: "lift", kind: "subject", name: alice, outcome: "changed", since: T },
      ["5"],
    ],
    ["of somebody unknown", { by: "eve" }, []],
  ])("%s", (_what, query, ids) =>
    withLedger(async (bench) => {
      await act(bench);
      expect((await bench.ledger.reader.history(query)).entries.map(({ id }) => id)).toEqual(ids);
    }),
  );

  it("comes page by page, also where few entries are looked for among many", () =>
    withLedger(async (bench) => {
      bench.storage.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
         INSERT INTO history (at, op, by, sequence, changed, problem)
         SELECT ${T * 1_000}, 'raise', 'rita', 0, 0, iif(i IN (1, 2, 20001), 'forbidden', NULL) FROM n`,
      );
      for (const query of [{ outcome: "refused" }, { outcome: "refused", by: "rita" }] as const) {
        const pages = [];
        let before: number | undefined;
        do {
          const page = await bench.ledger.reader.history({
            ...query,
            limit: 2,
            ...(before !== undefined && { before }),
          });
          pages.push(page.entries.map(({ number }) => number));
          before = page.next ?? undefined;
        } while (before !== undefined);
        expect(pages).toEqual([[20_001], [2], [1]]);
      }
    }));
});

it("questions about a record, and about somebody, are answered by an index", () =>
  withLedger(async (bench) => {
    const plan = (condition: string) =>
      bench.storage
        .exec(`EXPLAIN QUERY PLAN SELECT * FROM history WHERE 1 AND ${condition} = 'x' ORDER BY number DESC LIMIT 5`)
        .map(({ detail }) => detail)
        .join();
    expect(plan("name")).toContain("history_name");
    expect(plan("by")).toContain("history_by");
  }));

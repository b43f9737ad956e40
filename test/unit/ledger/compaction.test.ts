import { expect, it } from "vitest";
import { type Bench, ISSUER, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const subject = await namer.name("subject", ISSUER, "alice");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it("a record is deleted an hour after it ended", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T + 60 });
    await bench.pass(2 * MINUTE + HOUR - 1_000);
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 1 });
    bench.kv.keys.clear();
    await bench.pass(MINUTE);
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 0, sequence: 1 });
    expect(await bench.ledger.changes({ ledger: "ledger-1", since: 0 })).toMatchObject({ kind: "changes", through: 1 });
  }));

it("a mirror needs no reset because of records that ended", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff", subject: "alice" });
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T });
    await bench.pass(2 * HOUR);
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 1 });
    expect(await bench.ledger.changes({ ledger: "ledger-1", since: 1 })).toMatchObject({ kind: "changes", through: 2 });
  }));

it("a tombstone is deleted a day after KV confirmed; whoever has not heard of the lift by then begins again", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff", subject: "alice" });
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T + 100_000_000 });
    await bench.pass(MINUTE);
    await bench.lift(token);
    await bench.pass(1_000);
    const ask = (since: number) => bench.ledger.changes({ ledger: "ledger-1", since });
    await bench.pass(DAY - 2_000);
    expect(await ask(2)).toMatchObject({ kind: "changes", through: 3 });
    await bench.pass(HOUR + MINUTE);
    expect(await bench.rows(3)).toEqual([]);
    expect(await ask(2)).toMatchObject({ kind: "reset" });
    expect(await ask(3)).toMatchObject({ kind: "changes" });
    expect(await ask(0)).toMatchObject({ kind: "changes" });
    expect(bench.storage.exec("SELECT * FROM records WHERE live = 0")).toEqual([]);
  }));

it("a tombstone stays for as long as KV has not confirmed", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T + 100_000_000 });
    await bench.settle();
    bench.kv.before = (operation) => {
      if (operation.startsWith("delete")) throw new Error("KV is down");
    };
    await bench.lift(token);
    await bench.pass(5 * DAY);
    expect(bench.storage.exec("SELECT name FROM records")).toEqual([{ name: token }]);
  }));

it("whoever slept through a lift, a new record and its end begins again", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff", subject: "alice", until: T + 100_000_000 });
    await bench.settle();
    await bench.lift(subject);
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 1 });
    await bench.pass(5 * DAY);
    expect(await bench.ledger.changes({ ledger: "ledger-1", since: 1 })).toMatchObject({ kind: "reset" });
  }));

it("an invalid record is not deleted while its key is there", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { format: 1, minimumTokenVersion: 1, until: T + 20 });
    await bench.pass(15_000);
    bench.kv.write(subject, "garbage");
    await bench.pass(DAY);
    expect(await bench.ledger.look([subject])).toEqual({ kind: "invalid", of: "subject" });
  }));

it.each([
  ["ninety days, when nothing is said", undefined, 90],
  ["as long as it is told", 2 * DAY, 2],
])("history keeps what was done for %s", (_what, retention, days) =>
  withLedger(
    async (bench) => {
      await bench.execute({ id: "old", do: "cutOff" });
      await bench.pass(DAY);
      await bench.execute({ id: "new", do: "cutOff" });
      await bench.pass((days - 1) * DAY - MINUTE);
      expect((await bench.ledger.reader.history()).entries.map(({ id }) => id)).toEqual(["new", "old"]);
      await bench.pass(2 * MINUTE);
      expect((await bench.ledger.reader.history()).entries.map(({ id }) => id)).toEqual(["new"]);
    },
    async (bench) => {
      if (retention !== undefined) bench.ledger = bench.create({ retention });
      await bench.settle();
    },
  ),
);

/** Every sort of entry, as the tables have it. */
const SORTS = {
  "operators' commands": { id: "i", changed: 1, via: "secret", by: "ada", problem: null },
  "operators' lifts": { op: "lift", id: "i", changed: 1, via: "secret", by: "ada", problem: null },
  "records that were brought back": { op: "restore", id: "i", changed: 1, via: "secret", by: "ada", problem: null },
  "issuers that were cut off": {
    ...{ op: "cutOff", id: "i", changed: 1, via: "secret", by: "ada", problem: null },
    name: "jotgate1:issuer:vrBoFnqdlpSSmL49kKITZg",
  },
  "commands of other Workers": { id: "i", changed: 1, via: null, by: null, problem: null },
  "people who signed out": { id: "i", changed: 1, via: "self", by: "self", problem: null },
  "what was found in KV": { id: null, changed: 1, via: null, by: null, problem: null },
  "commands that changed nothing": { id: "i", changed: 0, via: "secret", by: "ada", problem: null },
  "what an operator was refused": { id: null, changed: 0, via: "secret", by: "ada", problem: "forbidden" },
  "what nobody was allowed": { id: null, changed: 0, via: null, by: null, problem: "unauthorized" },
} as const;

/** Whose token is good, but who has no role. */
const PERSON = { op: "authenticate", id: null, changed: 0, via: "token", by: "user", problem: "forbidden" };

type Sort = keyof typeof SORTS;

interface Entry {
  readonly op?: string;
  readonly name?: string;
  readonly id: string | null;
  readonly changed: number;
  readonly via: string | null;
  readonly by: string | null;
  readonly problem: string | null;
}

/** Adds so many entries of a sort to the history. */
function fill(bench: Bench, entries: number, sort: Sort): void {
  add(bench, entries, SORTS[sort]);
}

let ids = 0;

/** @param by SQL with the number `i` of each entry, for whose they are; else all are the same one's */
function add(bench: Bench, entries: number, entry: Entry, by = "?5"): void {
  const { op = "raise", name = null, id, changed, via, problem } = entry;
  bench.storage.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO history (id, at, op, name, sequence, changed, via, by, problem)
     SELECT ${id === null ? "NULL" : `'${++ids} ' || i`}, ${T * 1_000}, ?2, ?3, i, ?4, ?6, ${by}, ?7 FROM n
     WHERE ?5 IS ?5`,
    ...[entries, op, name, changed, entry.by, via, problem],
  );
}

it.each<[Sort, number]>([
  ["operators' commands", 500_000],
  ["operators' lifts", 100_000],
  ["records that were brought back", 100_000],
  ["issuers that were cut off", 10_000],
  ["people who signed out", 200_000],
  ["what was found in KV", 100_000],
  ["commands that changed nothing", 100_000],
  ["what an operator was refused", 50_000],
  ["what nobody was allowed", 10_000],
])(
  "of %s the last %d are kept, and they push nothing else out",
  (sort, kept) =>
    withLedger(async (bench) => {
      const others = (Object.keys(SORTS) as Sort[]).filter((other) => other !== sort);
      for (const other of others) fill(bench, 1, other);
      fill(bench, kept + 1, sort);
      await bench.pass(MINUTE);
      // Commands are one sort, whether operators or other Workers gave them.
      const isShared = sort === "operators' commands";
      const [left] = bench.storage.exec("SELECT count(*) AS n, max(number) AS last FROM history");
      expect(left).toEqual({ n: kept + others.length - Number(isShared), last: kept + 1 + others.length });
      const ofOthers = bench.storage.exec("SELECT count(*) AS n FROM history WHERE number <= ?", others.length);
      expect(ofOthers).toEqual([{ n: others.length }]);
    }),
  // So many rows take a machine that is busy with other things a while.
  120_000,
);

const COUNTS = `SELECT coalesce(by, '') AS by, count(*) AS n, min(number) AS first FROM history GROUP BY 1 ORDER BY 1`;

it("people without a role push out nothing but others who are nobody, whatever their names are", () =>
  withLedger(async (bench) => {
    fill(bench, 1, "what an operator was refused");
    add(bench, 51_000, PERSON, "'user-' || i");
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT count(*) AS n FROM history")).toEqual([{ n: 10_001 }]);
    expect(bench.storage.exec("SELECT number FROM history WHERE by = 'ada'")).toEqual([{ number: 1 }]);
  }));

it.each<[Sort, number]>([
  ["operators' commands", 500_000],
  ["commands that changed nothing", 100_000],
  ["what an operator was refused", 50_000],
])(
  "when there are too many of %s, they are those of whoever has most of them",
  (sort, kept) =>
    withLedger(async (bench) => {
      add(bench, 1_000, SORTS[sort]);
      add(bench, 2_000, { ...SORTS[sort], by: "zoe" });
      add(bench, kept, { ...SORTS[sort], by: "rita" });
      await bench.pass(MINUTE);
      expect(bench.storage.exec(COUNTS)).toEqual([
        { by: "ada", n: 1_000, first: 1 },
        { by: "rita", n: kept - 3_000, first: 6_001 },
        { by: "zoe", n: 2_000, first: 1_001 },
      ]);
    }),
  120_000,
);

it("two who have too many keep as much each, and the last ones", () =>
  withLedger(async (bench) => {
    const sort = SORTS["what an operator was refused"];
    add(bench, 40_000, { ...sort, by: "rita" });
    add(bench, 30_000, { ...sort, by: "zoe" });
    fill(bench, 10, "what an operator was refused");
    await bench.pass(MINUTE);
    expect(bench.storage.exec(COUNTS)).toEqual([
      { by: "ada", n: 10, first: 70_001 },
      { by: "rita", n: 24_995, first: 15_006 },
      { by: "zoe", n: 24_995, first: 45_006 },
    ]);
  }));

it("the same name with another credential is another one, and other Workers are one, whatever names they give", () =>
  withLedger(async (bench) => {
    const { id, changed, problem } = SORTS["commands that changed nothing"];
    const sort = { id, changed, problem, by: "ada" };
    add(bench, 1_000, { ...sort, via: "secret" });
    add(bench, 60_000, { ...sort, via: null }, "'account-' || i");
    add(bench, 60_000, { ...sort, via: "token" });
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT via, count(*) AS n FROM history GROUP BY via ORDER BY via")).toEqual([
      { via: null, n: 49_500 },
      { via: "secret", n: 1_000 },
      { via: "token", n: 49_500 },
    ]);
  }));

it("of more operators than there are entries, the last ones are kept", () =>
  withLedger(async (bench) => {
    const sort = SORTS["what an operator was refused"];
    add(bench, 60_000, { ...sort, via: "token" }, "'operator-' || i");
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT count(*) AS n, min(number) AS first FROM history")).toEqual([
      { n: 50_000, first: 10_001 },
    ]);
  }));

it("all of fewer entries are kept", () =>
  withLedger(async (bench) => {
    fill(bench, 10_000, "what nobody was allowed");
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT count(*) AS n, min(number) AS first FROM history")).toEqual([
      { n: 10_000, first: 1 },
    ]);
  }));

it("entries are counted again after a thousand new ones", () =>
  withLedger(async (bench) => {
    const count = () => bench.storage.exec("SELECT count(*) AS n FROM history")[0]?.["n"];
    fill(bench, 10_000, "what nobody was allowed");
    await bench.pass(MINUTE);
    fill(bench, 999, "what nobody was allowed");
    await bench.pass(MINUTE);
    expect(count()).toBe(10_999);
    fill(bench, 1, "what nobody was allowed");
    await bench.pass(MINUTE);
    expect(count()).toBe(10_000);
  }));

it("after a compaction of many rows, the rest is due at once", () =>
  withLedger(async (bench) => {
    bench.storage.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
       INSERT INTO records (sequence, name, id_high, id_low, live, invalid, revoked, until, tries, withdrawn)
       SELECT i, 'jotgate1:token:' || printf('%022d', i), i, i, 1, 0, 1, ${T - 4_000}, 0, 0 FROM n`,
    );
    bench.storage.exec("UPDATE ledger SET head = 5001, live = 5001");
    bench.clock.pass(MINUTE);
    expect(await bench.ledger.work()).toBe(bench.clock.now());
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 1 });
    await bench.settle();
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 0 });
  }));

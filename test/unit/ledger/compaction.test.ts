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
    expect(await bench.ledger.status()).toMatchObject({ records: 1 });
    bench.kv.keys.clear();
    await bench.pass(MINUTE);
    expect(await bench.ledger.status()).toMatchObject({ records: 0, sequence: 1 });
    expect(await bench.ledger.changes({ ledger: "ledger-1", since: 0 })).toMatchObject({ kind: "changes", through: 1 });
  }));

it("a mirror needs no reset because of records that ended", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff", subject: "alice" });
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T });
    await bench.pass(2 * HOUR);
    expect(await bench.ledger.status()).toMatchObject({ records: 1 });
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
      expect((await bench.ledger.history()).entries.map(({ id }) => id)).toEqual(["new", "old"]);
      await bench.pass(2 * MINUTE);
      expect((await bench.ledger.history()).entries.map(({ id }) => id)).toEqual(["new"]);
    },
    async (bench) => {
      if (retention !== undefined) bench.ledger = bench.create({ retention });
      await bench.settle();
    },
  ),
);

/** Fills the history with so many entries. */
function fill(bench: Bench, entries: number, problem: string | null): void {
  bench.storage.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO history (number, at, op, sequence, changed, problem) SELECT i, ${T * 1_000}, 'raise', i, 1, ? FROM n`,
    entries,
    problem,
  );
}

it.each([
  ["500,000 entries", 500_001, null, { n: 500_000, first: 2 }],
  ["10,000 entries of what was refused", 10_001, "forbidden", { n: 10_000, first: 2 }],
  ["all of fewer", 10_000, "forbidden", { n: 10_000, first: 1 }],
])("history keeps %s", (_what, entries, problem, left) =>
  withLedger(async (bench) => {
    fill(bench, entries, problem);
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT count(*) AS n, min(number) AS first FROM history")).toEqual([left]);
  }),
);

it("whoever is refused ever so often pushes nothing out that was done", () =>
  withLedger(async (bench) => {
    fill(bench, 10_001, "forbidden");
    bench.storage.exec("UPDATE history SET problem = NULL WHERE number = 1");
    await bench.pass(MINUTE);
    expect(bench.storage.exec("SELECT count(*) AS n, min(number) AS first FROM history")).toEqual([
      { n: 10_001, first: 1 },
    ]);
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
    expect(await bench.ledger.status()).toMatchObject({ records: 1 });
    await bench.settle();
    expect(await bench.ledger.status()).toMatchObject({ records: 0 });
  }));

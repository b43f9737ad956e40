import { expect, it } from "vitest";
import { idOf } from "../../../src/revocation/record-id.ts";
import { type Bench, ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const subject = await namer.name("subject", ISSUER, "alice");
const END = T + LASTS;
const REVOKED = { format: 1, revoked: true, until: END };
const RAISED = { format: 1, minimumTokenVersion: 7, until: END };

/** Until the next scan. */
const R = 15_000;

async function numberOf(bench: Bench): Promise<number> {
  return (await bench.ledger.reader.status()).sequence;
}

it("a record that another writer put into KV is adopted by the next scan, once, and not written back", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { ...RAISED, by: "them", why: "a reason", at: 5 });
    await bench.pass(R - 1);
    expect(await bench.says(subject)).toBeUndefined();
    await bench.pass(1);
    expect(await bench.says(subject)).toEqual({ ...RAISED, by: "them", why: "a reason", at: 5 });
    await bench.pass(R);
    expect(await numberOf(bench)).toBe(1);
    expect(bench.kv.writes).toEqual([]);
    // Nobody verified who "them" is: the name stands in the record, and not beside it.
    expect((await bench.ledger.reader.history()).entries).toMatchObject([
      { op: "adopt", name: subject, by: null, via: null, why: null, id: null, before: null, after: { by: "them" } },
    ]);
  }));

it("the value is taken from the metadata when it is repeated there, without a read", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, RAISED, { metadata: { value: RAISED } });
    await bench.pass(R);
    expect(await bench.says(subject)).toMatchObject(RAISED);
    expect(bench.kv.operations.filter((operation) => operation.startsWith("get"))).toEqual([]);
  }));

it.each([[{ value: { format: 2 } }], [{ value: "text" }], [{ other: 1 }], ["text"]])(
  "metadata that is no record (%o) sends the scan to the value",
  (metadata) =>
    withLedger(async (bench) => {
      bench.kv.write(subject, RAISED, { metadata });
      await bench.pass(R);
      expect(await bench.ledger.reader.record(subject)).toMatchObject({ record: RAISED, invalid: false });
    }),
);

it("what is adopted merges with what is known, and the merged record goes to KV", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff", subject: "alice" });
    await bench.settle();
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    expect(await bench.says(subject)).toMatchObject({ minimumTokenVersion: 7, issuedBefore: T });
    await bench.pass(R);
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 7, issuedBefore: T });
  }));

it("a weaker record that another writer put over a stricter one changes nothing, and is put right in KV", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 9 });
    await bench.settle();
    bench.kv.write(subject, { ...RAISED, minimumTokenVersion: 3 });
    await bench.pass(R);
    await bench.pass(R);
    expect(await numberOf(bench)).toBe(1);
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 9 });
  }));

it("a record without an end ends when KV drops its key, as it would without a ledger", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { format: 1, minimumTokenVersion: 7 }, { expiration: T + 500 });
    bench.kv.write(token, { format: 1, revoked: true });
    await bench.pass(R);
    expect(await bench.says(subject)).toMatchObject({ until: T + 500 });
    expect(await bench.says(token)).not.toHaveProperty("until");
  }));

it.each([
  [T + 15, false],
  [T + 15 - 3_599, false],
  [T + 15 - 3_600, true],
])("a record that ended at %d is left alone only when nobody can need it (%s)", (until, isLeft) =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { ...RAISED, until });
    await bench.pass(R);
    expect(await numberOf(bench)).toBe(isLeft ? 0 : 1);
  }),
);

it("keys that are no records' names are left alone", () =>
  withLedger(async (bench) => {
    for (const name of ["jotgate1:user:abc", "jotgate1:token:short", "jotgate1:"]) bench.kv.write(name, REVOKED);
    await bench.pass(R);
    expect(await bench.ledger.reader.status()).toMatchObject({
      sequence: 0,
      scan: { keys: 3, age: 0, running: false },
    });
  }));

it("a value that nobody can read makes its record invalid, and keeps what is known", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, "garbage");
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    bench.kv.write(subject, { format: 2 });
    await bench.pass(R);
    expect(await bench.ledger.look([token])).toEqual({ kind: "invalid", of: "token" });
    expect(await bench.ledger.look([subject])).toEqual({ kind: "invalid", of: "subject" });
    expect(await bench.ledger.reader.status()).toMatchObject({ invalid: 2, records: 2 });
    const rows = await bench.rows();
    expect(rows).toContainEqual({ ...idOf(token), invalid: true, says: expect.objectContaining({ revoked: false }) });
    expect(rows).toContainEqual({
      ...idOf(subject),
      invalid: true,
      says: expect.objectContaining({ minimumTokenVersion: 7 }),
    });
  }));

it("an invalid record becomes valid with a value that can be read", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, "garbage");
    await bench.pass(R);
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    expect(await bench.ledger.reader.record(subject)).toMatchObject({ record: RAISED, invalid: false });
  }));

it("an invalid record ends when its key disappears; what was known of it stays and goes back to KV", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, "garbage");
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    bench.kv.write(subject, "garbage");
    await bench.pass(R);
    const since = await numberOf(bench);
    bench.kv.keys.clear();
    await bench.pass(R);
    expect(await bench.ledger.reader.record(token)).toBeNull();
    expect(await bench.rows(since)).toContainEqual({ ...idOf(token), invalid: false, says: "lifted" });
    expect(await bench.ledger.reader.record(subject)).toMatchObject({ record: RAISED, invalid: false });
    await bench.pass(R);
    expect(bench.kv.read(subject)).toMatchObject(RAISED);
  }));

it("lifting an invalid record deletes what nobody can read", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, "garbage");
    await bench.pass(R);
    expect(await bench.lift(token)).toMatchObject({ changed: true, record: null });
    await bench.settle();
    expect(bench.kv.keys.size).toBe(0);
    await bench.pass(R);
    expect(await bench.ledger.reader.record(token)).toBeNull();
  }));

it("a key that should be there and is not is written again, unless it was written just now", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.settle();
    bench.kv.keys.clear();
    await bench.pass(45_000);
    expect(bench.kv.keys.size).toBe(0);
    await bench.pass(R);
    await bench.settle();
    expect(bench.kv.read(token)).toMatchObject(REVOKED);
    expect(await numberOf(bench)).toBe(1);
  }));

it.each([
  ["weaker, but lasts longer", { minimumTokenVersion: 3, until: T + 500_000 }, 7, "ada"],
  ["as strict, and lasts longer", { minimumTokenVersion: 7, until: T + 500_000 }, 7, "ada"],
  ["stricter", { minimumTokenVersion: 8, until: T + 500_000 }, 8, "them"],
  ["stricter in another way", { issuedBefore: T, until: T + 500_000 }, 7, "them"],
])("a record from outside that is %s: who wrote the stricter one and why is kept", (_what, says, version, by) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "ada", why: "lost" });
    await bench.settle();
    bench.kv.write(subject, { format: 1, ...says, by: "them", why: "a copy", at: 5 });
    await bench.pass(R);
    const about = by === "ada" ? { by, why: "lost", at: T } : { by, why: "a copy", at: 5 };
    expect(await bench.says(subject)).toMatchObject({ minimumTokenVersion: version, until: T + 500_000, ...about });
  }),
);

it("an adopted record whose key is deleted stays, and goes back to KV", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    bench.kv.keys.clear();
    await bench.pass(R);
    expect(bench.kv.read(subject)).toMatchObject(RAISED);
  }));

it("our own older copy, written late by an object that was replaced, is put right", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.settle();
    const old = bench.kv.keys.get(subject);
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 8 });
    await bench.pass(1_000);
    if (old !== undefined) bench.kv.keys.set(subject, old);
    await bench.pass(75_000);
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 8 });
  }));

it.each([
  ["while the delete is pending", 0, true],
  ["just after", 1_000 + R, true],
  ["an hour after", 3_600_000, true],
])("a lifted record does not come back from a late scan that shows our own copy %s", (_when, later) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.settle();
    bench.kv.shown = new Map(bench.kv.keys);
    await bench.lift(token);
    if (later > 0) await bench.pass(1_000);
    for (let passed = 0; passed <= later; passed += R * 20) await bench.pass(R * 20);
    expect(await bench.ledger.reader.record(token)).toBeNull();
    expect(await numberOf(bench)).toBe(2);
  }),
);

it("a lifted record that another writer had put there stays lifted for 300 s after the delete; then a new one counts", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, RAISED);
    await bench.pass(R);
    bench.kv.before = (operation) => {
      if (operation.startsWith("delete")) throw new Error("KV DELETE failed: 500");
    };
    await bench.lift(subject);
    await bench.pass(600_000);
    expect(await bench.ledger.reader.record(subject)).toBeNull();
    bench.kv.before = () => undefined;
    await bench.pass(60_000);
    expect(bench.kv.keys.size).toBe(0);
    bench.kv.write(subject, RAISED);
    await bench.pass(299_999);
    expect(await bench.ledger.reader.record(subject)).toBeNull();
    await bench.pass(R);
    expect(await bench.says(subject)).toMatchObject(RAISED);
  }));

it.each([
  ["a higher version", { minimumTokenVersion: 8 }],
  ["another restriction", { issuedBefore: T }],
  ["a later end", { until: END + 1 }],
])("what says more than what was lifted (%s) is new, and counts at once without what was lifted", (_what, more) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.settle();
    await bench.lift(subject);
    await bench.pass(1_000);
    bench.kv.write(subject, { ...RAISED, ...more });
    await bench.pass(R);
    expect(await bench.says(subject)).toMatchObject({ ...RAISED, ...more });
  }),
);

it("pages and cursors: everything is seen, whatever the size of a page, and bounded work per run", () =>
  withLedger(async (bench) => {
    const names = await Promise.all([...Array(250).keys()].map((index) => namer.name("token", ISSUER, `t-${index}`)));
    for (const name of names) bench.kv.write(name, REVOKED);
    bench.kv.pageSize = 7;
    bench.clock.pass(R);
    const before = bench.kv.operations.length;
    expect(await bench.ledger.work()).toBe(bench.clock.now());
    const lists = bench.kv.operations.slice(before).filter((operation) => operation.startsWith("list"));
    expect(lists).toHaveLength(20);
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 140, scan: { running: true, keys: 140 } });
    await bench.restart();
    await bench.settle();
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 250, scan: { running: false, keys: 250 } });
  }));

it("a list that fails is gone on with, and begun anew after three failures in a row", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, RAISED);
    bench.kv.write(token, REVOKED);
    bench.kv.pageSize = 1;
    let failing = true;
    bench.kv.before = (operation) => {
      if (failing && operation.startsWith("list ") && operation !== "list ") throw new Error("KV LIST failed");
    };
    const first = () => bench.kv.operations.filter((operation) => operation === "list ").length;
    await bench.pass(R);
    const begun = first();
    await bench.pass(1_000);
    expect(first()).toBe(begun);
    await bench.pass(2_000);
    await bench.pass(4_000);
    expect(first()).toBe(begun + 1);
    expect(await bench.ledger.reader.status()).toMatchObject({
      state: "ready",
      lastError: { message: "Error: KV LIST failed" },
    });
    failing = false;
    await bench.pass(R);
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 2, scan: { running: false } });
  }));

it("the first start takes in everything that KV has before a question is answered, and keeps no history of it", () =>
  withLedger(
    async (bench) => {
      bench.kv.before = () => {
        throw new Error("KV is down");
      };
      await bench.settle();
      expect(await bench.ledger.reader.status()).toMatchObject({ state: "starting" });
      bench.kv.before = () => undefined;
      await bench.pass(1_000);
      expect(await bench.ledger.look([subject])).toMatchObject({ records: { subject: { minimumTokenVersion: 7 } } });
      expect((await bench.ledger.reader.history()).entries).toEqual([]);
    },
    (bench) => bench.kv.write(subject, RAISED),
  ));

it("a new ledger takes over what an earlier one wrote into KV", () =>
  withLedger(
    async (bench) => {
      expect(await bench.says(subject)).toMatchObject(RAISED);
    },
    (bench) => {
      bench.kv.write(subject, RAISED, { metadata: { jotgate: { ledger: "an earlier one", sequence: 500 } } });
      return bench.settle();
    },
  ));

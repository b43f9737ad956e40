import { expect, it } from "vitest";
import { ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const subject = await namer.name("subject", ISSUER, "alice");
const issuer = await namer.name("issuer", ISSUER);
const tokens = await Promise.all([...Array(20).keys()].map((index) => namer.name("token", ISSUER, `token-${index}`)));

const END = T + LASTS;
const REVOKED = { format: 1, revoked: true, until: END };

it("KV gets the documented value, expiry and a mark of whose it is", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "me", why: "a test" });
    await bench.settle();
    const { ledger } = await bench.ledger.reader.status();
    expect(bench.kv.keys.get(subject)).toEqual({
      value: JSON.stringify({ format: 1, minimumTokenVersion: 7, until: END, by: "me", why: "a test", at: T }),
      metadata: { jotgate: { ledger, sequence: 1 } },
      expiration: END + 60,
    });
    expect(await bench.ledger.reader.record(subject)).toMatchObject({ pending: false });
  }));

it.each([
  [T + 100, T + 160 + 60],
  [T + 0.5, T + 61 + 60],
  [T - 29, T + 31 + 60],
  [T - 31, T + 90],
  [T - 59, T + 90],
])("a token with exp %d expires in KV at %d, which is never too soon for KV to take", (expiresAt, expiration) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt });
    await bench.settle();
    expect(bench.kv.keys.get(token)?.expiration).toBe(expiration);
  }),
);

it("many changes of a record within a second are one write after it, of the latest state", () =>
  withLedger(async (bench) => {
    for (let version = 1; version <= 3; version++) {
      await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: version });
    }
    await bench.settle();
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 3 });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 4 });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 5 });
    await bench.pass(999);
    expect(bench.kv.writes).toEqual([`put ${subject}`]);
    await bench.pass(1);
    expect(bench.kv.writes).toEqual([`put ${subject}`, `put ${subject}`]);
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 5 });
  }));

it("what changes while it is being written is written again, a second later", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 1 });
    bench.kv.before = async (operation) => {
      if (!operation.startsWith("put")) return;
      bench.kv.before = () => undefined;
      await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 2 });
    };
    await bench.settle();
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 1 });
    expect((await bench.ledger.reader.status()).backlog.records).toBe(1);
    await bench.pass(1_000);
    expect(bench.kv.read(subject)).toMatchObject({ minimumTokenVersion: 2 });
  }));

it("who waits longest is written first, at most six at a time", () =>
  withLedger(async (bench) => {
    for (let index = 0; index < 20; index++) {
      await bench.execute({ do: "revoke", tokenId: `token-${index}` });
      bench.clock.pass(1);
    }
    let underWay = 0;
    let most = 0;
    bench.kv.before = async (operation) => {
      if (operation.startsWith("list")) return;
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
    };
    await bench.settle();
    expect(most).toBe(6);
    const names = bench.kv.writes.map((operation) => operation.slice(4));
    for (let group = 0; group < 20; group += 6) {
      expect(new Set(names.slice(group, group + 6))).toEqual(new Set(tokens.slice(group, group + 6)));
    }
  }));

it("a write that fails is tried again after 1, 2, 4 seconds and so on, at last each minute, until it is done", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.kv.before = (operation) => {
      if (operation.startsWith("put")) throw new Error("KV PUT failed: 429");
    };
    const attempts: number[] = [];
    const begun = bench.clock.now();
    for (let second = 0; second <= 250; second++) {
      const before = bench.kv.writes.length;
      await bench.settle();
      if (bench.kv.writes.length > before) attempts.push((bench.clock.now() - begun) / 1_000);
      bench.clock.pass(1_000);
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    expect(await bench.ledger.reader.status()).toMatchObject({
      backlog: { records: 1, oldest: 251 },
      lastError: { message: "Error: KV PUT failed: 429", age: 8 },
    });
    bench.kv.before = () => undefined;
    await bench.pass(60_000);
    expect(bench.kv.read(token)).toMatchObject(REVOKED);
    expect((await bench.ledger.reader.status()).backlog).toEqual({ records: 0, oldest: null });
  }));

it("while nothing goes through, only six of many rows are tried each second", () =>
  withLedger(async (bench) => {
    for (let index = 0; index < 20; index++) await bench.execute({ do: "revoke", tokenId: `token-${index}` });
    bench.kv.before = (operation) => {
      if (!operation.startsWith("list")) throw new Error("KV is down");
    };
    const before = bench.kv.operations.length;
    await bench.settle();
    expect(bench.kv.operations.length - before).toBe(6);
    await bench.pass(1_000);
    expect(bench.kv.operations.length - before).toBe(12);
  }));

it("KV that never answers is given up after ten seconds, and tried again", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.kv.before = (operation) => (operation.startsWith("put") ? new Promise(() => undefined) : undefined);
    const work = bench.ledger.work();
    await new Promise((resolve) => setTimeout(resolve, 20));
    bench.clock.pass(10_000);
    await work;
    expect(await bench.ledger.reader.status()).toMatchObject({ backlog: { records: 1 } });
    bench.kv.before = () => undefined;
    await bench.pass(1_000);
    expect(bench.kv.read(token)).toMatchObject(REVOKED);
  }));

it("a stricter record of another writer is merged before it is written over", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { format: 1, issuedBefore: T - 5, minimumTokenVersion: 9, until: END + 50 });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.execute({ do: "cutOff", subject: "alice", issuedBefore: T });
    await bench.settle();
    const merged = { format: 1, issuedBefore: T, minimumTokenVersion: 9, until: END + 50 };
    expect(bench.kv.read(subject)).toMatchObject(merged);
    expect(await bench.says(subject)).toMatchObject(merged);
  }));

it("nothing is written when KV says as much already", () =>
  withLedger(async (bench) => {
    bench.kv.write(subject, { format: 1, minimumTokenVersion: 9, until: END + 50 });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.settle();
    expect(bench.kv.writes).toEqual([]);
    expect(await bench.says(subject)).toMatchObject({ minimumTokenVersion: 9, until: END + 50 });
    expect((await bench.ledger.reader.status()).backlog.records).toBe(0);
  }));

it("a command replaces what nobody can read", () =>
  withLedger(async (bench) => {
    bench.kv.write(issuer, "{");
    await bench.pass(15_000);
    expect(await bench.ledger.reader.record(issuer)).toMatchObject({ invalid: true });
    await bench.execute({ do: "cutOff" });
    expect(await bench.ledger.reader.record(issuer)).toMatchObject({ invalid: false });
    await bench.settle();
    expect(bench.kv.read(issuer)).toMatchObject({ issuedBefore: T + 15 });
    expect(await bench.ledger.reader.record(issuer)).toMatchObject({ invalid: false, pending: false });
  }));

it("a lift deletes the key, a second after it was written at the earliest, and is retried", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.settle();
    await bench.lift(token);
    await bench.pass(999);
    expect(bench.kv.keys.has(token)).toBe(true);
    bench.kv.before = (operation) => {
      if (operation.startsWith("delete")) throw new Error("KV DELETE failed: 500");
    };
    await bench.pass(1);
    expect((await bench.ledger.reader.status()).backlog.records).toBe(1);
    bench.kv.before = () => undefined;
    await bench.pass(1_000);
    expect(bench.kv.keys.has(token)).toBe(false);
    expect((await bench.ledger.reader.status()).backlog.records).toBe(0);
  }));

it("a record that was lifted and made anew before KV heard of it is in KV as it is now", () =>
  withLedger(async (bench) => {
    const session = await namer.name("session", ISSUER, "session-1");
    await bench.execute({ do: "revokeSession", sessionId: "session-1" });
    await bench.settle();
    await bench.lift(session);
    await bench.execute({ do: "cutOff", sessionId: "session-1" });
    await bench.pass(1_000);
    expect(bench.kv.read(session)).toEqual({ format: 1, issuedBefore: T, until: END, at: T });
    expect(await bench.says(session)).not.toHaveProperty("revoked");
  }));

it("what KV still has to be told survives a restart", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.restart();
    await bench.settle();
    expect(bench.kv.read(token)).toMatchObject(REVOKED);
  }));

it("a clock that is set back by an hour does not stop the writes", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.clock.pass(-3_600_000);
    await bench.settle();
    expect(bench.kv.read(token)).toMatchObject({ format: 1, revoked: true });
  }));

import { expect, it } from "vitest";
import { ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const subject = await namer.name("subject", ISSUER, "alice");
const MINUTE = 60_000;

it("a rebuild reads everything from KV, under a new identity that mirrors have to begin with", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.settle();
    bench.clock.pass(6 * MINUTE);
    const before = await bench.ledger.reader.status();
    const records = await bench.ledger.reader.records();
    await bench.ledger.rebuild();
    expect(await bench.ledger.changes({ ledger: null, since: 0 })).toEqual({ kind: "starting" });
    await bench.settle();
    const after = await bench.ledger.reader.status();
    expect(after.ledger).not.toBe(before.ledger);
    expect((await bench.ledger.reader.records()).records.map(({ name, record }) => [name, record])).toEqual(
      records.records.map(({ name, record }) => [name, record]),
    );
    expect(await bench.ledger.changes({ ledger: before.ledger, since: 2 })).toMatchObject({ kind: "reset" });
    expect((await bench.ledger.reader.history()).entries[0]).toMatchObject({ op: "rebuild" });
  }));

it("what KV does not have any more is gone after a rebuild", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.settle();
    bench.clock.pass(6 * MINUTE);
    bench.kv.keys.clear();
    await bench.ledger.rebuild();
    await bench.settle();
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 0, state: "ready" });
  }));

it("a rebuild keeps what KV was not told yet", () =>
  withLedger(async (bench) => {
    bench.kv.before = (operation) => {
      if (operation.startsWith("put")) throw new Error("KV is down");
    };
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.pass(10 * MINUTE);
    await bench.ledger.rebuild();
    await bench.settle();
    expect(await bench.says(token)).toMatchObject({ revoked: true });
    expect((await bench.rows()).length).toBe(1);
  }));

it("a rebuild keeps what KV's list may not show yet", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.settle();
    bench.kv.shown = new Map();
    await bench.ledger.rebuild();
    await bench.settle();
    expect(await bench.says(token)).toMatchObject({ revoked: true });
  }));

it("a rebuild keeps what was lifted lifted, also when KV still shows a copy that was ours", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    await bench.settle();
    bench.kv.shown = new Map(bench.kv.keys);
    await bench.lift(subject);
    await bench.pass(1_000);
    await bench.pass(10 * MINUTE);
    await bench.ledger.rebuild();
    await bench.settle();
    expect(await bench.ledger.reader.record(subject)).toBeNull();
  }));

it("a rebuild that was interrupted goes on after a restart, and nobody is answered before", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.pass(6 * MINUTE);
    await bench.ledger.rebuild();
    await bench.restart();
    expect(await bench.ledger.look([token])).toEqual({ kind: "starting" });
    await bench.settle();
    expect(await bench.ledger.look([token])).toMatchObject({ records: { token: { revoked: true } } });
  }));

it("a rebuild during a scan does not leave out what that scan had passed", () =>
  withLedger(async (bench) => {
    for (let index = 0; index < 10; index++) {
      bench.kv.write(await namer.name("token", ISSUER, `t-${index}`), { format: 1, revoked: true, until: T + LASTS });
    }
    bench.kv.pageSize = 2;
    await bench.pass(15_000);
    bench.clock.pass(15_000);
    let pages = 0;
    bench.kv.before = async (operation) => {
      if (operation.startsWith("list") && ++pages === 3) await bench.ledger.rebuild();
    };
    await bench.settle();
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 10, state: "ready" });
  }));

it("a rebuild keeps what was acknowledged lately and stood in KV already, though KV's list does not show it yet", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, JSON.stringify({ format: 1, revoked: true, until: T + 100 * LASTS }));
    bench.kv.shown = new Map();
    await bench.execute({ do: "revoke", tokenId: "token-1", expiresAt: T + LASTS });
    await bench.ledger.work();
    expect(bench.storage.exec("SELECT wants, written_at FROM records")).toEqual([{ wants: null, written_at: null }]);
    await bench.ledger.rebuild();
    await bench.settle();
    expect(await bench.says(token)).toMatchObject({ revoked: true });
  }));

it("a rebuild does not write over what nobody can read", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, "{}");
    await bench.pass(15_000);
    expect(await bench.ledger.reader.record(token)).toMatchObject({ invalid: true });
    await bench.ledger.rebuild();
    await bench.settle();
    expect(bench.kv.keys.get(token)).toMatchObject({ value: "{}" });
    expect(await bench.ledger.reader.record(token)).toMatchObject({ invalid: true });
  }));

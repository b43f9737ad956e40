import { expect, it } from "vitest";
import { ISSUER, namer, T, withLedger } from "./bench.ts";

/* A ledger that was away, and a KV that was written to meanwhile, because nothing else could be. */

const name = await namer.name("token", ISSUER, "token-1");
const VALUE = JSON.stringify({ format: 1, revoked: true, until: T + 86_400 });
const FROM_0 = { ledger: null, since: 0 };
const STARTING = { kind: "starting" };

it.each([
  ["three minutes", 180_000, "changes"],
  ["more than that", 180_001, "starting"],
])("after an absence of %s it says %s", (_how, absence, kind) =>
  withLedger(async (bench) => {
    bench.clock.pass(absence);
    await bench.restart();
    expect(await bench.ledger.changes(FROM_0)).toMatchObject({ kind });
    expect(await bench.ledger.reader.status()).toMatchObject({ state: kind === "changes" ? "ready" : "starting" });
  }),
);

it("three scan intervals are no absence either, where they are longer", () =>
  withLedger(async (bench) => {
    bench.clock.pass(180_001);
    bench.ledger = bench.create({ scanInterval: 60_001 });
    await bench.ledger.start();
    expect(await bench.ledger.changes(FROM_0)).toMatchObject({ kind: "changes" });
  }));

it("a scan that takes longer than that ends the absence all the same, and one that was half done does not count", () =>
  withLedger(async (bench) => {
    for (let key = 0; key < 2_500; key++) bench.kv.write(`jotgate1:token:${String(key).padStart(21, "0")}A`, VALUE);
    bench.clock.pass(15_000);
    bench.kv.before = (operation) => {
      if (operation.startsWith("list")) bench.clock.pass(100_000);
    };
    bench.clock.pass(200_000);
    await bench.restart();
    expect(await bench.ledger.changes(FROM_0)).toEqual(STARTING);
    await bench.ledger.work();
    expect(await bench.ledger.changes(FROM_0)).toMatchObject({ kind: "changes" });
    expect(await bench.ledger.reader.status()).toMatchObject({ state: "ready", records: 2_500 });
  }));

it("what was written into KV in an absence is known before it answers", () =>
  withLedger(async (bench) => {
    bench.clock.pass(200_000);
    bench.kv.write(name, VALUE);
    await bench.restart();
    expect(await bench.ledger.changes(FROM_0)).toEqual(STARTING);
    expect(await bench.ledger.look([name])).toEqual(STARTING);
    await bench.settle();
    expect(await bench.rows()).toMatchObject([{ says: { revoked: true } }]);
    expect(await bench.ledger.look([name])).toMatchObject({ records: { token: { revoked: true } } });
  }));

it("it answers all the same when KV cannot be read: guards would learn no more there", () =>
  withLedger(async (bench) => {
    bench.clock.pass(200_000);
    bench.kv.before = () => {
      throw new Error("KV is down");
    };
    await bench.restart();
    await bench.ledger.work();
    expect(await bench.ledger.changes(FROM_0)).toMatchObject({ kind: "changes" });
  }));

it("an outage of KV is no absence", () =>
  withLedger(async (bench) => {
    bench.kv.before = () => {
      throw new Error("KV is down");
    };
    await bench.pass(600_000);
    expect(await bench.ledger.changes(FROM_0)).toMatchObject({ kind: "changes" });
  }));

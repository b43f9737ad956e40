import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { LedgerCalls } from "../../../src/ledger/ledger-object.ts";
import { type PageRow, readPage } from "../../../src/revocation/page.ts";
import { idOf } from "../../../src/revocation/record-id.ts";
import { ISSUER, namer } from "./bench.ts";

const { LEDGER, REVOCATIONS } = env as unknown as { LEDGER: DurableObjectNamespace; REVOCATIONS: KVNamespace };

/** A ledger that has read KV. */
async function readyLedger() {
  const stub = LEDGER.get(LEDGER.newUniqueId());
  const ledger = stub as unknown as LedgerCalls;
  for (let run = 0; (await ledger.status()).state === "starting" && run < 50; run++) await runDurableObjectAlarm(stub);
  return { stub, ledger };
}

function alarmOf(stub: DurableObjectStub): Promise<number | null> {
  return runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());
}

it("a command goes from the acknowledgement to guards, to strict looks and into KV", async () => {
  const { stub, ledger } = await readyLedger();
  const name = await namer.name("token", ISSUER, "object-token-1");
  const answer = await ledger.execute({ id: "1", do: "revoke", issuer: ISSUER, tokenId: "object-token-1", by: "me" });
  expect(answer).toMatchObject({ ok: true, acknowledgement: { name, changed: true, record: { revoked: true } } });
  const changes = await ledger.changes({ ledger: null, since: 0 });
  const rows: PageRow[] = changes.kind === "changes" ? [...readPage(changes.page)] : [];
  expect(rows.filter(({ high }) => high === idOf(name).high)).toHaveLength(1);
  expect(await ledger.look([name])).toMatchObject({ kind: "known", records: { token: { revoked: true } } });
  await runDurableObjectAlarm(stub);
  await expect.poll(() => REVOCATIONS.get(name, "json")).toMatchObject({ format: 1, revoked: true, by: "me" });
  expect(await ledger.record(name)).toMatchObject({ pending: false });
});

it("a refused command is an answer with its problems", async () => {
  const { ledger } = await readyLedger();
  expect(await ledger.execute({ do: "revoke", id: "1", issuer: "https://other.example" })).toEqual({
    ok: false,
    problems: [
      { path: "tokenId", problem: "is missing", remedy: "Give text of 1 to 512 bytes." },
      {
        path: "issuer",
        problem: "is not trusted by this guard",
        remedy: "Give an issuer of its configuration.",
      },
    ],
  });
});

it("what was acknowledged, and its number, outlives the object", async () => {
  const { stub, ledger } = await readyLedger();
  const command = { id: "1", do: "raise", issuer: ISSUER, subject: "object-alice", minimumTokenVersion: 3 };
  const before = await ledger.execute(command);
  await evictDurableObject(stub);
  expect(await ledger.execute(command)).toEqual(before);
  const name = await namer.name("subject", ISSUER, "object-alice");
  expect(await ledger.look([name])).toMatchObject({ records: { subject: { minimumTokenVersion: 3 } } });
});

it("a record that is written into KV by others comes to guards by the alarm alone", async () => {
  const name = await namer.name("session", ISSUER, "object-session");
  await REVOCATIONS.put(name, JSON.stringify({ format: 1, issuedBefore: 5 }), { expirationTtl: 600 });
  const { ledger } = await readyLedger();
  expect(await ledger.look([name])).toMatchObject({ records: { session: { issuedBefore: 5 } } });
  expect((await ledger.record(name))?.record.until).toBeGreaterThan(Date.now() / 1_000);
});

it("the alarm is always set: when the object starts, for the next scan, and at once for what KV has to be told", async () => {
  const { stub, ledger } = await readyLedger();
  await expect.poll(() => alarmOf(stub)).toBeGreaterThan(Date.now() + 1_000);
  await ledger.execute({ id: "1", do: "cutOff", issuer: ISSUER, subject: "object-bob" });
  await expect.poll(async () => (await ledger.status()).backlog.records).toBe(0);
  await expect.poll(() => alarmOf(stub)).toBeGreaterThan(Date.now() + 1_000);
  await runInDurableObject(stub, (_instance, state) => state.storage.deleteAlarm());
  await evictDurableObject(stub);
  await ledger.status();
  await expect.poll(() => alarmOf(stub)).not.toBeNull();
});

it("a rebuild through the object gives a new identity and the same records", async () => {
  const { stub, ledger } = await readyLedger();
  const name = await namer.name("issuer", ISSUER);
  await ledger.execute({ id: "1", do: "cutOff", issuer: ISSUER });
  const before = await ledger.status();
  await ledger.rebuild();
  for (let run = 0; (await ledger.status()).state === "starting" && run < 50; run++) await runDurableObjectAlarm(stub);
  expect((await ledger.status()).ledger).not.toBe(before.ledger);
  expect(await ledger.record(name)).not.toBeNull();
  await ledger.execute({ id: "2", do: "lift", name });
  expect((await ledger.history()).entries.map(({ op }) => op)).toContain("rebuild");
  expect((await ledger.records({ kind: "issuer" })).records).toEqual([]);
});

import { expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/ledger/history.ts";
import type { Attempt } from "../../../src/model/ledger-desk.ts";
import { type Bench, ISSUER, namer, T, withLedger } from "./bench.ts";

const subject = await namer.name("subject", ISSUER, "alice");
const RAISE = { id: "c1", do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 3, why: "lost" };
const LIFT = { id: "c2", do: "lift", name: subject };

function attempt(command: Record<string, unknown>, overrides: Partial<Attempt> = {}): Attempt {
  return { command, by: "rita", from: "203.0.113.7", ...overrides };
}

async function latest(bench: Bench): Promise<HistoryEntry | undefined> {
  return (await bench.ledger.history({ limit: 1 })).entries[0];
}

it("what is carried out is on record with who, what, why, when and from where", () =>
  withLedger(async (bench) => {
    const [result] = await bench.ledger.submit([attempt(RAISE)]);
    expect(result).toMatchObject({ ok: true, acknowledgement: { sequence: 1, record: { by: "rita", why: "lost" } } });
    expect((await bench.ledger.history()).entries).toEqual([
      {
        ...{ number: 1, at: T, op: "raise", name: subject, id: "c1", by: "rita", why: "lost", sequence: 1 },
        ...{ changed: true, from: "203.0.113.7", problem: null, times: 1 },
      },
    ]);
  }));

it("what was refused before is on record, and has no effect", () =>
  withLedger(async (bench) => {
    const results = await bench.ledger.submit([attempt(RAISE, { refused: "forbidden", from: null })]);
    expect(results).toEqual([{ ok: false, problems: [] }]);
    expect(await latest(bench)).toEqual({
      ...{ number: 1, at: T, op: "raise", name: subject, id: null, by: "rita", why: "lost", sequence: 0 },
      ...{ changed: false, from: null, problem: "forbidden", times: 1 },
    });
    expect(await bench.ledger.record(subject)).toBeNull();
    // The id was not used up.
    expect(await bench.ledger.submit([attempt(RAISE)])).toMatchObject([
      { ok: true, acknowledgement: { changed: true } },
    ]);
  }));

it.each([
  ["a wrong command", { do: "raise", issuer: ISSUER, why: "x" }, { op: "raise", why: "x", name: null }],
  ["no command", { do: "dance" }, { op: "unknown", why: null, name: null }],
  ["a reason that is none", { do: "lift", why: 7 }, { op: "lift", why: null }],
  ["a reason that is too long", { do: "lift", why: "x".repeat(513) }, { op: "lift", why: null }],
  ["an end that is too soon", { ...RAISE, until: T }, { op: "raise", why: "lost" }],
])("what the ledger refuses is on record without anything unchecked: %s", (_what, command, entry) =>
  withLedger(async (bench) => {
    const [result] = await bench.ledger.submit([attempt(command)]);
    expect(result).toMatchObject({ ok: false, problems: expect.arrayContaining([expect.anything()]) });
    expect(await latest(bench)).toMatchObject({ ...entry, by: "rita", problem: "invalid_request", changed: false });
  }),
);

it("an identity is in no entry", () =>
  withLedger(async (bench) => {
    await bench.ledger.submit([attempt({ ...RAISE, token: "ey.secret.x" }), attempt(RAISE, { refused: "forbidden" })]);
    const kept = JSON.stringify(bench.storage.exec("SELECT * FROM history"));
    expect(kept).not.toMatch(/alice|ey\.secret/);
  }));

it("a repetition gets the same answer, and is on record as one that changed nothing", () =>
  withLedger(async (bench) => {
    const [first] = await bench.ledger.submit([attempt(RAISE)]);
    const [second] = await bench.ledger.submit([attempt(RAISE, { by: "ada" })]);
    expect(second).toEqual(first);
    expect(await latest(bench)).toMatchObject({ op: "raise", by: "ada", changed: false, problem: null, id: null });
  }));

it("commands are carried out in their order, each for itself, and answered in their order", () =>
  withLedger(async (bench) => {
    const wrong = { do: "raise", issuer: ISSUER };
    const results = await bench.ledger.submit([
      attempt(RAISE),
      attempt(wrong),
      attempt(LIFT),
      attempt({ ...RAISE, id: "c3" }),
    ]);
    expect(results.map((result) => (result.ok ? result.acknowledgement.sequence : "refused"))).toEqual([
      1,
      "refused",
      2,
      3,
    ]);
    expect(await bench.ledger.record(subject)).toMatchObject({ sequence: 3 });
  }));

it("five hundred commands wait for one confirmation", () =>
  withLedger(async (bench) => {
    let confirmations = 0;
    bench.confirm = async () => void confirmations++;
    const commands = Array.from({ length: 500 }, (_, i) => ({
      id: `i${i}`,
      do: "revoke",
      issuer: ISSUER,
      tokenId: `t${i}`,
    }));
    const results = await bench.ledger.submit(commands.map((command) => attempt(command)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(500);
    expect(confirmations).toBe(1);
    expect(await bench.ledger.status()).toMatchObject({ records: 500, sequence: 500 });
  }));

it("nothing is answered that is not durable, refusals included", () =>
  withLedger(async (bench) => {
    bench.confirm = async () => {
      throw new Error("This object does not own its storage any more.");
    };
    await expect(bench.ledger.submit([attempt(RAISE, { refused: "forbidden" })])).rejects.toThrow("did not confirm");
  }));

it("raises of one user at the same time end at the highest version", () =>
  withLedger(async (bench) => {
    const versions = [5, 9, 1, 7, 3, 8, 2, 6, 4];
    const raise = (version: number) => attempt({ ...RAISE, id: `v${version}`, minimumTokenVersion: version });
    await Promise.all(versions.map((version) => bench.ledger.submit([raise(version)])));
    expect(await bench.says(subject)).toMatchObject({ minimumTokenVersion: 9 });
  }));

it("failed authentications of a minute are one entry", () =>
  withLedger(async (bench) => {
    await bench.ledger.countFailures(1, "203.0.113.7");
    bench.clock.pass(59_999);
    await bench.ledger.countFailures(40, "203.0.113.8");
    expect((await bench.ledger.history()).entries).toMatchObject([
      { op: "authenticate", problem: "unauthorized", times: 41, from: "203.0.113.8", by: null, at: T, changed: false },
    ]);
    bench.clock.pass(1);
    await bench.ledger.countFailures(2, null);
    expect((await bench.ledger.history()).entries.map(({ times }) => times)).toEqual([2, 41]);
  }));

it("a ledger of the release before gets the new columns, and keeps its history", () =>
  withLedger(async (bench) => {
    await bench.ledger.execute(RAISE);
    bench.storage.exec("DROP INDEX history_refused");
    for (const column of ["origin", "problem", "times"])
      bench.storage.exec(`ALTER TABLE history DROP COLUMN ${column}`);
    await bench.restart();
    await bench.ledger.submit([attempt(LIFT, { refused: "forbidden" })]);
    const { entries } = await bench.ledger.history();
    expect(entries).toMatchObject([
      { op: "lift", problem: "forbidden", from: "203.0.113.7" },
      { op: "raise", id: "c1", problem: null, from: null, times: 1 },
    ]);
  }));

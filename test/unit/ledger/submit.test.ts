import { expect, it } from "vitest";
import type { Attempt, HistoryEntry, TurnedAway } from "../../../src/model/ledger-desk.ts";
import { type Bench, ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const subject = await namer.name("subject", ISSUER, "alice");
const RAISE = { id: "c1", do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 3, why: "lost" };
const LIFT = { id: "c2", do: "lift", name: subject };

function attempt(command: Record<string, unknown>, overrides: Partial<Attempt> = {}): Attempt {
  return { command, by: "rita", via: "secret", from: "203.0.113.7", ...overrides };
}

async function latest(bench: Bench): Promise<HistoryEntry | undefined> {
  return (await bench.ledger.reader.history({ limit: 1 })).entries[0];
}

/** What every entry about `RAISE` says, whatever came of it. */
const SAID = {
  number: 1,
  at: T,
  lastAt: T,
  times: 1,
  op: "raise",
  name: subject,
  kind: "subject",
  id: "c1",
  by: "rita",
  via: "secret",
  why: "lost",
  asked: { minimumTokenVersion: 3 },
};

it("what is carried out is on record with who, what, why, when and from where", () =>
  withLedger(async (bench) => {
    const [result] = await bench.ledger.submit([attempt(RAISE)]);
    expect(result).toMatchObject({ ok: true, acknowledgement: { sequence: 1, record: { by: "rita", why: "lost" } } });
    expect((await bench.ledger.reader.history()).entries).toEqual([
      {
        ...SAID,
        before: null,
        after: { format: 1, minimumTokenVersion: 3, until: T + LASTS, by: "rita", why: "lost", at: T },
        sequence: 1,
        changed: true,
        problem: null,
        from: "203.0.113.7",
      },
    ]);
  }));

it("what was refused before is on record, and has no effect", () =>
  withLedger(async (bench) => {
    const results = await bench.ledger.submit([attempt(RAISE, { refused: "forbidden", from: null })]);
    expect(results).toEqual([{ ok: false, problems: [] }]);
    expect(await latest(bench)).toEqual({
      ...SAID,
      sequence: 0,
      changed: false,
      problem: "forbidden",
      from: null,
    });
    expect(await bench.ledger.reader.record(subject)).toBeNull();
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
    expect(await latest(bench)).toMatchObject({ op: "raise", by: "ada", changed: false, problem: null, id: "c1" });
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
    expect(await bench.ledger.reader.record(subject)).toMatchObject({ sequence: 3 });
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
    expect(await bench.ledger.reader.status()).toMatchObject({ records: 500, sequence: 500 });
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

it("requests that were turned away in a minute are one entry", () =>
  withLedger(async (bench) => {
    const stranger = { op: "authenticate", by: null, via: null, problem: "unauthorized" } as const;
    const note = (times: number, from: string | null) => bench.ledger.noteTurnedAway([{ ...stranger, times, from }]);
    await note(1, "203.0.113.7");
    bench.clock.pass(59_999);
    await note(40, "203.0.113.8");
    expect((await bench.ledger.reader.history()).entries).toMatchObject([
      { ...stranger, times: 41, from: "203.0.113.8", at: T, lastAt: T + 59.999, changed: false },
    ]);
    bench.clock.pass(1);
    await note(2, null);
    expect((await bench.ledger.reader.history()).entries.map(({ times }) => times)).toEqual([2, 41]);
  }));

const ADA = { op: "request", by: "ada", via: "secret", problem: "too_many_requests", times: 1, from: null } as const;

it.each<[string, Partial<TurnedAway>]>([
  ["another name", { by: "rita" }],
  ["another credential", { via: "token" }],
  ["the credential of whoever holds the token", { via: "self" }],
  ["another reason", { problem: "cross_site_request" }],
  ["another sort", { op: "authenticate" }],
  ["nobody's name", { by: null }],
])("requests that were turned away with %s are another entry", (_what, other) =>
  withLedger(async (bench) => {
    await bench.ledger.noteTurnedAway([ADA, { ...ADA, ...other }, ADA]);
    expect((await bench.ledger.reader.history()).entries).toMatchObject([
      { ...ADA, ...other, times: 1 },
      { ...ADA, times: 2 },
    ]);
  }),
);

it.each([
  [
    "refused for the same reason",
    attempt(RAISE, { refused: "forbidden" }),
    attempt({ ...RAISE, id: "x" }, { refused: "forbidden" }),
  ],
  ["found wrong", attempt({ ...RAISE, until: 5 }), attempt({ ...RAISE, subject: 7 })],
  ["repeated", attempt(RAISE), attempt(RAISE)],
])(
  "commands of an operator that are %s in a minute are one entry, with the first and the last time",
  (_what, first, second) =>
    withLedger(async (bench) => {
      if (first.refused === undefined) await bench.ledger.submit([attempt(RAISE, { by: "ada" })]);
      await bench.ledger.submit([first]);
      bench.clock.pass(59_000);
      await bench.ledger.submit([second, { ...second, from: "203.0.113.9" }]);
      expect(await latest(bench)).toMatchObject({
        op: "raise",
        by: "rita",
        at: T,
        lastAt: T + 59,
        times: 3,
        from: "203.0.113.9",
      });
      bench.clock.pass(1_000);
      await bench.ledger.submit([first]);
      expect(await latest(bench)).toMatchObject({ op: "raise", by: "rita", at: T + 60, lastAt: T + 60, times: 1 });
    }),
);

it("a thousand refused commands are one entry, and what changed something is an entry each", () =>
  withLedger(async (bench) => {
    const raise = (version: number) => attempt({ ...RAISE, id: `v${version}`, minimumTokenVersion: version });
    await bench.ledger.submit(Array.from({ length: 1_000 }, () => attempt(LIFT, { refused: "forbidden" })));
    await bench.ledger.submit([raise(1), raise(2), raise(3)]);
    expect((await bench.ledger.reader.history()).entries.map(({ op, times }) => [op, times])).toEqual([
      ["raise", 1],
      ["raise", 1],
      ["raise", 1],
      ["lift", 1_000],
    ]);
  }));

it("an operator with a token looks like none with a secret, and like nobody who signs out", () =>
  withLedger(async (bench) => {
    for (const [index, via] of (["secret", "token", "access", "self"] as const).entries()) {
      const command = { ...RAISE, id: `c${index}`, minimumTokenVersion: index + 1 };
      await bench.ledger.submit([attempt(command, { by: "self", via })]);
      await bench.ledger.submit([attempt(command, { by: "self", via, refused: "forbidden" })]);
    }
    const { entries } = await bench.ledger.reader.history();
    expect(entries.map(({ by, via, times }) => [by, via, times])).toEqual(
      ["self", "access", "token", "secret"].flatMap((via) => Array(2).fill(["self", via, 1])),
    );
    await bench.ledger.execute({ ...RAISE, id: "c9", minimumTokenVersion: 9, by: "ada" });
    expect(await latest(bench)).toMatchObject({ by: "ada", via: null });
  }));

it("an entry has the record before and after, and what was asked for", () =>
  withLedger(async (bench) => {
    const until = T + 200_000;
    await bench.ledger.submit([attempt(RAISE)]);
    await bench.ledger.submit([attempt({ ...RAISE, id: "c3", minimumTokenVersion: 2, until })]);
    await bench.ledger.submit([attempt(LIFT)]);
    const raised = { format: 1, minimumTokenVersion: 3, until: T + LASTS, by: "rita", why: "lost", at: T };
    expect((await bench.ledger.reader.history()).entries).toMatchObject([
      { op: "lift", asked: {}, before: { ...raised, until }, after: null },
      { id: "c3", asked: { minimumTokenVersion: 2, until }, before: raised, after: { ...raised, until } },
      { id: "c1", asked: { minimumTokenVersion: 3 }, before: null, after: raised },
    ]);
  }));

it("a ledger of the release before gets the new columns, and keeps its history", () =>
  withLedger(async (bench) => {
    await bench.ledger.execute(RAISE);
    const indexes = bench.storage.exec("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'history_%'");
    for (const { name } of indexes) bench.storage.exec(`DROP INDEX ${name}`);
    for (const column of ["origin", "problem", "times", "via", "last_at", "given_id"])
      bench.storage.exec(`ALTER TABLE history DROP COLUMN ${column}`);
    bench.storage.exec("ALTER TABLE records DROP COLUMN changed_at");
    await bench.restart();
    await bench.ledger.submit([attempt(LIFT, { refused: "forbidden" })]);
    const { entries } = await bench.ledger.reader.history();
    expect(entries).toMatchObject([
      { op: "lift", problem: "forbidden", from: "203.0.113.7" },
      { op: "raise", id: "c1", problem: null, from: null, times: 1 },
    ]);
  }));

it("a ledger of the release that kept no credentials goes on with its history", () =>
  withLedger(async (bench) => {
    await bench.ledger.submit([attempt(RAISE), attempt(LIFT, { refused: "forbidden" })]);
    const indexes = bench.storage.exec("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'history_%'");
    for (const { name } of indexes) bench.storage.exec(`DROP INDEX ${name}`);
    for (const column of ["via", "last_at", "given_id"])
      bench.storage.exec(`ALTER TABLE history DROP COLUMN ${column}`);
    bench.storage.exec("ALTER TABLE records DROP COLUMN changed_at");
    bench.storage.exec("CREATE INDEX history_refused ON history (number) WHERE problem IS NOT NULL");
    bench.storage.exec(`UPDATE history SET answer = json_remove(answer, '$.before') WHERE answer IS NOT NULL`);
    await bench.restart();
    expect(await bench.ledger.submit([attempt(RAISE)])).toMatchObject([{ ok: true, acknowledgement: { sequence: 1 } }]);
    const { entries } = await bench.ledger.reader.history();
    expect(entries).toMatchObject([
      { op: "raise", via: "secret", id: "c1", changed: false },
      { op: "lift", via: null, problem: "forbidden" },
      { op: "raise", via: null, id: "c1", after: { minimumTokenVersion: 3 } },
    ]);
    expect(entries[2]).not.toHaveProperty("before");
    expect((await bench.ledger.reader.records({ changedSince: T })).records).toMatchObject([
      { name: subject, changedAt: null },
    ]);
    await bench.ledger.submit([attempt({ ...RAISE, id: "c9", minimumTokenVersion: 9 })]);
    expect((await bench.ledger.reader.records()).records).toMatchObject([
      { name: subject, changedAt: T, state: "live" },
    ]);
  }));

it("more sorts of requests than a call may tell of are one entry, with how many there were", () =>
  withLedger(async (bench) => {
    const requests = Array.from(
      { length: 300 },
      (_, user): TurnedAway => ({
        ...{ op: "authenticate", by: `user-${user}`, via: "token", problem: "forbidden", times: 2 },
        from: `203.0.113.${user % 256}`,
      }),
    );
    await bench.ledger.noteTurnedAway(requests.slice(0, 256));
    expect((await bench.ledger.reader.history({ limit: 1_000 })).entries).toHaveLength(256);
    bench.clock.pass(60_000);
    await bench.ledger.noteTurnedAway(requests);
    const { entries } = await bench.ledger.reader.history({ limit: 1_000, since: T + 60 });
    expect(entries).toHaveLength(257);
    expect(entries[0]).toMatchObject({
      ...{ op: "authenticate", by: null, via: null, problem: "others", times: 88, from: "203.0.113.43" },
    });
  }));

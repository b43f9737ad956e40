import { expect, it } from "vitest";
import { LedgerLost } from "../../../src/ledger/ledger-errors.ts";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { idOf } from "../../../src/revocation/record-id.ts";
import type { RecordName } from "../../../src/revocation/record-name.ts";
import { type Bench, ISSUER, LASTS, namer, rowsOf, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const subject = await namer.name("subject", ISSUER, "alice");

/** Writes many records into the tables, faster than commands would. */
function fill({ storage }: Bench, count: number): void {
  storage.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO records (sequence, name, id_high, id_low, live, invalid, revoked, until, tries, withdrawn)
     SELECT i, 'jotgate1:token:' || printf('%022d', i), i, i, 1, 0, 1, ${T + LASTS}, 0, 0 FROM n`,
  );
  storage.exec("UPDATE ledger SET head = ?, live = ?", count, count);
}

async function idOfLedger(bench: Bench): Promise<string> {
  return (await bench.ledger.reader.status()).ledger;
}

function pagesOf(answer: FeedAnswer) {
  if (answer.kind !== "changes") throw new Error(`The answer is ${answer.kind}.`);
  return answer;
}

it("a mirror that has nothing gets every record as it stands, and where it is then", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 4 });
    const answer = await bench.ledger.changes({ ledger: null, since: 0 });
    expect(answer).toMatchObject({ kind: "changes", since: 0, through: 3, complete: true, age: 0 });
    const none = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: T + LASTS };
    expect(rowsOf(answer)).toEqual([
      { ...idOf(token), invalid: false, says: { ...none, revoked: true } },
      { ...idOf(subject), invalid: false, says: { ...none, minimumTokenVersion: 4 } },
    ]);
  }));

it("later questions get what changed since, lifts included, and nothing when nothing did", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    expect(await bench.rows(1)).toEqual([]);
    await bench.execute({ do: "cutOff" });
    await bench.lift(token);
    expect((await bench.rows(1)).map(({ says }) => says)).toEqual([
      expect.objectContaining({ issuedBefore: T }),
      "lifted",
    ]);
  }));

it("a record that came back after a lift is lifted first, for mirrors that know more of the old one", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 9 });
    await bench.lift(subject);
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 2 });
    expect(await bench.rows(1)).toEqual([
      { ...idOf(subject), invalid: false, says: "lifted" },
      { ...idOf(subject), invalid: false, says: expect.objectContaining({ minimumTokenVersion: 2 }) },
    ]);
  }));

it.each([
  [8_191, [8_191]],
  [8_192, [8_192]],
  [8_193, [8_192, 1]],
])("%i records come in pages of %o, and only the last one is complete", (count, sizes) =>
  withLedger(async (bench) => {
    fill(bench, count);
    const ledger = await idOfLedger(bench);
    let since = 0;
    for (const [index, size] of sizes.entries()) {
      const answer = pagesOf(await bench.ledger.changes({ ledger, since }));
      expect(rowsOf(answer)).toHaveLength(size);
      expect(answer.complete).toBe(index === sizes.length - 1);
      expect(answer.since).toBe(since);
      since = answer.through;
    }
    expect(since).toBe(count);
  }),
);

it("a load of several pages comes to its end although a lift was forgotten beyond its first page", () =>
  withLedger(async (bench) => {
    fill(bench, 8_193);
    bench.storage.exec("UPDATE ledger SET forgotten = 8193");
    const ledger = await idOfLedger(bench);
    const first = pagesOf(await bench.ledger.changes({ ledger, since: 0 }));
    const { through: since, forgotten } = first;
    expect(forgotten).toBe(8_193);
    expect(await bench.ledger.changes({ ledger, since, forgotten })).toMatchObject({ kind: "changes", complete: true });
    expect(await bench.ledger.changes({ ledger, since, forgotten: 8_192 })).toMatchObject({ kind: "reset" });
    expect(await bench.ledger.changes({ ledger, since })).toMatchObject({ kind: "reset" });
  }));

it("records that change while their page is on the way come again at the end", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.storage.exec("UPDATE records SET sequence = 9000");
    fill(bench, 8_999);
    bench.storage.exec("UPDATE ledger SET head = 9000, live = 9000");
    const ledger = await idOfLedger(bench);
    const first = pagesOf(await bench.ledger.changes({ ledger, since: 0 }));
    await bench.lift(token);
    await bench.execute({ do: "cutOff" });
    const second = pagesOf(await bench.ledger.changes({ ledger, since: first.through }));
    expect(second).toMatchObject({ complete: true, through: 9_002 });
    expect(rowsOf(second)).toHaveLength(9_002 - 8_192 - 1);
    expect(rowsOf(second).at(-2)).toEqual({ ...idOf(token), invalid: false, says: "lifted" });
  }));

it("a full page is read from the tables once a minute, and whoever gets an old one gets what changed since after it", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.storage.exec("UPDATE records SET sequence = 9000");
    fill(bench, 8_999);
    bench.storage.exec("UPDATE ledger SET head = 9000, live = 9000");
    bench.storage.exec("UPDATE records SET sequence = 9001 WHERE sequence = 1");
    bench.storage.exec("UPDATE records SET sequence = 1 WHERE sequence = 9000");
    bench.storage.exec("UPDATE ledger SET head = 9001");
    const load = async () => {
      const first = pagesOf(await bench.ledger.changes({ ledger: null, since: 0 }));
      const second = pagesOf(await bench.ledger.changes({ ledger: first.ledger, since: first.through }));
      return [rowsOf(first)[0], rowsOf(second).at(-1), first.complete, second.complete] as const;
    };
    const [begins] = await load();
    expect(begins).toMatchObject(idOf(token));
    await bench.lift(token);
    bench.clock.pass(59_000);
    const lifted = { ...idOf(token), invalid: false, says: "lifted" };
    expect(await load()).toEqual([begins, lifted, false, true]);
    bench.clock.pass(1_000);
    const [later, last] = await load();
    expect(later).not.toMatchObject(idOf(token));
    expect(last).toEqual(lifted);
  }));

it("no page from before a rebuild is given out after it", () =>
  withLedger(async (bench) => {
    fill(bench, 8_193);
    await bench.ledger.changes({ ledger: null, since: 0 });
    await bench.ledger.rebuild();
    await bench.settle();
    const answer = await bench.ledger.changes({ ledger: null, since: 0 });
    expect(rowsOf(answer)).toEqual([]);
    expect(answer).toMatchObject({ complete: true });
  }));

it.each([
  ["another ledger", { ledger: "another" }],
  ["no ledger but a number", { ledger: null }],
  ["a number that is ahead", { since: 3 }],
  ["a negative number", { since: -1 }],
  ["a fraction", { since: 0.5 }],
  ["no number", { since: Number.NaN }],
])("a question with %s is answered with a reset", (_what, difference) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "cutOff" });
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    const ledger = await idOfLedger(bench);
    expect(await bench.ledger.changes({ ledger, since: 1, ...difference })).toEqual({ kind: "reset", ledger });
  }),
);

it.each([
  [1_500_000, "changes"],
  [1_500_001, "overflow"],
])("with %i live records the answer is %s", (live, kind) =>
  withLedger(async (bench) => {
    bench.storage.exec("UPDATE ledger SET live = ?", live);
    expect(await bench.ledger.changes({ ledger: null, since: 0 })).toMatchObject({ kind });
  }),
);

it("one fence a second is written for questions, and answers say how old it is", () =>
  withLedger(async (bench) => {
    bench.clock.pass(2_000);
    const before = bench.fences;
    const ages: number[] = [];
    for (let question = 0; question < 25; question++) {
      ages.push(pagesOf(await bench.ledger.changes({ ledger: null, since: 0 })).age);
      bench.clock.pass(100);
    }
    expect(bench.fences - before).toBe(3);
    expect(ages.slice(0, 11)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 0]);
  }));

it("a strict look always writes a fence, and knows everything that was acknowledged before", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    const before = bench.fences;
    const absent = await namer.name("session", ISSUER, "nobody's");
    const answer = await bench.ledger.look([token, subject, absent]);
    expect(answer).toMatchObject({
      kind: "known",
      records: { token: { revoked: true }, subject: { minimumTokenVersion: 3 } },
    });
    expect(Object.keys(answer.kind === "known" ? answer.records : {})).toEqual(["token", "subject"]);
    await bench.ledger.look([token]);
    expect(bench.fences - before).toBe(2);
    await bench.lift(token);
    expect(await bench.ledger.look([token])).toEqual({ kind: "known", records: {} });
  }));

const ASKED: readonly [string, (bench: Bench, name: RecordName) => Promise<unknown>][] = [
  ["changes", ({ ledger }) => ledger.changes({ ledger: null, since: 0 })],
  ["look", ({ ledger }, name) => ledger.look([name])],
  ["execute", (bench) => bench.execute({ do: "cutOff" })],
  ["a repeated execute", (bench) => bench.execute({ id: "before", do: "revoke", tokenId: "token-1" })],
  ["status", ({ ledger }) => ledger.reader.status()],
  ["history", ({ ledger }) => ledger.reader.history()],
  ["records", ({ ledger }) => ledger.reader.records()],
  ["record", ({ ledger }, name) => ledger.reader.record(name)],
  ["rebuild", ({ ledger }) => ledger.rebuild()],
  ["work", ({ ledger }) => ledger.work()],
];

it.each(ASKED)("%s answers nothing before everything that was written is durable", (_method, ask) =>
  withLedger(async (bench) => {
    await bench.execute({ id: "before", do: "revoke", tokenId: "token-1" });
    await bench.settle();
    const held = Promise.withResolvers<void>();
    bench.confirm = () => held.promise;
    bench.clock.pass(60_000);
    let answered = false;
    const asked = ask(bench, token).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    held.resolve();
    await asked;
    expect(answered).toBe(true);
  }),
);

it.each(ASKED)("a replaced object lets nothing out of %s, then or ever after", (_method, ask) =>
  withLedger(async (bench) => {
    await bench.execute({ id: "before", do: "revoke", tokenId: "token-1" });
    await bench.settle();
    bench.confirm = () => Promise.reject(new Error("replaced"));
    bench.clock.pass(60_000);
    await expect(ask(bench, token)).rejects.toBeInstanceOf(LedgerLost);
    bench.confirm = async () => undefined;
    for (const [, askAgain] of ASKED) await expect(askAgain(bench, token)).rejects.toBeInstanceOf(LedgerLost);
  }),
);

it("a replaced object writes nothing into KV", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    bench.confirm = () => Promise.reject(new Error("replaced"));
    await expect(bench.ledger.work()).rejects.toBeInstanceOf(LedgerLost);
    expect(bench.kv.writes).toEqual([]);
  }));

it("no question is answered until KV was read through, and then without asking KV again after a restart", () =>
  withLedger(
    async (bench) => {
      expect(await bench.ledger.changes({ ledger: null, since: 0 })).toEqual({ kind: "starting" });
      expect(await bench.ledger.look([token])).toEqual({ kind: "starting" });
      expect(await bench.ledger.reader.status()).toMatchObject({ state: "starting" });
      await bench.settle();
      await bench.restart();
      expect(await bench.ledger.changes({ ledger: null, since: 0 })).toMatchObject({ kind: "changes" });
      expect(await bench.ledger.reader.status()).toMatchObject({ state: "ready" });
    },
    () => undefined,
  ));

it("a restart keeps identity, numbers and records", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    const before = await bench.ledger.reader.status();
    await bench.restart();
    expect(await bench.ledger.reader.status()).toEqual(before);
    expect(await bench.execute({ id: "x", do: "cutOff" })).toMatchObject({ sequence: 2 });
  }));

import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../src/model/ledger-desk.ts";
import { ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const NAMES = {
  token: await namer.name("token", ISSUER, "t-1"),
  session: await namer.name("session", ISSUER, "s-1"),
  subject: await namer.name("subject", ISSUER, "alice"),
  issuer: await namer.name("issuer", ISSUER),
};

const SET = [
  { do: "revoke", tokenId: "t-1" },
  { do: "revokeSession", sessionId: "s-1" },
  { do: "raise", subject: "alice", minimumTokenVersion: 3 },
  { do: "cutOff" },
];

it.each([
  ["a token", "token", { tokenId: "t-1" }],
  ["a session", "session", { sessionId: "s-1" }],
  ["a user", "subject", { subject: "alice" }],
  ["an issuer", "issuer", {}],
] as const)("the record of %s is lifted by who it is about, and no other", (_what, kind, identity) =>
  withLedger(async (bench) => {
    for (const command of SET) await bench.execute(command);
    const before = await bench.says(NAMES[kind]);
    const answer = await bench.ledger.execute({ id: "lift", do: "lift", issuer: ISSUER, ...identity, by: "ada" });
    expect(answer).toMatchObject({ changed: true, name: NAMES[kind], kind, before, record: null });
    const left = (await bench.ledger.reader.records()).records.map(({ name }) => name);
    expect(left).toEqual(
      Object.values(NAMES)
        .filter((name) => name !== NAMES[kind])
        .sort(),
    );
    expect((await bench.ledger.reader.history({ limit: 1 })).entries).toMatchObject([
      { op: "lift", name: NAMES[kind], kind, by: "ada", before, after: null },
    ]);
  }),
);

it("a lift by identity and one by name are the same command", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    const first = await bench.ledger.execute({ id: "x", do: "lift", issuer: ISSUER, subject: "alice" });
    expect(await bench.ledger.execute({ id: "x", do: "lift", name: NAMES.subject })).toEqual(first);
  }));

it("a lift by identity takes away what KV alone has so far, and shows it", () =>
  withLedger(async (bench) => {
    bench.kv.write(NAMES.subject, { format: 1, minimumTokenVersion: 9, by: "them" });
    const answer = await bench.ledger.execute({ id: "x", do: "lift", issuer: ISSUER, subject: "alice" });
    expect(answer).toMatchObject({ changed: true, before: { minimumTokenVersion: 9, by: "them" }, record: null });
  }));

it("a lift of what is not there changes nothing, and says that there was nothing", () =>
  withLedger(async (bench) => {
    const answer = await bench.ledger.execute({ id: "x", do: "lift", issuer: ISSUER, subject: "bob" });
    expect(answer).toMatchObject({ changed: false, before: null, record: null });
  }));

const USERS = Array.from({ length: 250 }, (_, index) => `user-${index}`);

function liftAll(more: object = {}) {
  return USERS.map((user) => ({
    ...{ command: { do: "lift", issuer: ISSUER, subject: user }, by: "ada", via: "secret", from: null },
    ...more,
  })) as readonly Attempt[];
}

describe("a list of lifts of what the ledger does not have", () => {
  it("asks KV for a hundred at a time, and once more for those that are there", () =>
    withLedger(async (bench) => {
      const there = await namer.name("subject", ISSUER, "user-120");
      bench.kv.write(there, { format: 1, minimumTokenVersion: 9, until: T + 1_000 });
      bench.kv.operations.length = 0;
      const results = await bench.ledger.submit(liftAll());
      const changed = results.flatMap((result, index) => (result.ok && result.acknowledgement.changed ? index : []));
      expect(changed).toEqual([120]);
      expect(bench.kv.operations.map((operation) => operation.split(" ").length - 1)).toEqual([100, 100, 50, 1]);
      expect(bench.kv.operations.at(-1)).toBe(`get ${there}`);
    }));

  it("costs as little to look at beforehand", () =>
    withLedger(async (bench) => {
      bench.kv.operations.length = 0;
      await bench.ledger.preview(liftAll().map(({ command }, index) => ({ id: `p-${index}`, ...command })));
      expect(bench.kv.operations).toHaveLength(3);
    }));

  it("asks KV nothing about what was refused before", () =>
    withLedger(async (bench) => {
      bench.kv.operations.length = 0;
      await bench.ledger.submit(liftAll({ refused: "forbidden" }));
      expect(bench.kv.operations).toEqual([]);
    }));

  it("lifts what came about by a command before it", () =>
    withLedger(async (bench) => {
      const raise = { do: "raise", issuer: ISSUER, subject: "user-7", minimumTokenVersion: 1 };
      const source = { by: "ada", via: "secret", from: null } as const;
      const results = await bench.ledger.submit([{ command: raise, ...source }, ...liftAll()]);
      const changed = results.flatMap((result, index) => (result.ok && result.acknowledgement.changed ? index : []));
      expect(changed).toEqual([0, 8]);
    }));

  it("is answered with an error when KV does not answer", () =>
    withLedger(async (bench) => {
      bench.kv.before = () => {
        throw new Error("KV is down");
      };
      await expect(bench.ledger.submit(liftAll())).rejects.toThrow("KV is down");
    }));
});

it.each([
  [{}, ["name is missing"]],
  [{ subject: "alice" }, ["issuer is missing"]],
  [{ issuer: "https://other.example", subject: "alice" }, ["issuer is not trusted by this guard"]],
  [{ issuer: ISSUER, subject: "alice", tokenId: "t" }, ["subject stands beside a tokenId"]],
  [{ issuer: ISSUER, subject: "" }, ["subject does not fit"]],
  [{ name: NAMES.subject, subject: "alice" }, ["subject does not belong to this command"]],
  [{ issuer: ISSUER, minimumTokenVersion: 1 }, ["minimumTokenVersion does not belong to this command"]],
])("a lift of %j is refused", (members, problems) =>
  withLedger(async (bench) => {
    const answer = await bench.ledger.answer({ id: "x", do: "lift", ...members });
    expect(answer.ok ? [] : answer.problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual(problems);
  }),
);

it("every answer has the record before and after", () =>
  withLedger(async (bench) => {
    const raise = (version: number) => bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: version });
    const raised = { format: 1, minimumTokenVersion: 3, until: T + LASTS, at: T };
    expect(await raise(3)).toMatchObject({ before: null, record: raised });
    expect(await raise(2)).toMatchObject({ changed: false, before: raised, record: raised });
    expect(await raise(4)).toMatchObject({ before: raised, record: { ...raised, minimumTokenVersion: 4 } });
  }));

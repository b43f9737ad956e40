import { expect, it } from "vitest";
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

import { expect, it } from "vitest";
import { ISSUER, namer, withLedger } from "./bench.ts";

it("the state of a token is what is on record of it, its session, its user and its issuer", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revokeSession", sessionId: "s" });
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    const answer = await bench.ledger.reader.state({ issuer: ISSUER, tokenId: "t", sessionId: "s", subject: "alice" });
    expect(answer).toEqual({
      ok: true,
      records: [
        { name: await namer.name("token", ISSUER, "t"), kind: "token", record: null },
        await bench.ledger.reader.record(await namer.name("session", ISSUER, "s")),
        await bench.ledger.reader.record(await namer.name("subject", ISSUER, "alice")),
        { name: await namer.name("issuer", ISSUER), kind: "issuer", record: null },
      ],
    });
  }));

it("what is not named is not looked for", () =>
  withLedger(async (bench) => {
    expect(await bench.ledger.reader.state({ issuer: ISSUER, subject: "alice", tokenId: undefined })).toMatchObject({
      records: [{ kind: "subject" }, { kind: "issuer" }],
    });
  }));

it("what was lifted is not there any more", () =>
  withLedger(async (bench) => {
    const { name } = await bench.execute({ do: "cutOff" });
    await bench.lift(name);
    expect(await bench.ledger.reader.state({ issuer: ISSUER })).toEqual({
      ok: true,
      records: [{ name, kind: "issuer", record: null }],
    });
  }));

it.each([
  [{}, ["issuer is missing"]],
  ["alice", ["issuer is missing"]],
  [null, ["issuer is missing"]],
  [{ issuer: "https://other.example" }, ["issuer is not trusted by this guard"]],
  [{ issuer: ISSUER, subject: "" }, ["subject does not fit"]],
  [{ issuer: ISSUER, subject: "x".repeat(513), tokenId: 7 }, ["subject does not fit", "tokenId does not fit"]],
  [{ issuer: ISSUER, sessionId: "\ud800" }, ["sessionId does not fit"]],
  [{ issuer: ISSUER, name: "x" }, ["name does not belong to this command"]],
])("a question that is wrong is answered with everything that is wrong: %j", (identity, problems) =>
  withLedger(async (bench) => {
    const answer = await bench.ledger.reader.state(identity);
    const found = answer.ok ? [] : answer.problems.map(({ path, problem }) => `${path} ${problem}`);
    expect(found).toEqual(problems);
  }),
);

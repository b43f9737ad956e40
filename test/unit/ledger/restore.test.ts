import { describe, expect, it } from "vitest";
import { decodeCommand } from "../../../src/ledger/decode-command.ts";
import { CommandRefused } from "../../../src/ledger/ledger-errors.ts";
import { ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const session = await namer.name("session", ISSUER, "session-1");
const subject = await namer.name("subject", ISSUER, "alice");
const issuer = await namer.name("issuer", ISSUER);

const ABOUT = { by: "ada", why: "laptop stolen", at: T - 5_000 };

const restore = (name: string, record: object) => ({ do: "restore", name, record, issuer: undefined });

describe("a record that was exported", () => {
  it.each([
    ["a token", token, { format: 1, revoked: true, until: T + 100, ...ABOUT }],
    ["a revoked session", session, { format: 1, revoked: true, until: T + 100 }],
    ["a session's cut-off", session, { format: 1, issuedBefore: T - 50.5, until: T + 100 }],
    ["a user", subject, { format: 1, issuedBefore: T, minimumTokenVersion: 7, until: T + 100, ...ABOUT }],
    ["an issuer", issuer, { format: 1, issuedBefore: T }],
  ])("comes back exactly: %s", (_what, name, record) =>
    withLedger(async (bench) => {
      const answer = await bench.execute({ ...restore(name, record), by: "rita", why: "moving" });
      expect(answer).toMatchObject({ sequence: 1, changed: true, name, record });
      expect(await bench.says(name)).toEqual(record);
      expect((await bench.ledger.reader.history()).entries).toMatchObject([
        { op: "restore", name, by: "rita", why: "moving" },
      ]);
      await bench.settle();
      expect(bench.kv.read(name)).toEqual(record);
    }),
  );

  it("changes nothing where it is already", () =>
    withLedger(async (bench) => {
      await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "rita" });
      const record = await bench.says(subject);
      const again = await bench.execute(restore(subject, record as object));
      expect(again).toMatchObject({ sequence: 1, changed: false, record });
    }));

  it.each([
    ["less than", 3, T + LASTS, 7, false],
    ["less than, and for longer than,", 3, T + LASTS + 1, 7, "longer"],
    ["as much as", 7, T + LASTS, 7, false],
    ["more than", 8, T + LASTS, 8, true],
  ])("never takes away: it says %s what is stored", (_what, version, until, kept, changed) =>
    withLedger(async (bench) => {
      await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "rita" });
      const answer = await bench.execute(
        restore(subject, { format: 1, minimumTokenVersion: version, until, ...ABOUT }),
      );
      const by = changed === true ? "ada" : "rita";
      expect(answer).toMatchObject({ changed: changed !== false, record: { minimumTokenVersion: kept, until, by } });
    }),
  );

  it("comes back after a lift", () =>
    withLedger(async (bench) => {
      await bench.execute({ do: "revoke", tokenId: "token-1" });
      const record = await bench.says(token);
      await bench.lift(token);
      expect(await bench.says(token)).toBeUndefined();
      expect(await bench.execute(restore(token, record as object))).toMatchObject({ changed: true, record });
    }));

  it("is carried out once for one id, and the id is good for no other record", () =>
    withLedger(async (bench) => {
      const one = { id: "import:1", ...restore(subject, { format: 1, minimumTokenVersion: 7 }) };
      const first = await bench.execute(one);
      expect(await bench.execute(one)).toEqual(first);
      const other = bench.execute({ ...one, record: { format: 1, minimumTokenVersion: 8 } });
      await expect(other).rejects.toMatchObject({
        problems: [{ path: "id", problem: "was given to another command" }],
      });
    }));

  it.each([
    ["a second ago", T - 1, false],
    ["now", T, false],
    ["in a second", T + 1, true],
  ])("that ended %s: it says nothing any more when it is over", (_when, until, changed) =>
    withLedger(async (bench) => {
      const answer = await bench.execute(restore(token, { format: 1, revoked: true, until }));
      expect(answer).toMatchObject({ changed, before: null });
      expect((await bench.ledger.reader.records()).records).toHaveLength(Number(changed));
      expect((await bench.ledger.reader.status()).sequence).toBe(Number(changed));
    }),
  );

  it("that is over does not begin anew with what is stored now", () =>
    withLedger(async (bench) => {
      await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
      const over = restore(subject, { format: 1, minimumTokenVersion: 9, until: T - 1 });
      expect(await bench.execute(over)).toMatchObject({ changed: false, record: { minimumTokenVersion: 3 } });
      expect(await bench.says(subject)).toMatchObject({ minimumTokenVersion: 3, until: T + LASTS });
    }));
});

const RESTORE = { id: "1", do: "restore", name: subject, record: { format: 1, minimumTokenVersion: 7 } };
const NO_RECORD = ["record is no record of this kind"];

it.each([
  ["no name", { ...RESTORE, name: undefined }, ["name is missing"]],
  ["no record", { ...RESTORE, record: undefined }, ["record is missing"]],
  ["a name that is none", { ...RESTORE, name: "alice" }, ["name does not fit"]],
  ["a record that is none", { ...RESTORE, record: "revoked" }, ["record does not fit"]],
  ["a list", { ...RESTORE, record: [] }, ["record does not fit"]],
  ["an end of its own", { ...RESTORE, until: T }, ["until does not belong to this command"]],
  ["what the kind cannot say", { ...RESTORE, record: { format: 1, revoked: true } }, NO_RECORD],
  ["nothing to say", { ...RESTORE, record: { format: 1 } }, NO_RECORD],
  ["another format", { ...RESTORE, record: { format: 2, minimumTokenVersion: 7 } }, NO_RECORD],
  ["an end in milliseconds", { ...RESTORE, record: { ...RESTORE.record, until: 253_402_300_800 } }, NO_RECORD],
  ["a cut-off in milliseconds", { ...RESTORE, record: { format: 1, issuedBefore: 253_402_300_800 } }, NO_RECORD],
])("a restore with %s is refused", (_what, command, problems) =>
  withLedger(async (bench) => {
    const refused = await bench.ledger.execute(command).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandRefused);
    expect((refused as CommandRefused).problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual(problems);
    expect((await bench.ledger.reader.status()).sequence).toBe(0);
  }),
);

it("a restore may have the last second of the year 9999", () => {
  const record = { format: 1, issuedBefore: 253_402_300_799, until: 253_402_300_799 };
  expect(decodeCommand({ ...RESTORE, record }, new Set())).toMatchObject({ ok: true });
});

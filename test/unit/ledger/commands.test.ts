import { expect, it } from "vitest";
import { CommandRefused } from "../../../src/ledger/ledger-errors.ts";
import { type Bench, ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const token = await namer.name("token", ISSUER, "token-1");
const session = await namer.name("session", ISSUER, "session-1");
const subject = await namer.name("subject", ISSUER, "alice");
const issuer = await namer.name("issuer", ISSUER);

const END = T + LASTS;

async function preview(bench: Bench, command: Record<string, unknown>) {
  const asked = { id: "preview", do: "revoke", issuer: ISSUER, tokenId: "token-1", ...command };
  return (await bench.ledger.preview([asked]))[0];
}

it.each([
  [
    "a token with its exp",
    { do: "revoke", tokenId: "token-1", expiresAt: T + 900 },
    token,
    { revoked: true, until: T + 960 },
  ],
  [
    "a token with a fraction in exp",
    { do: "revoke", tokenId: "token-1", expiresAt: T + 0.5 },
    token,
    { revoked: true, until: T + 61 },
  ],
  ["a token", { do: "revoke", tokenId: "token-1" }, token, { revoked: true, until: END }],
  ["a session", { do: "revokeSession", sessionId: "session-1" }, session, { revoked: true, until: END }],
  [
    "a version",
    { do: "raise", subject: "alice", minimumTokenVersion: 7 },
    subject,
    { minimumTokenVersion: 7, until: END },
  ],
  ["a user", { do: "cutOff", subject: "alice" }, subject, { issuedBefore: T, until: END }],
  ["a session's past", { do: "cutOff", sessionId: "session-1" }, session, { issuedBefore: T, until: END }],
  ["an issuer", { do: "cutOff" }, issuer, { issuedBefore: T, until: END }],
  ["a past cut-off", { do: "cutOff", issuedBefore: T - 100 }, issuer, { issuedBefore: T - 100, until: END }],
  ["a future cut-off", { do: "cutOff", issuedBefore: T + 100 }, issuer, { issuedBefore: T + 100, until: END + 100 }],
  ["a longer time", { do: "cutOff", until: END + 1 }, issuer, { issuedBefore: T, until: END + 1 }],
  ["exactly the least time", { do: "cutOff", until: END }, issuer, { issuedBefore: T, until: END }],
])("a command about %s becomes a record that lasts as long as such a token", (_what, command, name, says) =>
  withLedger(async ({ ledger }) => {
    const answer = await ledger.execute({ id: "1", issuer: ISSUER, by: "me", why: "a test", ...command });
    const record = { format: 1, ...says, by: "me", why: "a test", at: T };
    const kind = name.split(":")[1];
    expect(answer).toEqual({ sequence: 1, changed: true, name, kind, before: null, record, enforcedBy: T + 5 });
    expect(await ledger.reader.record(name)).toMatchObject({ record, sequence: 1, pending: true, invalid: false });
  }),
);

it.each([
  ["a token with its exp", { do: "revoke", tokenId: "t", expiresAt: T + 900, until: T + 959 }, T + 960],
  ["a session", { do: "revokeSession", sessionId: "s", until: END - 1 }, END],
  ["a future cut-off", { do: "cutOff", issuedBefore: T + 100, until: END + 99 }, END + 100],
])("an end that is too soon for %s is refused with the least that it may be", (_what, command, least) =>
  withLedger(async (bench) => {
    const refused = await bench.execute(command).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandRefused);
    expect((refused as CommandRefused).problems).toMatchObject([
      { path: "until", remedy: `Give at least ${least}, or leave it out.` },
    ]);
    expect((await bench.ledger.reader.status()).sequence).toBe(0);
  }),
);

it.each([
  ["exp", { expiresAt: T - 60 }, "expiresAt", { expiresAt: T - 59 }],
  ["exp with a fraction", { expiresAt: T - 61.5 }, "expiresAt", { expiresAt: T - 59.5 }],
  ["end", { expiresAt: T - 900, until: T }, "until", { expiresAt: T - 900, until: T + 1 }],
])(
  "a record whose %s makes it over already is refused, and one that lasts a second more is not",
  (_what, over, path, lasts) =>
    withLedger(async (bench) => {
      const refused = await bench
        .execute({ do: "revoke", tokenId: "token-1", ...over })
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(CommandRefused);
      expect((refused as CommandRefused).problems).toMatchObject([{ path, problem: "has passed: nothing to revoke" }]);
      expect(await preview(bench, over)).toMatchObject({ ok: false, problems: [{ path }] });
      expect((await bench.ledger.reader.status()).sequence).toBe(0);
      expect(await preview(bench, lasts)).toMatchObject({ ok: true, preview: { changed: true } });
      const answer = await bench.execute({ do: "revoke", tokenId: "token-1", ...lasts });
      expect(answer).toMatchObject({ changed: true, record: { revoked: true, until: T + 1 } });
    }),
);

it("a command that was carried out in time gets the same answer after its record's end", () =>
  withLedger(async (bench) => {
    const command = { id: "once", do: "revoke", tokenId: "token-1", expiresAt: T };
    const first = await bench.execute(command);
    bench.clock.pass(61_000);
    expect(await bench.execute(command)).toEqual(first);
    await expect(bench.execute({ ...command, id: "another" })).rejects.toMatchObject({
      problems: [{ path: "expiresAt" }],
    });
  }));

it.each([
  ["less", { minimumTokenVersion: 3 }],
  ["the same", { minimumTokenVersion: 7 }],
])("who asks for %s later makes the record last longer, and leaves who, why and when", (_what, asked) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "ada", why: "stolen" });
    const why = { by: "ada", why: "stolen", at: T };
    bench.clock.pass(100_000);
    const later = await bench.execute({ do: "raise", subject: "alice", ...asked, by: "rita", why: "routine" });
    const record = { format: 1, minimumTokenVersion: 7, until: END + 100, ...why };
    expect(later).toMatchObject({ sequence: 2, changed: true, record });
    expect(later.record).toEqual(record);
    const again = await bench.execute({ do: "raise", subject: "alice", ...asked, by: "rita", why: "routine" });
    expect(again).toMatchObject({ sequence: 2, changed: false, record });
  }),
);

it.each([
  ["an end that is asked for", { until: END + 1 }, END + 1, true],
  ["no later end", { until: END }, END, false],
])("who asks for less with %s leaves who, why and when", (_what, asked, until, changed) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "ada" });
    const answer = await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3, by: "rita", ...asked });
    expect(answer).toMatchObject({ changed, record: { minimumTokenVersion: 7, until, by: "ada" } });
  }),
);

it.each([
  ["a version", { do: "raise", subject: "alice", minimumTokenVersion: 8 }, subject],
  ["a cut-off", { do: "cutOff", subject: "alice", issuedBefore: T - 49 }, subject],
  ["a revocation", { do: "revokeSession", sessionId: "session-1" }, session],
])("who adds %s is who the record names", (_what, asked, name) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, by: "ada", why: "stolen" });
    await bench.execute({ do: "cutOff", subject: "alice", issuedBefore: T - 50, by: "ada", why: "stolen" });
    await bench.execute({ do: "cutOff", sessionId: "session-1", by: "ada", why: "stolen" });
    bench.clock.pass(1_000);
    await bench.execute({ ...asked, by: "rita" });
    const record = await bench.says(name);
    expect(record).toMatchObject({ by: "rita", at: T + 1 });
    expect(record).not.toHaveProperty("why");
  }),
);

it.each([
  ["still counts", END - 1, "ada"],
  ["is over", END, "rita"],
])("who revokes a session again, whose record %s, is named only when that revokes it", (_what, at, by) =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revokeSession", sessionId: "session-1", by: "ada" });
    bench.clock.pass((at - T) * 1_000);
    await bench.execute({ do: "revokeSession", sessionId: "session-1", by: "rita" });
    expect(await bench.says(session)).toMatchObject({ revoked: true, by, until: at + LASTS });
  }),
);

it("restrictions only rise: what asks for less changes nothing and gets the record as it stands", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7 });
    const less = await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    expect(less).toMatchObject({ sequence: 1, changed: false, record: { minimumTokenVersion: 7 } });
    const more = await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 8 });
    expect(more).toMatchObject({ sequence: 2, changed: true, record: { minimumTokenVersion: 8 } });
  }));

it("whoever changes one restriction of a user keeps the other, and the later end", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 7, until: END + 500 });
    const both = await bench.execute({ do: "cutOff", subject: "alice" });
    expect(both.record).toMatchObject({ minimumTokenVersion: 7, issuedBefore: T, until: END + 500 });
  }));

it.each([
  [{ do: "revokeSession" }, { do: "cutOff" }],
  [{ do: "cutOff" }, { do: "revokeSession" }],
])("a session that is revoked and cut off is revoked, in either order", (first, second) =>
  withLedger(async (bench) => {
    await bench.execute({ ...first, sessionId: "session-1" });
    await bench.execute({ ...second, sessionId: "session-1" });
    expect(await bench.says(session)).toMatchObject({ revoked: true });
    expect(await bench.says(session)).not.toHaveProperty("issuedBefore");
  }),
);

it("the same id again changes nothing and gets the same answer, also from another object and at the same time", () =>
  withLedger(async (bench) => {
    const command = { id: "once", do: "cutOff", issuer: ISSUER };
    const [first, atOnce] = await Promise.all([bench.ledger.execute(command), bench.ledger.execute(command)]);
    expect(atOnce).toEqual(first);
    bench.clock.pass(10_000);
    expect(await bench.ledger.execute(command)).toEqual(first);
    await bench.restart();
    expect(await bench.ledger.execute(command)).toEqual(first);
    expect((await bench.ledger.reader.status()).sequence).toBe(1);
  }));

it.each([{ tokenId: "token-2" }, { expiresAt: T + 5 }, { until: END + 9 }])(
  "an id that was given to another command (%o) is refused",
  (difference) =>
    withLedger(async (bench) => {
      await bench.execute({ id: "once", do: "revoke", tokenId: "token-1" });
      const again = bench.execute({ id: "once", do: "revoke", tokenId: "token-1", ...difference });
      await expect(again).rejects.toMatchObject({ problems: [{ path: "id" }] });
      expect((await bench.ledger.reader.status()).records).toBe(1);
    }),
);

it("a lift takes the record away; lifting again, or what never was, changes nothing", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revoke", tokenId: "token-1" });
    expect(await bench.lift(token)).toMatchObject({ sequence: 2, changed: true, record: null, kind: "token" });
    expect(await bench.ledger.reader.record(token)).toBeNull();
    expect(await bench.lift(token)).toMatchObject({ sequence: 2, changed: false, record: null });
    expect(await bench.lift(subject)).toMatchObject({ sequence: 2, changed: false, record: null });
  }));

it("a record comes back after a lift with what the new command says, and nothing of the old", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "revokeSession", sessionId: "session-1" });
    await bench.lift(session);
    await bench.execute({ do: "cutOff", sessionId: "session-1" });
    expect(await bench.says(session)).toEqual({ format: 1, issuedBefore: T, until: END, at: T });
  }));

it("a record that only KV has can be lifted before any scan has seen it", () =>
  withLedger(async (bench) => {
    bench.kv.write(token, { format: 1, revoked: true, until: END });
    expect(await bench.lift(token)).toMatchObject({ changed: true, record: null });
    await bench.settle();
    expect(bench.kv.keys.size).toBe(0);
  }));

it("commands are taken, durably, while the ledger has not read KV yet", () =>
  withLedger(
    async (bench) => {
      expect(await bench.execute({ do: "revoke", tokenId: "token-1" })).toMatchObject({ changed: true });
      await bench.restart();
      expect(await bench.says(token)).toMatchObject({ revoked: true });
    },
    () => undefined,
  ));

it("history names what was commanded, newest first, page by page, and no identity", () =>
  withLedger(async (bench) => {
    await bench.execute({ id: "a", do: "revoke", tokenId: "token-1", by: "me", why: "lost" });
    await bench.execute({ id: "b", do: "cutOff", subject: "alice" });
    await bench.execute({ id: "c", do: "cutOff" });
    const first = await bench.ledger.reader.history({ limit: 2 });
    expect(first.entries.map(({ id, op }) => [id, op])).toEqual([
      ["c", "cutOff"],
      ["b", "cutOff"],
    ]);
    const second = await bench.ledger.reader.history({ before: first.next ?? 0, limit: 2 });
    expect(second).toEqual({
      entries: [
        {
          ...{ number: 1, at: T, lastAt: T, op: "revoke", name: token, kind: "token", id: "a", by: "me", via: null },
          ...{ why: "lost", asked: {}, before: null, sequence: 1, changed: true },
          after: { format: 1, revoked: true, until: END, by: "me", why: "lost", at: T },
          ...{ from: null, problem: null, times: 1 },
        },
      ],
      next: null,
    });
    const kept = JSON.stringify(bench.storage.exec("SELECT * FROM history"));
    expect(kept).not.toContain("alice");
    expect(kept).not.toContain("token-1");
  }));

it("records are listed in order of name, by kind and page by page", () =>
  withLedger(async (bench) => {
    for (let index = 0; index < 5; index++) await bench.execute({ do: "revoke", tokenId: `token-${index}` });
    await bench.execute({ do: "cutOff", subject: "alice" });
    const first = await bench.ledger.reader.records({ kind: "token", limit: 3 });
    const second = await bench.ledger.reader.records({ kind: "token", limit: 3, after: first.next ?? "" });
    const names = [...first.records, ...second.records].map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(5);
    expect(second.next).toBeNull();
    expect((await bench.ledger.reader.records()).records).toHaveLength(6);
    bench.clock.pass((LASTS + 1) * 1_000);
    expect((await bench.ledger.reader.records()).records).toEqual([]);
  }));

import { expect, it } from "vitest";
import { type Bench, ISSUER, LASTS, namer, T, withLedger } from "./bench.ts";

const subject = await namer.name("subject", ISSUER, "alice");
const session = await namer.name("session", ISSUER, "session-1");
const END = T + LASTS;

async function preview(bench: Bench, command: Record<string, unknown>) {
  return (await bench.ledger.preview([{ id: "preview", ...command }]))[0];
}

/** All that the ledger has in its tables. */
function tablesOf({ storage }: Bench): unknown {
  return ["ledger", "records", "history"].map((table) => storage.exec(`SELECT * FROM ${table}`));
}

it("a preview says what a command would write, and writes nothing", () =>
  withLedger(async (bench) => {
    const before = tablesOf(bench);
    const answer = await preview(bench, { do: "cutOff", issuer: ISSUER, subject: "alice", by: "me", why: "lost" });
    expect(answer).toEqual({
      ok: true,
      preview: {
        ...{ dryRun: true, changed: true, name: subject, kind: "subject", before: null, enforcedBy: T + 5 },
        record: { format: 1, issuedBefore: T, until: END, by: "me", why: "lost", at: T },
      },
    });
    expect(tablesOf(bench)).toEqual(before);
  }));

it("a preview says what would be superseded, merged as the command would merge it", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3, by: "me" });
    bench.clock.pass(1_000);
    const before = { format: 1, minimumTokenVersion: 3, until: END, by: "me", at: T };
    const cutOff = await preview(bench, { do: "cutOff", issuer: ISSUER, subject: "alice" });
    expect(cutOff).toMatchObject({ ok: true, preview: { changed: true, before } });
    const record = { format: 1, minimumTokenVersion: 3, issuedBefore: T + 1, until: END + 1, at: T + 1 };
    expect(cutOff).toMatchObject({ preview: { record } });
    const executed = await bench.execute({ do: "cutOff", subject: "alice" });
    expect(executed.record).toEqual(record);
  }));

it("a preview says so when nothing would change", () =>
  withLedger(async (bench) => {
    const { record } = await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    const answer = await preview(bench, { do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 2 });
    expect(answer).toMatchObject({ ok: true, preview: { changed: false, before: record, record } });
  }));

it("a preview of a lift shows what would go, also when KV alone has it so far", () =>
  withLedger(async (bench) => {
    await bench.execute({ do: "raise", subject: "alice", minimumTokenVersion: 3 });
    const known = await preview(bench, { do: "lift", name: subject });
    expect(known).toMatchObject({
      preview: { changed: true, before: { minimumTokenVersion: 3 }, record: null, kind: "subject" },
    });
    bench.kv.write(session, { format: 1, revoked: true });
    const before = tablesOf(bench);
    const unseen = await preview(bench, { do: "lift", name: session });
    expect(unseen).toMatchObject({ preview: { changed: true, before: { revoked: true }, record: null } });
    expect(tablesOf(bench)).toEqual(before);
    const nothing = await preview(bench, { do: "lift", name: await namer.name("token", ISSUER, "t") });
    expect(nothing).toMatchObject({ preview: { changed: false, before: null, record: null } });
  }));

it("a preview of a command that was carried out changes nothing, and one with another's id is refused", () =>
  withLedger(async (bench) => {
    const command = { id: "once", do: "raise", issuer: ISSUER, subject: "alice", minimumTokenVersion: 3 };
    await bench.ledger.execute(command);
    const again = await preview(bench, command);
    expect(again).toMatchObject({ preview: { changed: false, record: { minimumTokenVersion: 3 } } });
    const other = await preview(bench, { ...command, minimumTokenVersion: 4 });
    expect(other).toMatchObject({ ok: false, problems: [{ path: "id" }] });
  }));

it("a preview finds everything that is wrong with a command", () =>
  withLedger(async (bench) => {
    const refused = await preview(bench, { do: "revoke", issuer: "https://other.example" });
    expect(refused).toMatchObject({ ok: false, problems: [{ path: "tokenId" }, { path: "issuer" }] });
  }));

it("previews of a list say what each command would do after those before it, and nothing is written", () =>
  withLedger(async (bench) => {
    const raise = { do: "raise", issuer: ISSUER, subject: "alice" };
    const before = tablesOf(bench);
    const answers = await bench.ledger.preview([
      { id: "1", ...raise, minimumTokenVersion: 3 },
      { id: "2", ...raise },
      { id: "1", ...raise, minimumTokenVersion: 4 },
      { id: "3", ...raise, minimumTokenVersion: 2 },
      { id: "4", do: "lift", name: subject },
      { id: "5", ...raise, minimumTokenVersion: 1 },
    ]);
    expect(answers).toMatchObject([
      { ok: true, preview: { changed: true, before: null, record: { minimumTokenVersion: 3 } } },
      { ok: false, problems: [{ path: "minimumTokenVersion" }] },
      { ok: false, problems: [{ path: "id" }] },
      { ok: true, preview: { changed: false, record: { minimumTokenVersion: 3 } } },
      { ok: true, preview: { changed: true, before: { minimumTokenVersion: 3 }, record: null } },
      { ok: true, preview: { changed: true, before: null, record: { minimumTokenVersion: 1 } } },
    ]);
    expect(tablesOf(bench)).toEqual(before);
  }));

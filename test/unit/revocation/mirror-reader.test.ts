import { describe, expect, it } from "vitest";
import type { RevocationRecord } from "../../../src/model/revocation.ts";
import { B, BOUNDED, BOUNDED_OR_DENY, Isolate, never, warm } from "./mirror-fixture.ts";
import { ALICE, BOB, CUT_OFF, nameOf, namer, REVOKED, SAYS_CUT_OFF, SAYS_REVOKED, T } from "./store.ts";

const ISSUER_NAME = await namer.name("issuer", ALICE.issuer);

function version(minimumTokenVersion: number): RevocationRecord {
  return { ...SAYS_REVOKED, revoked: false, minimumTokenVersion };
}

/** An isolate whose mirror has become too old, and whose ledger does not answer any more. */
async function stale(prepare: (isolate: Isolate) => Promise<void> = async () => {}): Promise<Isolate> {
  const isolate = new Isolate();
  await prepare(isolate);
  await isolate.lookUp();
  isolate.ledger.answer = () => Promise.reject(new Error("no ledger"));
  isolate.ledger.answerLook = () => Promise.reject(new Error("no ledger"));
  await isolate.clock.advance(B);
  return isolate;
}

describe("a fresh mirror", () => {
  it("has the record of every kind, and says as of when", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    isolate.ledger.append(await nameOf("session", ALICE), SAYS_CUT_OFF);
    isolate.ledger.append(await nameOf("subject", ALICE), version(3));
    isolate.ledger.append(ISSUER_NAME, SAYS_CUT_OFF);
    await isolate.lookUp();
    await isolate.clock.advance(500);
    expect(await isolate.lookUp()).toEqual({
      status: "known",
      records: { token: SAYS_REVOKED, session: SAYS_CUT_OFF, subject: version(3), issuer: SAYS_CUT_OFF },
      source: "mirror",
      asOf: T,
    });
    expect(await isolate.lookUp(BOUNDED, BOB)).toMatchObject({ records: { issuer: SAYS_CUT_OFF }, source: "mirror" });
    expect(isolate.store.reads).toEqual([]);
  });

  it("leaves out kinds for which the token has no claim", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("session", ALICE), SAYS_REVOKED);
    expect(await isolate.lookUp(BOUNDED, { ...ALICE, sessionId: undefined })).toHaveProperty("records", {});
  });

  it("passes over no record that cannot be read", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("subject", ALICE), version(3), true);
    expect(await isolate.lookUp()).toEqual({ status: "record_invalid", kind: "subject" });
    expect(await isolate.lookUp(BOUNDED, BOB)).toMatchObject({ status: "known" });
  });

  it.each([
    [B - 1, "mirror"],
    [B, "kv"],
  ])("is one of less than B: %d ms after the question KV or mirror is %s", async (age, source) => {
    const isolate = await warm();
    isolate.ledger.answer = () => never;
    await isolate.clock.advance(age);
    expect(await isolate.lookUp()).toMatchObject({ status: "known", source });
  });
});

describe("a mirror that is not fresh", () => {
  const lastKnown = { token: SAYS_REVOKED };
  const withAlice = async ({ ledger }: Isolate) => ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);

  it("still condemns, and clears nobody, where KV may not answer", async () => {
    const isolate = await stale(withAlice);
    const unavailable = { status: "unavailable", cause: "stale" };
    expect(await isolate.lookUp(BOUNDED_OR_DENY)).toEqual({ ...unavailable, lastKnown });
    expect(await isolate.lookUp(BOUNDED_OR_DENY, BOB)).toEqual({ ...unavailable, lastKnown: {} });
    expect(isolate.store.reads).toEqual([]);
  });

  it("leaves the answer to KV, and still condemns what KV does not know", async () => {
    const isolate = await stale(withAlice);
    isolate.store.records.set(ISSUER_NAME, CUT_OFF);
    const asOf = T + B / 1_000;
    const issuer = SAYS_CUT_OFF;
    expect(await isolate.lookUp()).toEqual({ status: "known", source: "kv", asOf, records: { ...lastKnown, issuer } });
    expect(await isolate.lookUp(BOUNDED, BOB)).toEqual({ status: "known", source: "kv", asOf, records: { issuer } });
  });

  it("takes the strictest of what it knows and what KV says of one record", async () => {
    const isolate = await stale(async ({ ledger }) => ledger.append(await nameOf("subject", ALICE), version(3)));
    isolate.store.records.set(await nameOf("subject", ALICE), CUT_OFF);
    expect(await isolate.lookUp()).toMatchObject({ records: { subject: { ...version(3), issuedBefore: 5 } } });
  });

  it("remembers under each kind what KV reported, so that it never turns back to accepting", async () => {
    const isolate = await stale();
    isolate.store.records.set(await nameOf("session", ALICE), REVOKED);
    isolate.store.records.set(ISSUER_NAME, CUT_OFF);
    await isolate.lookUp();
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    isolate.store.records.clear();
    await isolate.clock.advance(60_000);
    expect(await isolate.lookUp()).toMatchObject({
      source: "mirror",
      records: { session: SAYS_REVOKED, issuer: SAYS_CUT_OFF },
    });
    const records = { issuer: SAYS_CUT_OFF };
    expect(await isolate.lookUp(BOUNDED, BOB)).toEqual({ status: "known", source: "mirror", asOf: T + 65, records });
  });

  it("does not remember KV's copy of what was lifted lately", async () => {
    const isolate = await stale(async ({ ledger }) => {
      ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
      ledger.append(await nameOf("token", ALICE), "lifted");
    });
    isolate.store.records.set(await nameOf("token", ALICE), REVOKED);
    expect(await isolate.lookUp()).toMatchObject({ source: "kv", records: lastKnown });
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    await isolate.clock.advance(1_000);
    expect(await isolate.lookUp()).toHaveProperty("records", {});
  });

  it("adds what it knows to what KV knew, when KV fails as well", async () => {
    const isolate = await stale(withAlice);
    isolate.store.records.set(ISSUER_NAME, CUT_OFF);
    await isolate.lookUp(BOUNDED, BOB);
    isolate.store.answer = () => Promise.reject(new Error("no KV"));
    await isolate.clock.advance(60_000);
    expect(await isolate.lookUp()).toEqual({
      status: "unavailable",
      cause: "error",
      lastKnown: { token: SAYS_REVOKED, issuer: SAYS_CUT_OFF },
    });
  });

  it("says so when it is KV that does not answer", async () => {
    const isolate = await stale();
    isolate.store.answer = () => never;
    expect(await isolate.lookUp()).toEqual({ status: "unavailable", cause: "timeout", lastKnown: {} });
  });

  it.each([BOUNDED, BOUNDED_OR_DENY])(
    "passes over no record that could not be read when it was fresh: %o",
    async (demand) => {
      const isolate = await stale(async ({ ledger }) => ledger.append(await nameOf("token", ALICE), "lifted", true));
      expect(await isolate.lookUp(demand)).toEqual({ status: "record_invalid", kind: "token" });
    },
  );

  it("passes over no record that KV cannot read", async () => {
    const isolate = await stale();
    isolate.store.records.set(await nameOf("session", ALICE), "rubbish");
    expect(await isolate.lookUp()).toEqual({ status: "record_invalid", kind: "session" });
  });

  it("that learned something while KV was asked has its say", async () => {
    const isolate = await stale();
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const honest = isolate.store.answer;
    isolate.store.answer = async (names) => {
      asked.resolve();
      await answer.promise;
      return honest(names);
    };
    const slow = await isolate.begin();
    await asked.promise;
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    isolate.ledger.answer = async (question) => isolate.ledger.honest(question);
    await isolate.clock.advance(1_000);
    await isolate.lookUp(BOUNDED_OR_DENY, BOB);
    answer.resolve();
    await isolate.clock.advance(1);
    expect(slow.lookup).toMatchObject({ status: "known", source: "kv", records: lastKnown });
  });
});

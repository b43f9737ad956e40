import { describe, expect, it } from "vitest";
import type { LookAnswer } from "../../../src/revocation/feed.ts";
import { BOUNDED, Isolate, never, STRICT, STRICT_OR_DENY, warm } from "./mirror-fixture.ts";
import { ALICE, nameOf, namer, SAYS_CUT_OFF, SAYS_REVOKED, T } from "./store.ts";

const ISSUER_NAME = await namer.name("issuer", ALICE.issuer);

describe("a strict route", () => {
  const KNOWN: LookAnswer = { kind: "known", records: { token: SAYS_REVOKED } };

  it("asks the ledger for each request, however fresh the mirror is", async () => {
    const isolate = await warm();
    isolate.ledger.answerLook = async () => KNOWN;
    await isolate.clock.advance(10);
    for (let request = 1; request <= 3; request++) {
      expect(await isolate.lookUp(STRICT)).toEqual({
        status: "known",
        records: { token: SAYS_REVOKED },
        source: "ledger",
        asOf: T + 0.01,
      });
      expect(isolate.ledger.looks).toHaveLength(request);
    }
    expect(isolate.ledger.looks[0]).toEqual((await namer.namesFor(ALICE)).map(({ name }) => name));
  });

  it("is as of when the ledger was asked, not of when it answered", async () => {
    const isolate = await warm();
    isolate.ledger.answerLook = () => new Promise((resolve) => isolate.clock.after(700, () => resolve(KNOWN)));
    expect(await isolate.lookUp(STRICT)).toMatchObject({ source: "ledger", asOf: T });
  });

  it("lets the mirror know what the ledger said, so that other routes do not go on accepting", async () => {
    const isolate = await warm();
    isolate.ledger.answerLook = async () => KNOWN;
    await isolate.lookUp(STRICT);
    expect(await isolate.lookUp(BOUNDED)).toMatchObject({ source: "mirror", records: { token: SAYS_REVOKED } });
  });

  it("refuses what the mirror knows to be revoked, too", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(ISSUER_NAME, SAYS_CUT_OFF);
    await isolate.lookUp();
    isolate.ledger.answerLook = async () => KNOWN;
    const records = { token: SAYS_REVOKED, issuer: SAYS_CUT_OFF };
    expect(await isolate.lookUp(STRICT)).toMatchObject({ source: "ledger", records });
  });

  it("keeps the mirror following, so that what was lifted does not stay refused", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    await isolate.lookUp(BOUNDED);
    isolate.ledger.append(await nameOf("token", ALICE), "lifted");
    await isolate.clock.advance(1_000);
    await isolate.lookUp(STRICT);
    expect(await isolate.lookUp(STRICT)).toHaveProperty("records", {});
  });

  it("passes over no record that the ledger cannot read, and believes it that another one can be read", async () => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("token", ALICE), "lifted", true);
    await isolate.lookUp();
    expect(await isolate.lookUp(STRICT)).toMatchObject({ status: "known", source: "ledger" });
    isolate.ledger.answerLook = async () => ({ kind: "invalid", of: "subject" });
    expect(await isolate.lookUp(STRICT)).toEqual({ status: "record_invalid", kind: "subject" });
  });

  it.each<[string, () => Promise<LookAnswer>, string]>([
    ["fails", () => Promise.reject(new Error("no ledger")), "error"],
    [
      "throws before it gives a promise",
      () => {
        throw new Error("no binding");
      },
      "error",
    ],
    ["is still reading what is in KV", async () => ({ kind: "starting" }), "error"],
    ["hangs", () => never, "timeout"],
  ])("does not rely on a fresh mirror when the ledger %s", async (_, answerLook, cause) => {
    const isolate = new Isolate();
    isolate.ledger.append(await nameOf("token", ALICE), SAYS_REVOKED);
    await isolate.lookUp();
    isolate.ledger.answerLook = answerLook;
    const known = { token: SAYS_REVOKED };
    expect(await isolate.lookUp(STRICT_OR_DENY)).toEqual({ status: "unavailable", cause, lastKnown: known });
    expect(isolate.store.reads).toEqual([]);
    expect(await isolate.lookUp(STRICT)).toMatchObject({ status: "known", source: "kv", records: known });
  });

  it("waits for the ledger for a second and no longer", async () => {
    const isolate = await warm();
    isolate.ledger.answerLook = () => never;
    const begun = await isolate.begin(STRICT_OR_DENY);
    await isolate.clock.advance(999);
    expect(begun.lookup).toBeUndefined();
    await isolate.clock.advance(1);
    expect(begun.lookup).toMatchObject({ status: "unavailable", cause: "timeout" });
  });
});

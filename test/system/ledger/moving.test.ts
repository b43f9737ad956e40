import { describe, expect, it } from "vitest";
import { ROUTES, setScene, type TestToken } from "./setup.ts";

const GUARDS = ["guard-1", "guard-2"];
const PATHS = ["/", "/deny/", "/strict/", "/strict-or-kv/"];

describe("a live system that moves", () => {
  const scene = setScene({ guards: [], kvOnly: GUARDS, issuers: ["https://cut-off.example"] });
  let refused: TestToken[];
  let good: TestToken;

  /** Asks as fast as possible, and so before a ledger is ready. */
  async function statusesOf(presented: TestToken, paths: readonly string[]): Promise<number[]> {
    const { system } = scene();
    const answers = GUARDS.flatMap((guard) => paths.map((path) => system.present(guard, presented.token, path)));
    return (await Promise.all(answers)).map(({ status }) => status);
  }

  it("from KV alone to a ledger enforces what others wrote before, from the first request on", async () => {
    const { system, issuer, issuers, token, askUntilKnown } = scene();
    const records = await system.openRecords();
    const [cutOff] = issuers;
    if (cutOff === undefined) throw new Error("there is a second issuer");
    const [byToken, bySession, bySubject] = [await token(), await token(), await token({ ver: 2 })];
    const claims = cutOff.claims();
    await records.revokeToken(issuer.issuer, byToken.claims["jti"]);
    await records.revokeSession(issuer.issuer, String(bySession.claims["sid"]));
    await records.raiseMinimumVersion(issuer.issuer, String(bySubject.claims["sub"]), 3);
    await records.write("issuer", cutOff.issuer, undefined, { issuedBefore: Math.floor(Date.now() / 1000) + 60 });
    refused = [byToken, bySession, bySubject, { token: await cutOff.sign(claims), claims }];
    good = await token();
    for (const each of refused) expect(new Set(await statusesOf(each, ["/"]))).toEqual(new Set([401]));

    await system.change({ guards: GUARDS, kvOnly: [] });
    const first = await Promise.all(refused.map((each) => statusesOf(each, PATHS)));
    for (const status of first.flat()) expect([401, 503]).toContain(status);
    expect(new Set(await statusesOf(good, ["/"]))).toEqual(new Set([200]));

    await system.untilReady("guard-1");
    for (const guard of GUARDS) {
      await system.fail(guard, { store: "reject" });
      for (const path of PATHS) {
        for (const each of refused)
          expect([path, await askUntilKnown(guard, each, path)]).toMatchObject([path, { status: 401 }]);
        expect([path, await askUntilKnown(guard, good, path)]).toMatchObject([path, { status: 200 }]);
      }
    }
  });

  it("back to KV alone enforces what was revoked through the ledger", async () => {
    const { system, issuer, token } = scene();
    const bad = await token();
    const command = { id: "last", do: "revoke", issuer: issuer.issuer, tokenId: bad.claims["jti"] };
    const { name } = await system.command("guard-1", command);
    await expect.poll(async () => (await system.kv).get(name), { timeout: 10_000 }).not.toBeNull();
    await system.change({ guards: [], kvOnly: GUARDS });
    for (const each of [...refused, bad]) expect(new Set(await statusesOf(each, ["/"]))).toEqual(new Set([401]));
    expect(new Set(await statusesOf(good, ["/"]))).toEqual(new Set([200]));
  });

  it("to a ledger once more finds everything there, its own records and those of others", async () => {
    const { system, issuer, token, askUntilKnown } = scene();
    const records = await system.openRecords();
    const meanwhile = await token();
    await records.revokeToken(issuer.issuer, meanwhile.claims["jti"]);
    await system.change({ guards: GUARDS, kvOnly: [], ledgerVars: { ROUTES } });
    for (const each of refused) expect(await askUntilKnown("guard-1", each)).toMatchObject({ status: 401 });
    // The ledger has its storage, so that it answers at once, and finds what it missed by its next scan.
    await expect.poll(async () => (await askUntilKnown("guard-1", meanwhile)).status, { timeout: 15_000 }).toBe(401);
  });
});

import { describe, expect, it, vi } from "vitest";
import { setScene, untilEnforced } from "./setup.ts";

const GUARDS = ["guard-1", "guard-2"];

/** A mirror asks once a second, and only when a request comes. */
const SOON = { timeout: 10_000, interval: 200 };

describe("a ledger", () => {
  const scene = setScene();

  it.each([
    { what: "crashes", happen: () => scene().system.crashLedger() },
    { what: "is put out of memory", happen: () => scene().system.evictLedger() },
    { what: "is killed together with all guards", happen: () => scene().system.restart() },
  ])("that $what goes on where it was", async ({ what, happen }) => {
    const { system, issuer, token, askUntilKnown } = scene();
    const [bad, forgiven] = [await token(), await token()];
    const revoke = {
      id: `${what}:1`.replaceAll(" ", "_"),
      do: "revoke",
      issuer: issuer.issuer,
      tokenId: bad.claims["jti"],
    };
    const other = { ...revoke, id: `${revoke.id}:2`, tokenId: forgiven.claims["jti"] };
    const acknowledged = await system.command("guard-1", revoke);
    const { name } = await system.command("guard-1", other);
    const lifted = await system.command("guard-1", { id: `${revoke.id}:3`, do: "lift", name });
    const before = (await system.status("guard-1")).ledger;

    await happen();
    for (const path of ["/strict/", "/deny/"]) {
      expect([path, await askUntilKnown("guard-1", bad, path)]).toMatchObject([path, { status: 401 }]);
    }
    const after = (await system.status("guard-1")).ledger;
    expect(after).toMatchObject({
      state: "ready",
      ledger: before.ledger,
      sequence: before.sequence,
      records: before.records,
    });
    expect(await system.command("guard-2", revoke)).toEqual(acknowledged);
    const again = await system.command("guard-2", { ...other, id: `${revoke.id}:4` });
    expect(again).toMatchObject({ name, changed: true, sequence: lifted.sequence + 1 });
    await untilEnforced();
    for (const guard of GUARDS) expect(await askUntilKnown(guard, forgiven)).toMatchObject({ status: 401 });
  });

  it("that is rebuilt from KV has another id, which mirrors follow, and the same records", async () => {
    const { system, issuer, token, ask, askUntilKnown } = scene();
    const [bad, forgiven] = [await token(), await token()];
    const revoke = (id: string, { claims }: typeof bad) => ({
      id,
      do: "revoke",
      issuer: issuer.issuer,
      tokenId: claims["jti"],
    });
    await system.command("guard-1", revoke("rebuild:1", bad));
    const { name } = await system.command("guard-1", revoke("rebuild:2", forgiven));
    await system.command("guard-1", { id: "rebuild:3", do: "lift", name });
    await untilEnforced();
    for (const guard of GUARDS) expect((await askUntilKnown(guard, bad)).status).toBe(401);
    const before = (await system.status("guard-1")).ledger;

    await system.rebuild();
    expect((await ask("guard-1", bad, "/")).status).toBe(401);
    await system.untilReady("guard-1");
    const { ledger } = await system.status("guard-1");
    expect(ledger.ledger).not.toBe(before.ledger);
    expect(ledger).toMatchObject({ records: before.records, invalid: 0 });
    for (const guard of GUARDS) {
      await vi.waitFor(async () => {
        expect((await ask(guard, bad)).status).toBe(401);
        expect(await ask(guard, forgiven)).toMatchObject({ status: 200, source: "mirror" });
        expect((await system.status(guard)).mirror).toMatchObject({
          ...{ ledger: ledger.ledger, state: "following", records: before.records },
        });
      }, SOON);
    }
  });
});

import { describe, expect, it, vi } from "vitest";
import { BOUND, type Fault } from "../support/ledger-system.ts";
import { sleep } from "../support/sleep.ts";
import { setScene, untilEnforced } from "./setup.ts";

const PATHS = ["/", "/deny/", "/strict/", "/strict-or-kv/"];

/** A guard tries again a second after it has failed. */
const SOON = { timeout: 8_000, interval: 200 };

/** Each fault has a guard to itself. */
const FAULTS: readonly { readonly fault: Fault; readonly guard: string }[] = [
  { fault: "reject", guard: "guard-1" },
  { fault: "hang", guard: "guard-2" },
  { fault: "lost answer", guard: "guard-3" },
];

describe("a guard whose ledger", () => {
  const scene = setScene({ guards: ["guard-1", "guard-2", "guard-3", "guard-4"] });

  it.concurrent.each(FAULTS)(
    "is out of reach ($fault) does as its routes say: KV, or 503; and still refuses what it knows",
    async ({ fault, guard }) => {
      const { system, token, issuer, ask, askUntilKnown } = scene();
      const good = await token();
      const bad = await token();
      await system.command(guard, {
        id: `bad-${guard}`,
        do: "revoke",
        issuer: issuer.issuer,
        tokenId: bad.claims["jti"],
      });
      await vi.waitFor(async () => expect((await ask(guard, bad)).status).toBe(401), SOON);

      await system.fail(guard, { ledger: fault });
      await untilEnforced();
      const unavailable = { status: 503, reason: "revocation_unavailable" };
      expect(await ask(guard, good, "/deny/")).toMatchObject(unavailable);
      expect(await ask(guard, good, "/strict/")).toMatchObject(unavailable);
      expect(await ask(guard, good, "/")).toMatchObject({ status: 200, source: "kv" });
      expect(await ask(guard, good, "/strict-or-kv/")).toMatchObject({ status: 200, source: "kv" });

      await system.fail(guard, { store: "reject" });
      const another = await token();
      const refused = { status: 401, reason: "token_revoked" };
      await Promise.all(
        PATHS.flatMap((path) => [
          ask(guard, bad, path).then((asked) => expect([path, asked]).toMatchObject([path, refused])),
          ask(guard, another, path).then((asked) => expect([path, asked]).toMatchObject([path, unavailable])),
        ]),
      );

      await system.fail(guard, { ledger: "none", store: "none" });
      await vi.waitFor(async () => {
        expect(await ask(guard, another, "/")).toMatchObject({ status: 200, source: "mirror" });
      }, SOON);
      expect(await askUntilKnown(guard, another, "/deny/")).toMatchObject({ status: 200, source: "mirror" });
      expect(await askUntilKnown(guard, another, "/strict/")).toMatchObject({ status: 200, source: "ledger" });
      expect(await askUntilKnown(guard, bad, "/deny/")).toMatchObject(refused);
    },
  );

  it("answers only after a while is followed all the same", async () => {
    const { system, token, ask, askUntilKnown } = scene();
    await system.fail("guard-4", { ledger: "slow question" });
    const presented = await token();
    await askUntilKnown("guard-4", presented);
    for (let second = 0; second < 2 * BOUND; second++) {
      await sleep(1_000);
      await ask("guard-4", presented, "/");
    }
    expect(await askUntilKnown("guard-4", presented)).toMatchObject({ status: 200, source: "mirror" });
    await system.fail("guard-4", { ledger: "none" });
  });

  it("is well does not notice that KV is down", async () => {
    const { system, token, askUntilKnown } = scene();
    await system.fail("guard-4", { store: "reject" });
    for (const path of PATHS) {
      const source = path.startsWith("/strict") ? "ledger" : "mirror";
      expect([path, await askUntilKnown("guard-4", await token(), path)]).toMatchObject([
        path,
        { status: 200, source },
      ]);
    }
    await system.fail("guard-4", { store: "none" });
  });

  it("was not asked yet lets the first request wait for its answer", async () => {
    const { system, token, issuer, ask } = scene();
    const bad = await token();
    await system.command("guard-4", { id: "cold", do: "revoke", issuer: issuer.issuer, tokenId: bad.claims["jti"] });
    await system.restart();
    // No guard has asked for anything yet; and one without an answer would say 503.
    expect(await ask("guard-1", await token(), "/deny/")).toMatchObject({ status: 200, source: "mirror" });
    expect(await ask("guard-2", bad, "/deny/")).toMatchObject({ status: 401, reason: "token_revoked" });
    expect((await system.callsOf("guard-1"))["store.get"]).toBeUndefined();
  });
});

import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RevocationRecords } from "../support/revocation-records.ts";
import { setScene, untilEnforced } from "./setup.ts";

const GUARDS = ["guard-1", "guard-2"];
const PATHS = ["/", "/deny/", "/strict/", "/strict-or-kv/"];

/** Time for a scan of KV, which begins every five seconds, and for guards to hear of what it found. */
const AFTER_A_SCAN = { timeout: 20_000, interval: 250 };

/** Time for a few tries of the ledger to reach KV. */
const SOON = { timeout: 15_000, interval: 100 };

describe("between the ledger and KV,", () => {
  const scene = setScene({ kvOnly: ["kv-only"], issuers: ["https://other.example"] });
  let records: RevocationRecords;

  beforeAll(async () => {
    const { system } = scene();
    records = await system.openRecords();
    // What these guards know they have from the ledger.
    for (const guard of GUARDS) await system.fail(guard, { store: "reject" });
  });

  const now = () => Math.floor(Date.now() / 1000);

  it.concurrent.each<{ kind: string; command: Record<string, unknown>; says: Record<string, unknown>; lasts: number }>([
    {
      kind: "token",
      command: { do: "revoke", tokenId: "kv-1", expiresAt: now() + 1_000 },
      says: { revoked: true },
      lasts: 1_060,
    },
    {
      kind: "session",
      command: { do: "revokeSession", sessionId: "kv-2" },
      says: { revoked: true },
      lasts: 86_400 + 120,
    },
    {
      kind: "subject",
      command: { do: "raise", subject: "kv-3", minimumTokenVersion: 9 },
      says: { minimumTokenVersion: 9 },
      lasts: 86_400 + 120,
    },
    {
      kind: "issuer",
      command: { do: "cutOff", issuedBefore: 1_700_000_000 },
      says: { issuedBefore: 1_700_000_000 },
      lasts: 86_400 + 120,
    },
  ])(
    "a record of the kind $kind is copied as documented, and deleted when it is lifted",
    async ({ kind, command, says, lasts }) => {
      const { system, issuers } = scene();
      const kv = await system.kv;
      const begun = now();
      const { name, sequence, record } = await system.command("guard-1", {
        id: `copy-${kind}`,
        issuer: issuers[0]?.issuer,
        why: "a drill",
        ...command,
        ...(kind === "issuer" && { confirm: issuers[0]?.issuer }),
      });
      expect(name).toMatch(new RegExp(`^jotgate1:${kind}:[A-Za-z0-9_-]{22}$`));
      const { ledger } = (await system.status("guard-1")).ledger;
      await vi.waitFor(async () => {
        const { value, metadata } = await kv.getWithMetadata(name, "json");
        expect(value).toEqual({
          ...{ format: 1, ...says, by: "ada", why: "a drill" },
          until: expect.any(Number),
          at: expect.any(Number),
        });
        expect(value).toEqual(record);
        expect(metadata).toEqual({ jotgate: { ledger, sequence } });
      }, SOON);
      const until = Number(record?.["until"]);
      expect(until).toBeGreaterThanOrEqual(begun + lasts - (kind === "token" ? 60 : 0));
      expect(until).toBeLessThanOrEqual(now() + lasts + 1);
      expect((await kv.list({ prefix: name })).keys).toMatchObject([{ name, expiration: Math.ceil(until) + 60 }]);

      await system.command("guard-1", { id: `copy-${kind}-lift`, do: "lift", name });
      await vi.waitFor(async () => expect(await kv.get(name)).toBeNull(), SOON);
    },
  );

  it.concurrent("a guard that knows of KV alone refuses what was revoked through the ledger", async () => {
    const { system, issuer, token, ask } = scene();
    const bad = await token();
    const command = { id: "for-kv", do: "revokeSession", issuer: issuer.issuer, sessionId: bad.claims["sid"] };
    const { name } = await system.command("guard-1", command);
    await vi.waitFor(async () => expect(await (await system.kv).get(name)).not.toBeNull(), SOON);
    expect(await ask("kv-only", bad, "/")).toMatchObject({ status: 401, reason: "token_revoked" });
    expect(await ask("kv-only", await token(), "/")).toMatchObject({ status: 200, source: "kv" });
  });

  it.concurrent("a record that another writer puts into KV is found by a scan and enforced through the mirrors", async () => {
    const { system, issuer, token, ask, askUntilKnown } = scene();
    const [bad, outdated] = [await token(), await token({ ver: 6 })];
    for (const guard of GUARDS)
      expect(await askUntilKnown(guard, bad)).toMatchObject({ status: 200, source: "mirror" });
    await records.revokeToken(issuer.issuer, bad.claims["jti"]);
    await records.raiseMinimumVersion(issuer.issuer, String(outdated.claims["sub"]), 7);
    for (const guard of GUARDS) {
      await vi.waitFor(async () => {
        expect(await ask(guard, bad)).toMatchObject({ status: 401, reason: "token_revoked" });
        expect(await ask(guard, outdated)).toMatchObject({ status: 401, reason: "token_version_outdated" });
      }, AFTER_A_SCAN);
    }
    const { entries } = await system.history("guard-1");
    const adopted = entries.filter(({ op }) => op === "adopt");
    expect(adopted.map(({ name }) => name?.split(":")[1]).sort()).toEqual(["subject", "token"]);
  });

  it.concurrent("a record that nobody can read answers 503 until it is replaced", async () => {
    const { issuer, token, ask } = scene();
    const concerned = await token();
    await records.writeText("subject", issuer.issuer, concerned.claims["sub"], '{"format":2}');
    for (const guard of GUARDS) {
      await vi.waitFor(async () => {
        for (const path of PATHS) {
          const expected = { status: 503, reason: "revocation_record_invalid" };
          expect([path, await ask(guard, concerned, path)]).toMatchObject([path, expected]);
        }
      }, AFTER_A_SCAN);
    }
    await records.write("subject", issuer.issuer, concerned.claims["sub"], { issuedBefore: 1_700_000_000 });
    for (const guard of GUARDS) {
      await vi.waitFor(async () => {
        for (const path of PATHS)
          expect([path, await ask(guard, concerned, path)]).toMatchObject([path, { status: 200 }]);
      }, AFTER_A_SCAN);
    }
  });

  it("a copy that cannot be written is waited for by nobody, can be seen, and is made up for", async () => {
    const { system, issuer, token, askUntilKnown } = scene();
    const bad = await token();
    await system.fail("ledger", { store: "reject" });
    const command = { id: "unwritten", do: "revoke", issuer: issuer.issuer, tokenId: bad.claims["jti"] };
    const { name } = await system.command("guard-1", command);
    await untilEnforced();
    for (const guard of GUARDS) expect(await askUntilKnown(guard, bad)).toMatchObject({ status: 401 });
    const { ledger } = await system.status("guard-2");
    expect(ledger.backlog).toEqual({ records: 1, oldest: expect.any(Number) });
    expect(ledger.lastError).toEqual({
      message: expect.stringContaining("the test had this fail"),
      age: expect.any(Number),
    });
    expect((await system.operate("guard-2", `/records/${name}`)).body).toMatchObject({ name, pending: true });
    expect(await (await system.kv).get(name)).toBeNull();

    await system.fail("ledger", { store: "none" });
    await vi.waitFor(async () => {
      expect((await system.status("guard-2")).ledger.backlog).toEqual({ records: 0, oldest: null });
    }, SOON);
    expect((await system.operate("guard-2", `/records/${name}`)).body).toMatchObject({ name, pending: false });
    expect(await (await system.kv).get(name)).not.toBeNull();
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE } from "../support/expect-refusal.ts";
import { Guard } from "../support/guard.ts";
import type { RecordedDecision } from "../support/logs.ts";
import { Origin } from "../support/origin.ts";
import { trust } from "../support/trust.ts";

/** One read may take two seconds; nobody waits for much longer. */
const DEADLINE_MS = 4_000;

/** An isolate may use what it read for five seconds more. */
const WITHIN_ITS_MEMORY = { timeout: 8_000, interval: 250 };

/** Faults of the store, and what the evidence calls them. */
const FAULTS = [
  { fault: "throw", cause: "error" },
  { fault: "reject", cause: "error" },
  { fault: "hang", cause: "timeout" },
  { fault: "late", cause: "timeout" },
  { fault: "nothing", cause: "error" },
  { fault: "text", cause: "error" },
  { fault: "no names", cause: "error" },
  { fault: "half of the names", cause: "error" },
  { fault: "numbers", cause: "error" },
];

describe("a guard made with createJotgate", () => {
  let origin: Origin;
  let guard: Guard;
  let issuer: TestIssuer;
  let other: TestIssuer;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create();
    other = await TestIssuer.create("https://other.example");
    const routes = [
      { path: "/strict/*", access: "bearer" },
      { path: "/lenient/*", access: "bearer", onUnknownRevocation: "allow" },
    ];
    const config = { origin: origin.url, issuers: [trust(issuer), trust(other)], routes };
    guard = await Guard.start({ CONFIG: config }, { configPath: "workers/faulty-store.toml" });
  });

  afterAll(async () => {
    await guard.stop();
    await origin.stop();
  });

  async function storeShall(fault: string): Promise<void> {
    expect((await guard.fetch("/store", { method: "PUT", body: fault })).status).toBe(204);
  }

  /** A token of which nothing is remembered yet. */
  const newToken = () => issuer.sign(issuer.claims({ sub: crypto.randomUUID() }));

  const lastDecision = (): RecordedDecision | undefined => guard.decisions.at(-1);

  it("forwards while the store is well, also when it is slow", async () => {
    for (const behaviour of ["well", "slow"]) {
      await storeShall(behaviour);
      for (const path of ["/strict/a", "/lenient/a"]) {
        expect((await guard.present(await newToken(), path)).status).toBe(200);
        expect(lastDecision()).toMatchObject({ outcome: "allow", revocation: { source: "kv" } });
      }
    }
  });

  describe.each(FAULTS)("whose store does this: $fault", ({ fault, cause }) => {
    it("answers 503 in time where the route says nothing", async () => {
      await storeShall(fault);
      const startedAt = Date.now();
      await expectRefusal(await guard.present(await newToken(), "/strict/a"), UNAVAILABLE);
      expect(Date.now() - startedAt).toBeLessThan(DEADLINE_MS);
      expect(lastDecision()).toMatchObject({ outcome: "indeterminate", reason: "revocation_unavailable" });
    });

    it("forwards where the route allows it, and says in the evidence that nothing was checked", async () => {
      await storeShall(fault);
      expect((await guard.present(await newToken(), "/lenient/a")).status).toBe(200);
      expect(lastDecision()).toMatchObject({ outcome: "allow", revocation: { unchecked: cause } });
    });

    it("never forwards a token that is bad in itself", async () => {
      await storeShall(fault);
      const expired = await issuer.sign(issuer.claims({}, Math.floor(Date.now() / 1000) - 3_600));
      await expectRefusal(await guard.present(expired, "/lenient/a"), INVALID_TOKEN);
      expect(lastDecision()).toMatchObject({ reason: "token_expired" });
    });

    it("is itself again when the store is", async () => {
      await storeShall("well");
      expect((await guard.present(await newToken(), "/strict/a")).status).toBe(200);
    });
  });

  it("passes over no record that it cannot read, whatever the route allows", async () => {
    await storeShall("well");
    const claims = issuer.claims();
    await guard.records.writeText("token", issuer.issuer, claims["jti"], '{"format":1}');
    for (const path of ["/strict/a", "/lenient/a"]) {
      await expectRefusal(await guard.present(await issuer.sign(claims), path), UNAVAILABLE);
      expect(lastDecision()).toMatchObject({ reason: "revocation_record_invalid" });
    }
  });

  it("enforces a revocation as soon as a store that answered old state shows it", async () => {
    await storeShall("old");
    const claims = issuer.claims({ sub: "late-reader" });
    await guard.records.revokeToken(issuer.issuer, claims["jti"]);
    const token = await issuer.sign(claims);
    expect((await guard.present(token, "/strict/a")).status).toBe(200);
    await storeShall("well");
    await vi.waitFor(async () => expect((await guard.present(token, "/strict/a")).status).toBe(401), WITHIN_ITS_MEMORY);
  });

  it("goes on refusing what it knows to be revoked when the store fails, on a route that allows unknown state, too", async () => {
    await storeShall("well");
    const revoked = other.claims({ sub: "mallory" });
    await guard.records.revokeToken(other.issuer, revoked["jti"]);
    const revokedToken = await other.sign(revoked);
    await expectRefusal(await guard.present(revokedToken, "/lenient/a"), INVALID_TOKEN);
    const goodToken = await other.sign(other.claims({ sub: "trent" }));
    expect((await guard.present(goodToken, "/lenient/a")).status).toBe(200);

    await storeShall("reject");
    // The issuer's record was read together with the revoked token's: when one is too old to be used again, so is the other.
    await vi.waitFor(async () => {
      expect((await guard.present(goodToken, "/lenient/a")).status).toBe(200);
      expect(lastDecision()).toMatchObject({ revocation: { unchecked: "error" } });
    }, WITHIN_ITS_MEMORY);
    await expectRefusal(await guard.present(revokedToken, "/lenient/a"), INVALID_TOKEN);
    expect(lastDecision()).toMatchObject({ outcome: "deny", reason: "token_revoked" });
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../support/test-issuer.ts";
import { type Arrival, namesOf, valuesOf } from "./support/arrival.ts";
import { expectRefusal, INVALID_TOKEN, UNAUTHORIZED, UNAVAILABLE } from "./support/expect-refusal.ts";
import { Guard } from "./support/guard.ts";
import { Origin } from "./support/origin.ts";
import { EVERYTHING_GUARDED, trust } from "./support/trust.ts";

/** An isolate may use what it read for five seconds more. */
const WITHIN_ITS_MEMORY = { timeout: 8_000, interval: 200 };

describe("the story of a token", () => {
  let origin: Origin;
  let guard: Guard;
  let issuer: TestIssuer;
  let other: TestIssuer;

  beforeAll(async () => {
    origin = await Origin.start();
    issuer = await TestIssuer.create("https://issuer.example");
    other = await TestIssuer.create("https://other.example");
    guard = await Guard.start({
      ORIGIN: origin.url,
      ISSUERS: [trust(issuer, { tokenVersionClaim: "token_version" }), trust(other)],
      ROUTES: EVERYTHING_GUARDED,
    });
  });

  afterAll(async () => {
    await guard.stop();
    await origin.stop();
  });

  function until(status: number, token: string): Promise<void> {
    return vi.waitFor(async () => expect((await guard.present(token)).status).toBe(status), WITHIN_ITS_MEMORY);
  }

  it("refuses a request without a token, with a challenge that names no error", async () => {
    const requestId = await expectRefusal(await guard.fetch("/orders"), UNAUTHORIZED);
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "deny", reason: "token_missing", status: 401, requestId });
    expect(origin.arrivals).toEqual([]);
  });

  it("forwards a request with a good token: the origin learns who calls and does not get the token", async () => {
    const claims = issuer.claims({ sub: "Zoë, 50%", scope: "orders:read orders:write", client_id: "shop" });
    const response = await guard.present(await issuer.sign(claims), "/orders?page=2");
    expect(response.status).toBe(200);
    const arrival = (await response.json()) as Arrival;
    expect(arrival).toMatchObject({ method: "GET", url: "/orders?page=2" });
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["Zo%C3%AB%2C%2050%25"]);
    expect(valuesOf(arrival, "x-jotgate-issuer")).toEqual(["https://issuer.example"]);
    expect(valuesOf(arrival, "x-jotgate-scope")).toEqual(["orders:read%20orders:write"]);
    expect(valuesOf(arrival, "x-jotgate-client")).toEqual(["shop"]);
    expect(namesOf(arrival)).not.toContain("authorization");
    expect(valuesOf(arrival, "x-jotgate-request-id")).toEqual([response.headers.get("x-jotgate-request-id")]);
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "allow", caller: "bearer", revocation: { source: "kv" } });
  });

  it("goes from 200 to 401 by a revocation, to 200 by a new token, to 401 by a raised version, to 200 by that version", async () => {
    const first = issuer.claims({ sub: "alice", token_version: 1 });
    const firstToken = await issuer.sign(first);
    expect((await guard.present(firstToken)).status).toBe(200);

    await guard.records.revokeToken(issuer.issuer, first["jti"]);
    await until(401, firstToken);
    await expectRefusal(await guard.present(firstToken), INVALID_TOKEN);
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "deny", reason: "token_revoked" });

    const secondToken = await issuer.sign(issuer.claims({ sub: "alice", token_version: 1 }));
    expect((await guard.present(secondToken)).status).toBe(200);

    await guard.records.raiseMinimumVersion(issuer.issuer, "alice", 2);
    await until(401, secondToken);
    await expectRefusal(await guard.present(secondToken), INVALID_TOKEN);
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "deny", reason: "token_version_outdated" });

    const thirdToken = await issuer.sign(issuer.claims({ sub: "alice", token_version: 2 }));
    expect((await guard.present(thirdToken)).status).toBe(200);
    expect((await guard.present(firstToken)).status).toBe(401);
  });

  it("ends every token of a revoked session and of no other", async () => {
    await guard.records.revokeSession(issuer.issuer, "session-1");
    const ended = await issuer.sign(issuer.claims({ sub: "carol", sid: "session-1" }));
    const untouched = await issuer.sign(issuer.claims({ sub: "carol", sid: "session-2" }));
    await expectRefusal(await guard.present(ended), INVALID_TOKEN);
    expect(guard.decisions.at(-1)).toMatchObject({ reason: "token_revoked" });
    expect((await guard.present(untouched)).status).toBe(200);
  });

  it.each(["session", "subject", "issuer"] as const)(
    "cuts off tokens from the second of a cut-off of their %s and before, and none from the next second",
    async (kind) => {
      // The issuer's record concerns all of its tokens, so that one is tried on another issuer.
      const owner = kind === "issuer" ? other : issuer;
      const identity = { sub: `${kind}-user`, sid: `${kind}-session` };
      const value = { session: identity.sid, subject: identity.sub, issuer: undefined }[kind];
      const cutOff = Math.floor(Date.now() / 1000);
      await guard.records.write(kind, owner.issuer, value, { issuedBefore: cutOff });
      const signedAt = (iat: number) => owner.sign(owner.claims({ ...identity, iat }, cutOff));
      await expectRefusal(await guard.present(await signedAt(cutOff)), INVALID_TOKEN);
      expect(guard.decisions.at(-1)).toMatchObject({ outcome: "deny", reason: "issued_before_cutoff" });
      expect((await guard.present(await signedAt(cutOff + 1))).status).toBe(200);
    },
  );

  it.each(["", "revoked", "{}", '{"format":2,"revoked":true}', '{"format":1,"revoked":"yes"}'])(
    "answers 503 when the record says %j, which it cannot read",
    async (text) => {
      const claims = issuer.claims({ sub: "erin" });
      await guard.records.writeText("token", issuer.issuer, claims["jti"], text);
      await expectRefusal(await guard.present(await issuer.sign(claims)), UNAVAILABLE);
      expect(guard.decisions.at(-1)).toMatchObject({ outcome: "indeterminate", reason: "revocation_record_invalid" });
    },
  );
});

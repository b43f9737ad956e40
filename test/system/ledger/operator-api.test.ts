import { describe, expect, it } from "vitest";
import { BOUND } from "../support/ledger-system.ts";
import { ROUTES, setScene, untilEnforced } from "./setup.ts";

describe("the operator API of a deployed guard", () => {
  const scene = setScene({ kvOnly: ["kv-only"] });

  it("acknowledges a command with its number and the time from which on every guard enforces it", async () => {
    const { system, issuer } = scene();
    const sentAt = Date.now() / 1000;
    const command = { id: "api:1", do: "revokeSession", issuer: issuer.issuer, sessionId: "s-1", why: "a drill" };
    const { enforcedBy, ...acknowledged } = await system.command("guard-1", command);
    expect(acknowledged).toEqual({
      ...{
        sequence: 1,
        changed: true,
        kind: "session",
        name: expect.stringMatching(/^jotgate1:session:/),
        before: null,
      },
      record: {
        format: 1,
        revoked: true,
        until: expect.any(Number),
        by: "ada",
        why: "a drill",
        at: expect.any(Number),
      },
    });
    expect(enforcedBy).toBeGreaterThanOrEqual(sentAt + BOUND - 0.001);
    expect(enforcedBy).toBeLessThanOrEqual(Date.now() / 1000 + BOUND);
    expect(await system.command("guard-2", command)).toEqual({ ...acknowledged, enforcedBy });
  });

  it("shows the ledger's number, what KV still lacks and how old the guard's mirror is", async () => {
    const { system, token, askUntilKnown } = scene();
    await untilEnforced();
    await askUntilKnown("guard-1", await token());
    const { ledger, mirror } = await system.status("guard-1");
    expect(ledger).toMatchObject({
      state: "ready",
      sequence: 1,
      records: 1,
      backlog: { records: 0, oldest: null },
    });
    expect(mirror).toMatchObject({ ledger: ledger.ledger, through: 1, records: 1, state: "following" });
    expect(mirror.age).toBeGreaterThanOrEqual(0);
    expect(mirror.age).toBeLessThan(BOUND * 1_000);
  });

  it("lists records and what was done", async () => {
    const { system } = scene();
    const { records } = await system.records("guard-2", "?kind=session");
    expect(records).toMatchObject([{ kind: "session", sequence: 1, invalid: false, pending: false }]);
    const { entries } = await system.history("guard-2");
    const what = { op: "revokeSession", id: "api:1", by: "ada", via: "secret", why: "a drill", problem: null };
    // The one that was sent again is on record as well.
    expect(entries).toMatchObject([
      { ...what, name: records[0]?.name, changed: false },
      { ...what, name: records[0]?.name, changed: true, before: null, after: records[0]?.record },
    ]);
  });

  it("says that the ledger is out of reach, and still how its mirror stands", async () => {
    const { system } = scene();
    await system.fail("guard-1", { ledger: "reject" });
    const status = await system.operate("guard-1", "/status");
    expect(status).toMatchObject({ status: 200, body: { ledger: { state: "unreachable" }, mirror: { through: 1 } } });
    expect(await system.operate("guard-1", "/records")).toMatchObject({ status: 503, body: { code: "unavailable" } });
    await system.fail("guard-1", { ledger: "none" });
  });

  it("does not exist without a ledger, nor without operators", async () => {
    const { system } = scene();
    expect((await system.operate("kv-only", "/status")).status).toBe(404);
    expect((await system.operate("guard-1", "/status")).status).toBe(200);
    await system.change({ ledgerVars: { ROUTES, OPERATORS: [] } });
    expect((await system.operate("guard-1", "/status")).status).toBe(404);
    const command = { do: "revokeSession", issuer: "https://issuer.example", sessionId: "s-2" };
    expect((await system.operate("guard-1", "/commands", { body: command })).status).toBe(404);
  });
});

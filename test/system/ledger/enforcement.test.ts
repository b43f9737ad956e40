import { describe, expect, it } from "vitest";
import { BOUND } from "../support/ledger-system.ts";
import { type Scene, setScene, type TestToken, untilEnforced } from "./setup.ts";

const GUARDS = ["guard-1", "guard-2"];
const BOUNDED = ["/", "/deny/"];
const STRICT = ["/strict/", "/strict-or-kv/"];

const COMMANDS: readonly {
  readonly what: string;
  readonly command: (claims: TestToken["claims"]) => Record<string, unknown>;
  readonly reason: string;
}[] = [
  {
    what: "revoking a token",
    command: ({ jti, exp }) => ({ do: "revoke", tokenId: jti, expiresAt: exp }),
    reason: "token_revoked",
  },
  {
    what: "revoking a session",
    command: ({ sid }) => ({ do: "revokeSession", sessionId: sid }),
    reason: "token_revoked",
  },
  {
    what: "raising a user's token version",
    command: ({ sub }) => ({ do: "raise", subject: sub, minimumTokenVersion: 4 }),
    reason: "token_version_outdated",
  },
  {
    what: "cutting a user off",
    command: ({ sub }) => ({ do: "cutOff", subject: sub }),
    reason: "issued_before_cutoff",
  },
  {
    what: "cutting a session off",
    command: ({ sid }) => ({ do: "cutOff", sessionId: sid }),
    reason: "issued_before_cutoff",
  },
  {
    what: "cutting an issuer off",
    command: ({ iss }) => ({ do: "cutOff", confirm: iss }),
    reason: "issued_before_cutoff",
  },
];

describe("every guard", () => {
  const scene = setScene({
    issuers: COMMANDS.map((_, index) => `https://issuer-${index}.example`),
  });

  /** A token of the issuer that this command has to itself. */
  async function tokenFor({ issuers }: Scene, index: number): Promise<TestToken> {
    const issuer = issuers[index];
    if (issuer === undefined) throw new Error("each command has an issuer");
    const claims = issuer.claims({ sub: crypto.randomUUID(), sid: crypto.randomUUID(), ver: 3 });
    return { token: await issuer.sign(claims), claims };
  }

  it.concurrent.each(COMMANDS.map((each, index) => ({ ...each, index })))(
    "enforces $what from B on, and no longer once it is lifted",
    async ({ command, reason, index }) => {
      const { system, token, askUntilKnown } = scene();
      const doomed = await tokenFor(scene(), index);
      const innocent = await token();
      const statuses = async (paths: readonly string[], presented = doomed) =>
        Promise.all(GUARDS.flatMap((guard) => paths.map(async (path) => askUntilKnown(guard, presented, path))));
      const ways = GUARDS.length * (BOUNDED.length + STRICT.length);

      expect((await statuses([...BOUNDED, ...STRICT])).map(({ status }) => status)).toEqual(Array(ways).fill(200));

      const { name } = await system.command("guard-1", {
        id: `restrict-${index}`,
        issuer: doomed.claims["iss"],
        ...command(doomed.claims),
      });
      // The very next requests, to whichever guard.
      for (const { status, reason: found } of await statuses(STRICT)) expect([status, found]).toEqual([401, reason]);
      await untilEnforced();
      for (const { status, reason: found } of await statuses(BOUNDED)) expect([status, found]).toEqual([401, reason]);
      for (const { status } of await statuses(BOUNDED, innocent)) expect(status).toBe(200);

      await system.command("guard-2", { id: `lift-${index}`, do: "lift", name });
      await untilEnforced();
      expect((await statuses([...BOUNDED, ...STRICT])).map(({ status }) => status)).toEqual(Array(ways).fill(200));
    },
  );

  it("says in the decision record who answered, and as of when", async () => {
    const { token, askUntilKnown } = scene();
    const presented = await token();
    const sources = { "/deny/": "mirror", "/": "mirror", "/strict/": "ledger", "/strict-or-kv/": "ledger" };
    for (const [path, source] of Object.entries(sources)) {
      const sentAt = Date.now() / 1000;
      const { source: found, asOf = 0 } = await askUntilKnown("guard-1", presented, path);
      expect(found).toBe(source);
      expect(asOf).toBeLessThanOrEqual(Date.now() / 1000);
      expect(asOf).toBeGreaterThan(sentAt - (source === "ledger" ? 0.001 : BOUND));
    }
  });

  it("asks the ledger and never KV while its mirror is fresh, and the ledger less often than it is asked", async () => {
    const { system, token, askUntilKnown } = scene();
    await askUntilKnown("guard-1", await token());
    const before = await system.callsOf("guard-1");
    for (let batch = 0; batch < 10; batch++) {
      const tokens = await Promise.all(Array.from({ length: 20 }, () => token()));
      const asked = await Promise.all(tokens.map((each) => askUntilKnown("guard-1", each, "/deny/")));
      expect(new Set(asked.map(({ status, source }) => `${status} ${source}`))).toEqual(new Set(["200 mirror"]));
    }
    const after = await system.callsOf("guard-1");
    expect(after["store.get"]).toBe(before["store.get"]);
    expect((after["ledger.changes"] ?? 0) - (before["ledger.changes"] ?? 0)).toBeLessThan(100);
  });
});

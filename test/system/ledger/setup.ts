import { afterAll, beforeAll, expect, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { type Answer, BOUND, LedgerSystem } from "../support/ledger-system.ts";
import type { Plan } from "../support/ledger-workers.ts";
import type { RecordedDecision } from "../support/logs.ts";
import { sleep } from "../support/sleep.ts";
import { trust } from "../support/trust.ts";

/** Guards with a ledger, and an issuer that they trust, for one test file. */
export interface Scene {
  readonly system: LedgerSystem;
  readonly issuer: TestIssuer;
  /** Further ones. */
  readonly issuers: readonly TestIssuer[];
  /** A token of somebody new. */
  token(overrides?: Record<string, unknown>): Promise<TestToken>;
  /** Status of the answer to this token, and what the decision record says. A 503 is taken for an answer. */
  ask(guard: string, token: TestToken, path?: string): Promise<Asked>;
  /** The same, but a 503 says to ask again. */
  askUntilKnown(guard: string, token: TestToken, path?: string): Promise<Asked>;
}

export interface TestToken {
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly status: number;
  readonly reason: string | null;
  /** Who answered, for what was let through. */
  readonly source: string | undefined;
  /** NumericDate as of which the answer holds. */
  readonly asOf: number | undefined;
}

/** One route for each way of asking; the last is for guards that have no ledger, too. */
export const ROUTES = [
  { path: "/strict/*", access: "bearer", revocation: "strict" },
  { path: "/strict-or-kv/*", access: "bearer", revocation: "strict", onStaleMirror: "kv" },
  { path: "/deny/*", access: "bearer", onStaleMirror: "deny" },
  { path: "/kv/*", access: "bearer", onStaleMirror: "kv" },
  { path: "/*", access: "bearer" },
];

/** Sets the scene before a file's tests and clears it afterwards. */
export function setScene({
  issuers: names = [],
  ...setup
}: Partial<Pick<Plan, "guards" | "kvOnly" | "ledgerVars">> & {
  readonly issuers?: readonly string[];
} = {}): () => Scene {
  let scene: Scene | undefined;

  beforeAll(async () => {
    const issuer = await TestIssuer.create();
    const issuers = await Promise.all(names.map((name) => TestIssuer.create(name)));
    const system = await LedgerSystem.start(
      {
        ISSUERS: [issuer, ...issuers].map((each) => trust(each, { tokenVersionClaim: "ver" })),
        ROUTES: [{ path: "/*", access: "bearer" }],
      },
      { ...setup, ledgerVars: { ROUTES, ...setup.ledgerVars } },
    );
    const token = async (overrides: Record<string, unknown> = {}) => {
      const claims = issuer.claims({ sub: crypto.randomUUID(), sid: crypto.randomUUID(), ...overrides });
      return { token: await issuer.sign(claims), claims };
    };
    if (setup.guards?.length !== 0) await system.untilReady("guard-1");
    const ask = async (guard: string, { token: presented }: TestToken, path = "/deny/") =>
      describeAnswer(system, await system.present(guard, presented, path));
    const askUntilKnown = async (guard: string, presented: TestToken, path?: string) => {
      for (let attempt = 0; ; attempt++) {
        const asked = await ask(guard, presented, path);
        if (asked.status !== 503 || attempt === 20) return asked;
        await sleep(250);
      }
    };
    scene = { system, issuer, issuers, token, ask, askUntilKnown };
  });

  afterAll(async () => {
    await scene?.system.stop();
  });

  return () => {
    if (scene === undefined) throw new Error("the scene is set in beforeAll");
    return scene;
  };
}

/** Waits for as long as a guard may take to enforce what was acknowledged just now: B, and a moment for rounding. */
export async function untilEnforced(): Promise<void> {
  await sleep(BOUND * 1_000 + 10);
}

async function describeAnswer(system: LedgerSystem, answer: Answer): Promise<Asked> {
  // The line is written before the answer goes out, and read some time after.
  const { reason, revocation } = await vi.waitFor((): RecordedDecision => {
    const decision = system.decisionOf(answer);
    expect(decision?.status).toBe(answer.status);
    return decision as RecordedDecision;
  });
  return { status: answer.status, reason, source: revocation?.source, asOf: revocation?.asOf };
}

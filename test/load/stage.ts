import { TestIssuer } from "../support/test-issuer.ts";
import { LedgerSystem } from "../system/support/ledger-system.ts";
import { sleep } from "../system/support/sleep.ts";
import { trust } from "../system/support/trust.ts";
import { Client } from "./client.ts";
import { KeyPublisher } from "./key-publisher.ts";

/** B of the guards, in seconds: the default. */
export const BOUND = 5;

export const GUARDS = ["guard-1", "guard-2", "guard-3"] as const;
export const KV_ONLY = ["kv-only"] as const;

const ROUTES = [
  { path: "/public/*", access: "public" },
  { path: "/scoped/*", access: "bearer", scopes: ["write"] },
];

const LEDGER_ROUTES = [
  ...ROUTES,
  { path: "/strict/*", access: "bearer", revocation: "strict" },
  { path: "/deny/*", access: "bearer", onStaleMirror: "deny" },
  { path: "/kv/*", access: "bearer", onStaleMirror: "kv" },
  { path: "/*", access: "bearer" },
];

/** Everything that a load runs against: guards on the built Worker in workerd, their ledger, KV, key endpoints and clients. */
export interface Stage {
  readonly system: LedgerSystem;
  readonly publisher: KeyPublisher;
  /** Its keys are in the configuration. */
  readonly issuer: TestIssuer;
  readonly clients: ReadonlyMap<string, Client>;
  readonly stop: () => Promise<void>;
}

/** @param isInspected whether a debugger may look at the isolates */
export async function setStage({ isInspected = false } = {}): Promise<Stage> {
  const publisher = await KeyPublisher.start();
  const issuer = await TestIssuer.create();
  const settings = { tokenVersionClaim: "ver", clockTolerance: 0 };
  const system = await LedgerSystem.start(
    {
      ISSUERS: [trust(issuer, settings), ...publisher.issuers.map((each) => publisher.trust(each))],
      ROUTES: [...ROUTES, { path: "/*", access: "bearer" }],
      ORIGIN_TIMEOUT: 2,
    },
    {
      guards: GUARDS,
      kvOnly: KV_ONLY,
      ledgerVars: { ROUTES: LEDGER_ROUTES, STALENESS_BOUND: BOUND },
      isInspected,
    },
  );
  await system.untilReady("guard-1");
  // Who asked a ledger that was only starting asks again a second later.
  await sleep(2_000);
  const names = [...GUARDS, ...KV_ONLY];
  const clients = new Map(
    await Promise.all(names.map(async (guard) => [guard, new Client(await system.urlOf(guard))] as const)),
  );
  const stop = async () => {
    for (const client of clients.values()) client.stop();
    await system.stop();
    await publisher.stop();
  };
  return { system, publisher, issuer, clients, stop };
}

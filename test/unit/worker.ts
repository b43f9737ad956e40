import { DurableObject } from "cloudflare:workers";
import { createLedgerObject } from "../../src/ledger/ledger-object.ts";
import { REVOCATION_KEY } from "./support.ts";

/** Unit tests call the source directly; this Worker only has the Durable Objects that they need. */
export default { fetch: () => new Response(null, { status: 404 }) };

/** Storage for tests that bring a ledger of their own. */
export class Storage extends DurableObject {}

export const Ledger = createLedgerObject((env: { REVOCATIONS: KVNamespace }) => ({
  revocationKey: REVOCATION_KEY,
  kv: env.REVOCATIONS,
  issuers: new Map([["https://issuer.example", { maxLifetime: 86_400, clockTolerance: 60 }]]),
  bound: 5_000,
  scanInterval: 15_000,
}));

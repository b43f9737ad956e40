import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { storageOf } from "../../../src/ledger/sql-storage.ts";
import { Bench, ISSUER, T } from "./bench.ts";

/* What a command costs: rows are billed, those of tables and those of indexes. docs/revocation.md has the sum. */

/** Rows that a ledger writes for what is done with it, until KV has everything. */
async function rowsOf(act: (bench: Bench) => Promise<unknown>, first?: (bench: Bench) => Promise<unknown>) {
  const { STORAGE } = env as unknown as { STORAGE: DurableObjectNamespace };
  return runInDurableObject(STORAGE.get(STORAGE.newUniqueId()), async (_instance, { storage }) => {
    let rows = 0;
    const { sync, transaction } = storageOf(storage);
    const bench = new Bench({
      exec: (query, ...bindings) => {
        const cursor = storage.sql.exec<Record<string, string | number | null>>(query, ...bindings);
        const answer = cursor.toArray();
        rows += cursor.rowsWritten;
        return answer;
      },
      ...{ sync, transaction },
    });
    await bench.ledger.start();
    await bench.settle();
    await first?.(bench);
    await bench.settle();
    rows = 0;
    await act(bench);
    await bench.settle();
    return rows;
  });
}

const REVOKE = { id: "c1", do: "revoke", issuer: ISSUER, tokenId: "t-1", expiresAt: T + 1_000 };
const BY = { by: "rita", via: "secret", from: "203.0.113.7" } as const;
const submit = (command: object) => (bench: Bench) =>
  bench.ledger.submit([{ command: command as Record<string, unknown>, ...BY }]);

it.each<[string, number, Parameters<typeof rowsOf>]>([
  ["a new record, by an operator", 12, [submit(REVOKE)]],
  ["a new record, by another Worker", 11, [(bench) => bench.ledger.execute(REVOKE)]],
  ["a lift", 10, [submit({ do: "lift", issuer: ISSUER, tokenId: "t-1" }), submit(REVOKE)]],
  ["a command that changes nothing", 5, [submit({ ...REVOKE, id: "c2" }), submit(REVOKE)]],
  ["a command that is repeated", 6, [submit(REVOKE), submit(REVOKE)]],
  [
    "a command that is repeated within a minute once more",
    1,
    [submit(REVOKE), async (bench) => [await submit(REVOKE)(bench), await submit(REVOKE)(bench)]],
  ],
])("%s writes %d rows", async (_what, rows, [act, first]) => {
  expect(await rowsOf(act, first)).toBe(rows);
});

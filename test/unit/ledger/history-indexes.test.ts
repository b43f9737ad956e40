import { describe, expect, it } from "vitest";
import { INDEXES } from "../../../src/ledger/schema.ts";
import { type Bench, ISSUER, T, withLedger } from "./bench.ts";

/* What the ledger asks of its history costs as much with a hundred thousand entries as with ten. */

type Statement = readonly [query: string, ...bindings: (string | number | null)[]];

/** Every statement about the history that a ledger on the same storage runs meanwhile. */
async function statementsOf(bench: Bench, act: (ledger: Bench["ledger"]) => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { storage } = bench;
  const ledger = bench.create({
    storage: {
      ...storage,
      exec: (query, ...bindings) => {
        if (/\b(?:FROM|UPDATE) history\b/.test(query)) statements.push([query, ...bindings]);
        return storage.exec(query, ...bindings);
      },
    },
  });
  await ledger.start();
  statements.length = 0;
  await act(ledger);
  return statements;
}

function planOf(bench: Bench, [query, ...bindings]: Statement): string {
  const steps = bench.storage.exec(`EXPLAIN QUERY PLAN ${query}`, ...bindings);
  return steps.map(({ detail }) => detail).join("; ");
}

const TURNED_AWAY = { op: "authenticate", problem: "forbidden", times: 1, from: null } as const;

describe("whether an attempt is one more of what is on record is found by an index", () => {
  it.each<[string, (ledger: Bench["ledger"]) => Promise<unknown>]>([
    [
      "for a refused command",
      (ledger) =>
        ledger.submit([
          {
            command: { do: "lift", issuer: ISSUER },
            by: "rita",
            via: "secret",
            from: null,
            refused: "forbidden",
          },
        ]),
    ],
    ["for somebody", (ledger) => ledger.noteTurnedAway([{ ...TURNED_AWAY, by: "user-1", via: "token" }])],
    ["for nobody", (ledger) => ledger.noteTurnedAway([{ ...TURNED_AWAY, by: null, via: null }])],
  ])("%s", (_who, act) =>
    withLedger(async (bench) => {
      const statements = await statementsOf(bench, act);
      const counted = statements.filter(([query]) => query.includes("times"));
      expect(counted).toHaveLength(1);
      for (const statement of counted) {
        const plan = planOf(bench, statement);
        expect(plan).toContain("INDEX history_repeated (op=? AND by=? AND via=? AND problem=?)");
        expect(plan).not.toContain("autoindex");
      }
    }),
  );
});

it("the history is shortened along the indexes of its lanes", () =>
  withLedger(async (bench) => {
    bench.storage.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
       INSERT INTO history (at, op, sequence, changed) SELECT ${T * 1_000}, 'raise', i, 1 FROM n`,
    );
    const statements = await statementsOf(bench, async (ledger) => {
      bench.clock.pass(60_000);
      await ledger.work();
    });
    const shortening = statements.filter(([query]) => query.includes("history_"));
    expect(shortening.length).toBeGreaterThanOrEqual(7);
    for (const statement of shortening) {
      const plan = planOf(bench, statement);
      expect(plan).toContain("INDEX history_");
      expect(plan).not.toMatch(/autoindex|SCAN history(?!\s+USING)/);
    }
  }));

describe("tables of another release", () => {
  const indexes = (bench: Bench) =>
    Object.fromEntries(
      bench.storage
        .exec("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'history' AND sql IS NOT NULL")
        .map(({ name, sql }) => [name, sql]),
    );

  it("get the indexes of this one in place of their own, also where only the condition is another", () =>
    withLedger(async (bench) => {
      const ours = indexes(bench);
      expect(Object.keys(ours).sort()).toEqual(Object.keys(INDEXES).sort());
      bench.storage.exec("DROP INDEX history_nobody");
      bench.storage.exec(
        "CREATE INDEX history_nobody ON history (number) WHERE changed = 0 AND id IS NULL AND by IS NULL",
      );
      bench.storage.exec("DROP INDEX history_name");
      bench.storage.exec("CREATE INDEX history_refused ON history (number) WHERE problem IS NOT NULL");
      await bench.restart();
      expect(indexes(bench)).toEqual(ours);
    }));

  it("keep every index that is right as it is", () =>
    withLedger(async (bench) => {
      const roots = () => bench.storage.exec("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'");
      const before = roots();
      await bench.restart();
      expect(roots()).toEqual(before);
    }));
});

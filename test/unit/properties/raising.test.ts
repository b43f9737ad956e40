import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { checkRevocation } from "../../../src/authorize/check-revocation.ts";
import { RECORD_KINDS, type RecordKind, type RevocationRecord } from "../../../src/model/revocation.ts";
import { mergeRecords } from "../../../src/revocation/merge-records.ts";
import { verified } from "../gateway/decisions.ts";
import { T, withLedger } from "../ledger/bench.ts";
import { revocationsSaying } from "../support.ts";
import { PATIENCE, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE });

const TOKEN = await verified();
const DEMAND = { onUnknownRevocation: "deny", revocation: "bounded", onStaleMirror: "kv" } as const;

const time = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0.5, 5.25, 1e308));
const optional = <V>(values: fc.Arbitrary<V>) => fc.option(values, { nil: undefined });
const version = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(Number.MAX_SAFE_INTEGER));

/** Any record that its kind can have, or one that says nothing. */
function recordOf(kind: RecordKind): fc.Arbitrary<RevocationRecord> {
  const isOfSession = kind === "session";
  return fc
    .record({
      revoked: kind === "token" ? fc.constant(true) : isOfSession ? fc.boolean() : fc.constant(false),
      issuedBefore: kind === "token" ? fc.constant(undefined) : optional(time),
      minimumTokenVersion: kind === "subject" ? optional(version) : fc.constant(undefined),
      until: optional(time),
    })
    .map((record) => (record.revoked ? { ...record, issuedBefore: undefined } : record));
}

describe.each(RECORD_KINDS)("of two records of kind %s, the merged one", (kind) => {
  const records = [recordOf(kind), recordOf(kind)] as const;

  it("refuses at any time every token that one of them refuses", async () => {
    await fc.assert(
      fc.asyncProperty(records[0], records[1], time, version, time, async (a, b, issuedAt, tokenVersion, now) => {
        const token = { ...TOKEN, issuedAt, tokenVersion, sessionId: "s" };
        const refuses = async (record: RevocationRecord) =>
          !(await checkRevocation(token, revocationsSaying({ [kind]: record }), DEMAND, now)).ok;
        const one = (await refuses(a)) || (await refuses(b));
        if (one) expect(await refuses(mergeRecords(a, b))).toBe(true);
      }),
      runs(1_500),
    );
  });
});

describe("in a ledger", () => {
  const raise = fc.record({ do: fc.constant("raise"), subject: fc.constant("alice"), minimumTokenVersion: version });
  const cutOff = fc.record({
    do: fc.constant("cutOff"),
    subject: fc.constant("alice"),
    issuedBefore: fc.integer({ min: T - 9, max: T + 9 }),
  });
  const longer = fc.integer({ min: T + 90_000, max: T + 200_000 }).map((until) => ({ until }));
  const command = fc
    .tuple(fc.oneof(raise, cutOff), fc.option(longer, { nil: {} }))
    .map(([restriction, end]): Readonly<Record<string, unknown>> => ({ ...restriction, ...end }));

  it("raising only raises, whatever comes in whatever order, and ends at the highest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 12 }), (commands) =>
        withLedger(async (bench) => {
          let before: Record<string, number> = {};
          for (const given of commands) {
            const { record } = await bench.execute(given);
            const now = { ...(record as unknown as Record<string, number>) };
            for (const part of ["minimumTokenVersion", "issuedBefore", "until"]) {
              expect(now[part] ?? -1).toBeGreaterThanOrEqual(before[part] ?? -1);
            }
            before = now;
          }
          for (const part of ["minimumTokenVersion", "issuedBefore"]) {
            const highest = Math.max(...commands.map((given) => Number(given[part] ?? -1)));
            expect(before[part] ?? -1).toBe(highest);
          }
        }),
      ),
      runs(25),
    );
  });
});

import { beforeAll, describe, expect, it, vi } from "vitest";
import { Random } from "../../../simulation/random.ts";
import type { TestIssuer } from "../../../support/test-issuer.ts";
import { BOUND, type LedgerSystem } from "../../support/ledger-system.ts";
import { sleep } from "../../support/sleep.ts";
import { setScene } from "../setup.ts";
import { checkLiveHistory, DRIFT } from "./check-live-history.ts";
import type { LiveHistory } from "./events.ts";
import { LiveRun } from "./live-run.ts";
import { summarise } from "./summary.ts";
import { createTargets, type Target } from "./targets.ts";
import { FAULT_COUNT, troubleGuard, troubleLedger } from "./weather.ts";

const GUARDS = ["guard-1", "guard-2", "guard-3"];
const BOUND_MS = BOUND * 1_000;

/** Faults and choices follow from it; what they meet with in a real runtime does not. */
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** KV has everything soon after the ledger can reach it again, and a guard remembers for five seconds what it read there. */
const SOON = { timeout: 20_000, interval: 250 };

describe(`the history of three guards with one ledger (SEED=${SEED})`, () => {
  const scene = setScene({ guards: GUARDS, kvOnly: ["kv-only"] });
  let system: LedgerSystem;
  let issuer: TestIssuer;

  beforeAll(() => {
    ({ system, issuer } = scene());
  });

  describe("under faults of every kind", () => {
    let run: LiveRun;
    let targets: readonly Target[];
    let history: LiveHistory;

    beforeAll(async () => {
      const random = new Random(SEED);
      targets = await createTargets(issuer, 30);
      run = new LiveRun({ system, guards: GUARDS, targets, random: random.fork() });
      const trouble = async (faults: number, milliseconds: number) => {
        const guards = GUARDS.map((guard) => troubleGuard(system, guard, random.fork(), faults));
        await Promise.all([...guards, troubleLedger(system, random.fork(), milliseconds)]);
      };
      const weather = async () => {
        await sleep(BOUND_MS);
        await trouble(FAULT_COUNT, 13_000);
        await run.restart();
        await sleep(BOUND_MS);
        await trouble(2, 6_000);
        await sleep(BOUND_MS);
      };
      await run.during(weather());
      history = withSources(run);
    }, 100_000);

    it("has everything in it that could go wrong", () => {
      const { answers, promised, acknowledged, lifts, repeated } = summarise(history, BOUND_MS);
      const few = ["deny 200 mirror", "deny 401", "deny 503", "kv 200 mirror", "kv 200 kv", "kv 401"];
      for (const answer of [...few, "strict 200 ledger", "strict 401", "strict 503"]) {
        expect({ answer, count: answers[answer] ?? 0 }).toSatisfy(({ count }) => count >= 10);
      }
      for (const guard of GUARDS) expect(promised[guard]).toBeGreaterThan(50);
      expect(acknowledged).toBeGreaterThan(20);
      expect(lifts).toBeGreaterThan(3);
      expect(repeated).toBeGreaterThan(3);
    });

    it("breaks no promise", () => {
      expect(checkLiveHistory(history, BOUND_MS)).toEqual([]);
    });

    it("ends with all guards of one mind, whichever way they ask", async () => {
      await sleep(Math.max(0, lastAcknowledgement(history) + BOUND_MS + DRIFT - performance.now()));
      const wanted = targets.map(({ isRestricted }) => (isRestricted ? 401 : 200));
      for (const guard of GUARDS) {
        for (const asking of ["deny", "kv", "strict"] as const) {
          const statuses = await Promise.all(targets.map((target) => statusOf(guard, target, `/${asking}/`)));
          expect({ guard, asking, statuses }).toEqual({ guard, asking, statuses: wanted });
        }
      }
    });

    it("ends with a ledger that has lost nothing that it acknowledged", async () => {
      const { entries, next } = await system.history("guard-2", "?limit=1000");
      expect(next).toBeNull();
      const numbers = new Map(entries.map(({ id, sequence }) => [id, sequence]));
      for (const { id, sequences } of history.commands) expect([id, numbers.get(id)]).toEqual([id, sequences[0]]);
      const listed = (await system.records("guard-2", "?limit=1000")).records.map(({ name }) => name);
      expect(listed.sort()).toEqual(restrictedNames());
    });

    it("ends with everything in KV, and with a guard that knows of KV alone", async () => {
      await vi.waitFor(async () => {
        const { keys } = await (await system.kv).list();
        expect(keys.map(({ name }) => name).sort()).toEqual(restrictedNames());
      }, SOON);
      await vi.waitFor(async () => {
        const statuses = await Promise.all(targets.map(({ token }) => system.present("kv-only", token)));
        expect(statuses.map(({ status }) => status)).toEqual(
          targets.map(({ isRestricted }) => (isRestricted ? 401 : 200)),
        );
      }, SOON);
    });

    const restrictedNames = () =>
      targets.flatMap(({ isRestricted, name }) => (isRestricted && name ? [name] : [])).sort();
  });

  it("breaks a promise, and is found out, when an answer of the ledger comes from a cache that calls it new", async () => {
    const [cached, ...others] = GUARDS;
    const random = new Random(SEED);
    const run = new LiveRun({ system, guards: GUARDS, targets: await createTargets(issuer, 15), random });
    await system.fail("guard-1", { ledger: "cached" });
    // Until a mirror that knows everything has asked what is new.
    await run.during(sleep(2_500), { isQuiet: true });
    await run.during(sleep(3 * BOUND_MS));
    await system.fail("guard-1", { ledger: "none" });
    const { commands, requests } = withSources(run);
    const violationsOf = (guards: readonly (string | undefined)[]) =>
      checkLiveHistory({ commands, requests: requests.filter(({ guard }) => guards.includes(guard)) }, BOUND_MS);
    expect(violationsOf([cached]).join("\n")).toMatch(
      /deny request .* to guard-1 \(mirror\) was let through \d{4} ms after/,
    );
    expect(violationsOf(others)).toEqual([]);
  });

  /** With who answered, as the decision records say. */
  function withSources({ commands, requests }: LiveRun): LiveHistory {
    return {
      commands,
      requests: requests.map((request) => {
        const source = system.decisionOf(request)?.revocation?.source;
        return { ...request, ...(source !== undefined && { source }) };
      }),
    };
  }

  /** A 503 says to ask again. */
  async function statusOf(guard: string, { token }: Target, path: string): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const { status } = await system.present(guard, token, path);
      if (status !== 503 || attempt === 10) return status;
      await sleep(300);
    }
  }
});

function lastAcknowledgement({ commands }: LiveHistory): number {
  return Math.max(...commands.map(({ acknowledgedAt = 0 }) => acknowledgedAt));
}

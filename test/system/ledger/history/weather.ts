import type { Random } from "../../../simulation/random.ts";
import type { Fault, LedgerSystem } from "../../support/ledger-system.ts";
import { sleep } from "../../support/sleep.ts";

const FAULTS: readonly Fault[] = ["reject", "hang", "slow question", "slow answer", "lost answer"];

/** Milliseconds for which a fault lasts: with slow answers, so long that one of them is not the last. */
const LASTING = { shortest: 500, longest: 3_000, slow: 4_000 };

/** How the ledger can be kept from a guard. */
export const FAULT_COUNT = FAULTS.length;

/**
 * One fault after the other keeps a guard from the ledger for a while, and sometimes from KV, too.
 *
 * @param count how many, all different
 */
export async function troubleGuard(system: LedgerSystem, guard: string, random: Random, count: number): Promise<void> {
  for (const ledger of shuffled(FAULTS, random).slice(0, count)) {
    const store = random.chance(0.3) ? random.pick(FAULTS) : "none";
    await system.fail(guard, { ledger, store });
    await sleep(ledger === "slow answer" ? LASTING.slow : random.whole(LASTING.shortest, LASTING.longest));
    await system.fail(guard, { ledger: "none", store: "none" });
    await sleep(random.whole(100, 1_500));
  }
}

/** For some time, the ledger's object crashes, is put out of memory or begins anew from KV, and KV fails it. */
export async function troubleLedger(system: LedgerSystem, random: Random, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  const heal = () => system.fail("ledger", { store: "none" });
  const troubles = [
    () => system.fail("ledger", { store: random.pick(FAULTS) }),
    () => system.crashLedger(),
    () => system.rebuild(),
    heal,
    // An object is put out of memory when it has nothing to do, so not while it waits for KV.
    () => heal().then(() => system.evictLedger()),
  ];
  // Each comes once at least.
  for (let next = 0; performance.now() < end; next++) {
    await (troubles[next] ?? random.pick(troubles))();
    await sleep(random.whole(300, 2_500));
  }
  await heal();
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

import type { Random } from "../simulation/random.ts";
import type { Fault, LedgerSystem } from "../system/support/ledger-system.ts";
import { sleep } from "../system/support/sleep.ts";
import { KEY_FAULTS, type KeyPublisher } from "./key-publisher.ts";
import type { Outages } from "./outages.ts";

/** What goes wrong with which dependency of a guard. */
const FAULTS = {
  ledger: ["reject", "hang", "slow question", "slow answer", "lost answer"],
  store: ["reject", "hang", "slow question", "slow answer", "lost answer", "throttled"],
  origin: ["reject", "hang", "slow question", "lost answer", "throttled", "truncated"],
} as const satisfies Readonly<Record<string, readonly Fault[]>>;

type Dependency = keyof typeof FAULTS;

/** What a run is put together from, as far as things go wrong in it. */
export interface WeatherParts {
  readonly system: LedgerSystem;
  readonly publisher: KeyPublisher;
  readonly outages: Outages;
  readonly random: Random;
  readonly ended: () => boolean;
  /** Milliseconds between two changes of an issuer's keys. */
  readonly rotation: number;
  /** Milliseconds of good weather between two faults of one thing, at most. */
  readonly calm: number;
}

/** Lets things go wrong until it is over, and leaves everything well. */
export async function makeWeather(
  parts: WeatherParts,
  guards: readonly string[],
  kvOnly: readonly string[],
): Promise<void> {
  const { publisher } = parts;
  await Promise.all([
    ...guards.flatMap((guard) => (["ledger", "store", "origin"] as const).map((what) => trouble(parts, guard, what))),
    ...kvOnly.flatMap((guard) => (["store", "origin"] as const).map((what) => trouble(parts, guard, what))),
    troubleLedger(parts),
    ...publisher.issuers.flatMap((_, index) => [troubleKeys(parts, index), rotateKeys(parts, index)]),
  ]);
}

async function trouble({ system, outages, random, ended, calm }: WeatherParts, guard: string, what: Dependency) {
  while (!ended()) {
    await pause(random.whole(500, calm), ended);
    const fault = random.pick(FAULTS[what]);
    await outages.during(
      `${what} of ${guard}`,
      async () => {
        await system.fail(guard, { [what]: fault });
        await pause(fault === "slow answer" ? 4_000 : random.whole(500, 4_000), ended);
        await system.fail(guard, { [what]: "none" });
      },
      fault,
    );
  }
}

/** The ledger's object crashes or begins anew from KV, and KV fails it. */
async function troubleLedger({ system, outages, random, ended, calm }: WeatherParts) {
  const crash = () => outages.during("ledger", () => system.crashLedger());
  const rebuild = () => outages.during("ledger", () => system.rebuild());
  const loseKv = () =>
    outages.during("store of ledger", async () => {
      await system.fail("ledger", { store: random.pick(FAULTS.store) });
      await pause(random.whole(500, 4_000), ended);
      await system.fail("ledger", { store: "none" });
    });
  while (!ended()) {
    await pause(random.whole(1_000, 2 * calm), ended);
    await random.pick([crash, rebuild, loseKv])();
  }
}

async function troubleKeys({ publisher, outages, random, ended, calm }: WeatherParts, index: number) {
  const issuer = publisher.issuers[index];
  while (issuer !== undefined && !ended()) {
    await pause(random.whole(1_000, 2 * calm), ended);
    await outages.during(issuer.outage, async () => {
      publisher.fail(issuer, random.pick(KEY_FAULTS));
      await pause(random.whole(500, 6_000), ended);
      publisher.fail(issuer, undefined);
    });
  }
}

async function rotateKeys({ publisher, random, ended, rotation }: WeatherParts, index: number) {
  while (!ended()) {
    await pause(random.whole(rotation / 2, rotation * 1.5), ended);
    if (!ended()) await publisher.issuers[index]?.rotate();
  }
}

/** Ends early when everything does. */
async function pause(milliseconds: number, ended: () => boolean): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!ended() && performance.now() < end) await sleep(Math.max(1, Math.min(200, end - performance.now())));
}

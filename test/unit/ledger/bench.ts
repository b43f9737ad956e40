import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Ledger } from "../../../src/ledger/ledger.ts";
import type { LedgerOptions } from "../../../src/ledger/ledger-options.ts";
import type { LedgerStorage } from "../../../src/ledger/ports.ts";
import { storageOf } from "../../../src/ledger/sql-storage.ts";
import type { Clock } from "../../../src/platform/clock.ts";
import type { FeedAnswer } from "../../../src/revocation/feed.ts";
import { type PageRow, readPage } from "../../../src/revocation/page.ts";
import { type RecordName, RecordNamer } from "../../../src/revocation/record-name.ts";
import { REVOCATION_KEY } from "../support.ts";
import { FakeKv } from "./fake-kv.ts";

export const ISSUER = "https://issuer.example";

/** When tests begin, as a NumericDate. */
export const T = 1_800_000_000;

/** How long a record of the issuer lasts that has no other end: `maxLifetime` and twice the `clockTolerance`. */
export const LASTS = 86_400 + 120;

export const namer = await RecordNamer.create(REVOCATION_KEY);

/** A clock that goes when a test says so. */
export class FakeClock implements Clock {
  ms = T * 1_000;
  readonly #timers = new Set<{ at: number; action: () => void }>();

  now(): number {
    return this.ms;
  }

  after(milliseconds: number, action: () => void): () => void {
    // As soon as others had their turn.
    if (milliseconds === 0) {
      queueMicrotask(action);
      return () => {};
    }
    const timer = { at: this.ms + milliseconds, action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves on, and calls what came due. */
  pass(milliseconds: number): void {
    this.ms += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.ms) continue;
      this.#timers.delete(timer);
      timer.action();
    }
  }
}

/** A ledger with a clock and a KV of the test's, over the SQLite of a Durable Object. */
export class Bench {
  readonly clock = new FakeClock();
  readonly kv = new FakeKv();
  readonly storage: LedgerStorage;
  /** What `sync` waits for; a rejection means that the object was replaced. */
  confirm: () => Promise<void> = async () => undefined;
  /** Statements that wrote a fence. */
  fences = 0;
  ledger: Ledger;
  #ids = 0;
  #commands = 0;

  constructor(storage: LedgerStorage) {
    this.storage = {
      exec: (query, ...bindings) => {
        if (query.includes("fence = fence + 1")) this.fences++;
        return storage.exec(query, ...bindings);
      },
      transaction: (work) => storage.transaction(work),
      sync: async () => {
        await storage.sync();
        await this.confirm();
      },
    };
    this.ledger = this.create();
  }

  create(overrides: Partial<LedgerOptions> = {}): Ledger {
    return new Ledger({
      storage: this.storage,
      kv: this.kv,
      namer,
      issuers: new Map([[ISSUER, { maxLifetime: 86_400, clockTolerance: 60 }]]),
      bound: 5_000,
      scanInterval: 15_000,
      clock: this.clock,
      newId: () => `ledger-${++this.#ids}`,
      ...overrides,
    });
  }

  /** Another object takes over the storage. */
  async restart(): Promise<void> {
    this.ledger = this.create();
    await this.ledger.start();
  }

  /** A command with an id of its own. */
  execute(command: Record<string, unknown>) {
    return this.ledger.execute({ id: `command-${++this.#commands}`, issuer: ISSUER, ...command });
  }

  lift(name: string) {
    return this.ledger.execute({ id: `command-${++this.#commands}`, do: "lift", name });
  }

  /** Works until nothing is due any more. */
  async settle(): Promise<void> {
    for (let run = 0; run < 200; run++) if ((await this.ledger.work()) > this.clock.now()) return;
    throw new Error("The ledger does not come to rest.");
  }

  /** Lets time pass, and the ledger work. */
  async pass(milliseconds: number): Promise<void> {
    this.clock.pass(milliseconds);
    await this.settle();
  }

  /** Everything that a mirror learns from some number on. */
  async rows(since = 0): Promise<readonly PageRow[]> {
    const { ledger } = await this.ledger.reader.status();
    return rowsOf(await this.ledger.changes({ ledger, since }));
  }

  async says(name: RecordName): Promise<unknown> {
    return (await this.ledger.reader.record(name))?.record;
  }
}

export function rowsOf(answer: FeedAnswer): readonly PageRow[] {
  if (answer.kind !== "changes") throw new Error(`The answer is ${answer.kind}.`);
  return [...readPage(answer.page)];
}

/** Runs a test with a ledger that was started, and that has read a KV without any record when it is ready. */
export async function withLedger(
  test: (bench: Bench) => Promise<void>,
  prepare: (bench: Bench) => unknown = (bench) => bench.settle(),
): Promise<void> {
  const { STORAGE } = env as unknown as { STORAGE: DurableObjectNamespace };
  await runInDurableObject(STORAGE.get(STORAGE.newUniqueId()), async (_instance, state) => {
    const bench = new Bench(storageOf(state.storage));
    await bench.ledger.start();
    await prepare(bench);
    await test(bench);
  });
}

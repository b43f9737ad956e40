import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { variableOf } from "../../../src/config/config-from-vars.ts";
import type { AttackKeys } from "../../attacks/keys.ts";
import { guardSecrets, guardSettings, type Places, RECORDS, RECORDS_OF } from "../../attacks/scene.ts";
import { builtWorker } from "../support/built-worker.ts";
import { type RecordedDecision, readDecisions } from "../support/logs.ts";
import { REVOCATION_KEY, RevocationRecords } from "../support/revocation-records.ts";
import { sleep } from "../support/sleep.ts";

/** The deployable Worker in workerd, on a socket of its own, with a clock that the tests set. */
export class AttackedGuard {
  /** Where attackers connect to. */
  readonly url: URL;
  readonly #clock: URL;
  readonly #runtime: Miniflare;
  readonly #decisions: Map<string, RecordedDecision>;
  #now: number | undefined;

  private constructor(url: URL, clock: URL, runtime: Miniflare, decisions: Map<string, RecordedDecision>) {
    this.url = url;
    this.#clock = clock;
    this.#runtime = runtime;
    this.#decisions = decisions;
  }

  static async start(keys: AttackKeys, places: Places): Promise<AttackedGuard> {
    const decisions = new Map<string, RecordedDecision>();
    const modules = {
      "set-clock.mjs": await readFile(new URL("set-clock.js", import.meta.url), "utf8"),
      "index.mjs": await builtWorker("test/system/guard.toml"),
    };
    const runtime = new Miniflare({
      cf: false,
      handleStructuredLogs: (line: { readonly message: string }) => {
        for (const decision of readDecisions([line])) decisions.set(decision.requestId, decision);
      },
      workers: [
        {
          config: {
            name: "guard",
            compatibilityDate: "2026-10-20",
            compatibilityFlags: ["no_nodejs_compat", "no_nodejs_compat_v2", "global_fetch_strictly_public"],
            manifest: {
              mainModule: "set-clock.mjs",
              modulesRoot: "/",
              modules: Object.fromEntries(
                Object.entries(modules).map(([name, contents]) => [name, { type: "esm" as const, contents }]),
              ),
            },
            env: { REVOCATIONS: { type: "kv", id: "REVOCATIONS" }, ...variables(keys, places) },
          },
          dev: { unsafeDirectSockets: [LOOPBACK, { ...LOOPBACK, entrypoint: "Clock" }] },
        },
      ],
    });
    await runtime.ready;
    const records = await RevocationRecords.open(await runtime.getKVNamespace("REVOCATIONS", "guard"));
    for (const { kind, value, text } of RECORDS) await records.writeText(kind, RECORDS_OF, value, text);
    const [url, clock] = await Promise.all([
      runtime.unsafeGetDirectURL("guard"),
      runtime.unsafeGetDirectURL("guard", "Clock"),
    ]);
    return new AttackedGuard(url, clock, runtime, decisions);
  }

  /** @param now NumericDate in seconds */
  async setClock(now: number): Promise<void> {
    if (this.#now === now) return;
    await fetch(this.#clock, { method: "POST", body: String(now * 1000) });
    this.#now = now;
  }

  /** What was recorded of a request that has been answered; the log takes its time. */
  async decisionOn(requestId: string): Promise<RecordedDecision> {
    for (let tries = 0; tries < 500; tries++) {
      const decision = this.#decisions.get(requestId);
      if (decision !== undefined) return decision;
      await sleep(5);
    }
    throw new Error(`no decision was recorded of the request ${requestId}`);
  }

  async stop(): Promise<void> {
    await this.#runtime.dispose();
  }
}

const LOOPBACK = { host: "127.0.0.1", port: 0 };

function variables(keys: AttackKeys, places: Places) {
  const texts = Object.entries({ REVOCATION_KEY, ...guardSecrets(keys), ORIGIN: places.origin });
  const { origin, ...settings } = guardSettings(keys, places);
  return Object.fromEntries([
    ...texts.map(([name, value]) => [name, { type: "text" as const, value }] as const),
    ...Object.entries(settings).map(
      ([name, value]) =>
        [variableOf(name), { type: "json" as const, value: JSON.parse(JSON.stringify(value)) }] as const,
    ),
  ]);
}

import { type App, createApp, createBrokenApp, createUnconfiguredApp } from "./app.ts";
import { TokenMemory } from "./authorize/token-memory.ts";
import { decodeSettings } from "./config/decode-settings.ts";
import type { Environment } from "./config/environment.ts";
import type { Fault } from "./config/fault.ts";
import { faultsOfKeys } from "./config/key-faults.ts";
import type { Settings } from "./config/settings.ts";
import { createOperatorApi } from "./create-operator-api.ts";
import type { AssertionSigner } from "./gateway/assertion.ts";
import { type Fetch, Forwarder } from "./gateway/forwarder.ts";
import { createKeyRing, KeyRing } from "./keys/key-ring.ts";
import type { LedgerDesk } from "./model/ledger-desk.ts";
import type { Problem } from "./model/problem.ts";
import { systemClock } from "./platform/clock.ts";
import { LEDGER_NAME, type LedgerFeed } from "./revocation/feed.ts";
import { KvRevocationReader, type RecordStore } from "./revocation/kv-reader.ts";
import { MirrorReader } from "./revocation/mirror-reader.ts";
import { NameMemory } from "./revocation/name-memory.ts";
import { RecordNamer } from "./revocation/record-name.ts";
import { writeDefect, writeProblems, writeRecord } from "./telemetry/write-record.ts";

/** A Worker's fetch handler, for `export default` or to be called from one's own. */
export interface JotgateHandler {
  fetch(request: Request, env: object, lifetime: ExecutionContext): Promise<Response>;
}

/**
 * Puts the parts together: configuration → adapters → app, once per isolate.
 *
 * @param readConfig where the configuration comes from
 * @param nameOf how the operator wrote an outermost setting
 * @param early the environment, where it is known before the first request: configuration and keys may be ready by then
 */
export function createHandler(
  readConfig: (env: Environment) => unknown,
  nameOf: (setting: string) => string,
  early?: object,
): JotgateHandler {
  let app: App | undefined;
  let ready: App | undefined;
  if (early !== undefined) {
    // No request waits for this. What goes wrong here may be due to the time, and is found again with the first request.
    configure(readConfig, early as Environment, nameOf).then(
      (created) => {
        if (typeof created === "function") ready = created;
      },
      () => {},
    );
  }
  const answerFirst: JotgateHandler["fetch"] = async (request, env, lifetime) => {
    try {
      const created = ready ?? (await configure(readConfig, env as Environment, nameOf));
      // Requests that came meanwhile made one, too; all go on with the first, so that key sets are fetched once and
      // problems are reported once.
      app ??= typeof created === "function" ? created : reject(created);
    } catch (defect) {
      return createBrokenApp(defect)(request, lifetime);
    }
    return app(request, lifetime);
  };
  return { fetch: (request, env, lifetime) => (app ? app(request, lifetime) : answerFirst(request, env, lifetime)) };
}

async function configure(
  readConfig: (env: Environment) => unknown,
  env: Environment,
  nameOf: (setting: string) => string,
): Promise<App | readonly Problem[]> {
  const decoded = decodeSettings(readConfig(env), env);
  const issuers = decoded.ok ? decoded.settings.rules.issuers : decoded.issuers;
  const keys = await createKeyRing(issuers.values());
  const faults: Fault[] = keys instanceof KeyRing ? [] : faultsOfKeys(keys, ({ issuer }) => ["issuers", issuer]);
  if (!decoded.ok) return explain([...decoded.faults, ...faults], nameOf);

  const { assertion } = decoded.settings;
  // Most guards sign nothing.
  const signer = assertion && (await (await import("./gateway/assertion.ts")).AssertionSigner.create(assertion));
  if (assertion && !signer) faults.push({ at: ["ASSERTION_KEY"], problem: "unfitAssertionKey", details: [] });
  return keys instanceof KeyRing && faults.length === 0
    ? assemble(decoded.settings, env, keys, signer, nameOf)
    : explain(faults, nameOf);
}

/** The words are loaded here, so and only where something is wrong. */
async function explain(faults: readonly Fault[], nameOf: (setting: string) => string): Promise<readonly Problem[]> {
  const { explainFaults } = await import("./config/explain-faults.ts");
  return explainFaults(faults, nameOf);
}

function reject(problems: readonly Problem[]): App {
  writeProblems(problems);
  return createUnconfiguredApp();
}

async function assemble(
  settings: Settings,
  env: Environment,
  keys: KeyRing,
  signer: AssertionSigner | undefined,
  nameOf: (setting: string) => string,
): Promise<App | readonly Problem[]> {
  const { rules, forwarding, realm, logsAllowed, revocationKey, ledger } = settings;
  const names = new NameMemory(await RecordNamer.create(revocationKey));
  const kv = new KvRevocationReader(env["REVOCATIONS"] as RecordStore, names);
  const stub = () => ledgerOf(env);
  const mirror =
    ledger && new MirrorReader({ feed: stub, kv, names, bound: ledger.stalenessBound * 1000, clock: systemClock });
  const parts = {
    rules,
    realm,
    keysFor: (url: URL, lifetime: ExecutionContext) =>
      keys.forRequest({ hostname: url.hostname, waitUntil: (work) => lifetime.waitUntil(work) }),
    memory: new TokenMemory(),
    revocationsFor: (lifetime: ExecutionContext) => mirror?.forRequest(lifetime) ?? kv,
    forwarder: new Forwarder(forwarding, fetchFrom(settings, env), signer),
    record: writeRecord,
    logsAllowed,
    reportDefect: writeDefect,
  };
  const operatorApi = await createOperatorApi({ settings, env, nameOf, parts, desk: stub, mirror });
  return typeof operatorApi === "object" ? operatorApi : createApp(parts, signer, operatorApi);
}

/** Stubs belong to the request that made them. */
function ledgerOf(env: Environment): LedgerFeed & LedgerDesk {
  return (env["LEDGER"] as DurableObjectNamespace).getByName(LEDGER_NAME) as unknown as LedgerFeed & LedgerDesk;
}

function fetchFrom({ forwarding: { origin } }: Settings, env: Environment): Fetch {
  if (origin.kind === "url") return (target, init) => fetch(target, init);
  const binding = env[origin.name] as Fetcher;
  return (target, init) => binding.fetch(target, init);
}

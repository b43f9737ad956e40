import { Miniflare } from "miniflare";
import type { LedgerStatus } from "../../../src/ledger/status.ts";
import type { HistoryPage, RecordsPage } from "../../../src/model/ledger-desk.ts";
import type { Acknowledgement } from "../../../src/model/revocation-command.ts";
import type { MirrorStatus } from "../../../src/revocation/mirror.ts";
import type { Vars } from "./guard.ts";
import { describeWorkers, LEDGER_WORKER, type Plan, surroundingsOf } from "./ledger-workers.ts";
import { type RecordedDecision, readDecisions } from "./logs.ts";
import { RevocationRecords } from "./revocation-records.ts";
import { sleep } from "./sleep.ts";
import { TestOperator } from "./test-operator.ts";

/** What a way to the ledger, to KV or to the origin does instead of answering. See workers/surroundings.js. */
export type Fault =
  | "none"
  | "reject"
  | "hang"
  | "slow question"
  | "slow answer"
  | "lost answer"
  | "cached"
  | "throttled"
  /** Of an origin alone. */
  | "truncated";

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  /** Text of the body, or what it says when it is JSON. */
  readonly body: unknown;
  readonly requestId: string;
}

/** How a guard and its ledger stand. */
export interface StatusReport {
  readonly ledger: LedgerStatus;
  readonly mirror: MirrorStatus;
}

/** B of the guards in tests, in seconds: the shortest that can be set. */
export const BOUND = 2;

/** Seconds between two scans of KV: the shortest that can be set. */
export const SCAN_INTERVAL = 5;

/** Guards with a mirror each, one ledger, one KV namespace; and what it takes to hurt them. */
export class LedgerSystem {
  readonly operator = new TestOperator("ada", "admin");
  readonly #decisions = new Map<string, RecordedDecision>();
  #runtime: Miniflare | undefined;
  #plan: Plan | undefined;

  /** @param vars of all guards, without origin */
  static async start(
    vars: Vars,
    setup: Partial<Pick<Plan, "guards" | "kvOnly" | "ledgerVars" | "isInspected">> = {},
  ): Promise<LedgerSystem> {
    const system = new LedgerSystem();
    await system.change({ guards: ["guard-1", "guard-2"], kvOnly: [], ledgerVars: {}, ...setup, vars });
    return system;
  }

  /** Another plan, on the same storage: all isolates are new. What the present plan says holds where nothing else is said. */
  async change(plan: Plan | Partial<Plan>): Promise<void> {
    const next = { ...this.#plan, ...plan } as Plan;
    const operators = { OPERATORS: [this.operator.entry], STALENESS_BOUND: BOUND, SCAN_INTERVAL };
    const workers = await describeWorkers({ ...next, ledgerVars: { ...operators, ...next.ledgerVars } });
    const options = {
      ...workers,
      handleStructuredLogs: (line: { readonly message: string }) => {
        for (const decision of readDecisions([line])) this.#decisions.set(decision.requestId, decision);
      },
    };
    this.#plan = next;
    if (this.#runtime === undefined) this.#runtime = new Miniflare(options);
    else await this.#runtime.setOptions(options);
    await this.#runtime.ready;
  }

  /** Sends a request with this token to one of the guards. */
  present(guard: string, token: string, path = "/", signal?: AbortSignal): Promise<Answer> {
    return this.#send(guard, path, { headers: { authorization: `Bearer ${token}` }, ...(signal && { signal }) });
  }

  /** Sends the operator's request. */
  operate(
    guard: string,
    path: string,
    { signal, body, method = body === undefined ? "GET" : "POST" }: Operation = {},
  ): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.operator.secret}`, "content-type": "application/json" };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#send(guard, `/_jotgate/v1${path}`, { method, headers, ...content, ...(signal && { signal }) });
  }

  /** Gives a command, which has to be acknowledged. */
  async command(guard: string, command: Readonly<Record<string, unknown>>): Promise<Acknowledgement> {
    return (await this.#operateWell(guard, "/commands", { body: command })) as Acknowledgement;
  }

  async status(guard: string): Promise<StatusReport> {
    return (await this.#operateWell(guard, "/status")) as StatusReport;
  }

  async records(guard: string, query = ""): Promise<RecordsPage> {
    return (await this.#operateWell(guard, `/records${query}`)) as RecordsPage;
  }

  async history(guard: string, query = ""): Promise<HistoryPage> {
    return (await this.#operateWell(guard, `/history${query}`)) as HistoryPage;
  }

  /** What a guard, or the ledger itself (`ledger`), has for its ledger, for KV and for its origin shall do this from now on. */
  async fail(
    whose: string,
    faults: { readonly ledger?: Fault; readonly store?: Fault; readonly origin?: Fault },
  ): Promise<void> {
    await this.#control(whose, "PUT", "/faults", JSON.stringify(faults));
  }

  /** How often the surroundings were asked for what since the isolates started, such as `store.get` or `ledger.changes`. */
  async callsOf(whose: string): Promise<Readonly<Record<string, number>>> {
    return JSON.parse(await this.#control(whose, "GET", "/calls"));
  }

  /** Has the ledger read KV anew. */
  async rebuild(): Promise<void> {
    await this.#control(LEDGER_WORKER, "POST", "/rebuild");
  }

  /** The ledger's object is gone at once, with its memory and whatever was being asked of it. */
  async crashLedger(): Promise<void> {
    await this.#control(LEDGER_WORKER, "POST", "/crash");
  }

  /** The ledger's object is put out of memory in good order. */
  async evictLedger(): Promise<void> {
    await this.#running.unsafeEvictDurableObject(LEDGER_WORKER, "Ledger", { name: "ledger" });
  }

  /** Waits until the ledger has read KV through for the first time, and guards get answers. */
  async untilReady(guard: string): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if ((await this.status(guard)).ledger.state === "ready") return;
      await sleep(100);
    }
    throw new Error("the ledger did not get ready");
  }

  /** The whole runtime is killed and started again: only what was stored is left. */
  async restart(): Promise<void> {
    await this.change({});
  }

  /** The real namespace. */
  get kv() {
    const { guards, kvOnly } = this.#plan ?? { guards: [], kvOnly: [] };
    const [name] = [...guards, ...kvOnly];
    return this.#running.getKVNamespace("KV", surroundingsOf(name ?? ""));
  }

  /** The revocation records as an outside writer has them. */
  async openRecords(): Promise<RevocationRecords> {
    return RevocationRecords.open(await this.kv);
  }

  /** The record of the decision about a request. Lines of the log arrive some time after the answer. */
  decisionOf({ requestId }: Pick<Answer, "requestId">): RecordedDecision | undefined {
    return this.#decisions.get(requestId);
  }

  /** The same, and forgets it: a long run has more of them than fit into memory. */
  takeDecision(answer: Pick<Answer, "requestId">): RecordedDecision | undefined {
    const decision = this.decisionOf(answer);
    this.#decisions.delete(answer.requestId);
    return decision;
  }

  /** Where clients of a guard connect to. */
  urlOf(guard: string): Promise<URL> {
    return this.#running.unsafeGetDirectURL(guard);
  }

  /** Where debuggers connect to, of a system that is inspected. */
  async inspectorPort(): Promise<number> {
    return Number((await this.#running.getInspectorURL()).port);
  }

  async stop(): Promise<void> {
    await this.#runtime?.dispose();
  }

  get #running(): Miniflare {
    if (this.#runtime === undefined) throw new Error("the system was not started");
    return this.#runtime;
  }

  async #operateWell(guard: string, path: string, operation?: Operation): Promise<unknown> {
    const { status, body } = await this.operate(guard, path, operation);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async #send(guard: string, path: string, init: RequestInit): Promise<Answer> {
    const url = await this.#running.unsafeGetDirectURL(guard);
    const response = await fetch(new URL(path, url), { redirect: "manual", ...init });
    const text = await response.text();
    const body = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    return { status: response.status, body, requestId: response.headers.get("x-jotgate-request-id") ?? "" };
  }

  async #control(whose: string, method: string, path: string, body?: string): Promise<string> {
    const url = await this.#running.unsafeGetDirectURL(surroundingsOf(whose));
    const response = await fetch(new URL(path, url), { method, ...(body !== undefined && { body }) });
    if (!response.ok)
      throw new Error(`${method} ${path} at the surroundings: ${response.status} ${await response.text()}`);
    return response.text();
  }
}

export interface Operation {
  readonly method?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

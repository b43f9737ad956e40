import { fileURLToPath } from "node:url";
import type { KVNamespace } from "@cloudflare/workers-types";
import { createTestHarness, type TestHarness, type TestHarnessOptions } from "wrangler";
import { type ProblemReport, type RecordedDecision, readDecisions, readProblems } from "./logs.ts";
import { REVOCATION_KEY, RevocationRecords } from "./revocation-records.ts";

/** Variables of the guard by their names in `wrangler.toml`, besides those that have a sensible value for every test. */
export type Vars = Readonly<Record<string, unknown>>;

/** A request to the guard, besides its path. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type WorkerInput = TestHarnessOptions["workers"][number];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The deployable Worker, built by wrangler and running in workerd. */
export class Guard {
  /** Where clients connect to. */
  readonly url: URL;
  readonly records: RevocationRecords;
  /** The namespace with the records, as whoever writes there has it. */
  readonly kv: KVNamespace;
  readonly #harness: TestHarness;

  private constructor(url: URL, harness: TestHarness, kv: KVNamespace, records: RevocationRecords) {
    this.url = url;
    this.#harness = harness;
    this.kv = kv;
    this.records = records;
  }

  /** @param setup another Worker in the guard's place, further Workers, and what is bound to them */
  static async start(
    vars: Vars,
    setup: {
      readonly configPath?: string;
      readonly workers?: readonly WorkerInput[];
      readonly bind?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Guard> {
    const { configPath = "guard.toml", workers = [], bind } = setup;
    const guard = { configPath, ...variables(vars), ...(bind && { bindingOverrides: bind }) };
    const harness = createTestHarness({ root: ROOT, workers: [guard, ...workers] });
    const { url } = await harness.listen();
    const { REVOCATIONS } = await harness.getWorker().getEnv();
    return new Guard(url, harness, REVOCATIONS, await RevocationRecords.open(REVOCATIONS));
  }

  /** Sends a request to `https://api.example` as the Worker sees it, or through another of the Workers. */
  fetch(path: string, init: Sending = {}, worker?: string): Promise<Response> {
    const response: unknown = this.#harness
      .getWorker(worker)
      .fetch(`https://api.example${path}`, { redirect: "manual", ...init });
    return response as Promise<Response>;
  }

  /** Sends a request with this bearer token. */
  present(token: string, path = "/", init: Sending = {}): Promise<Response> {
    return this.fetch(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
  }

  get decisions(): RecordedDecision[] {
    return readDecisions(this.#harness.getLogs());
  }

  get problemReports(): ProblemReport[] {
    return readProblems(this.#harness.getLogs());
  }

  /** A new isolate that has what is stored (records, cached key sets) and remembers nothing. */
  async restartIsolate(): Promise<void> {
    await this.#harness.update((options) => ({ ...options }));
  }

  async stop(): Promise<void> {
    await this.#harness.close();
  }
}

function variables(vars: Vars): Pick<Extract<WorkerInput, { configPath: string | URL }>, "vars" | "secrets"> {
  return { vars: JSON.parse(JSON.stringify(vars)), secrets: { REVOCATION_KEY } };
}

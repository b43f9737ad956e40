import { BatchClient } from "./batch-client.ts";
import type { Case } from "./cases.ts";
import type { Contestant } from "./contestants.ts";
import type { Runtime } from "./runtime.ts";
import type { Batch, Sample } from "./sample.ts";
import type { Line } from "./traffic.ts";
import type { TrafficFile } from "./traffic-file.ts";
import { subtract } from "./upstream/counters.ts";
import type { Upstream } from "./upstream/upstream.ts";
import { runLoad } from "./wrk.ts";
import { countWrongInBatch, countWrongUnderLoad } from "./wrong-answers.ts";

/** One contestant in one case: its process, and how far it has come in the traffic. */
export class Lane {
  readonly contestant: Contestant;
  readonly #case: Case;
  readonly #runtime: Runtime;
  readonly #upstream: Upstream;
  readonly #traffic: TrafficFile;
  readonly #client: BatchClient;
  #position = 0;

  constructor(contestant: Contestant, of: Case, runtime: Runtime, upstream: Upstream, traffic: TrafficFile) {
    this.contestant = contestant;
    this.#case = of;
    this.#runtime = runtime;
    this.#upstream = upstream;
    this.#traffic = traffic;
    this.#client = new BatchClient(runtime.port, of.connections);
  }

  async runBatch(round: number): Promise<Batch> {
    const lines = this.#take(this.#case.batch);
    await this.#client.connect();
    const before = (await this.#upstream.read()).counters;
    const cpuBefore = this.#runtime.cpu();
    const statuses = await this.#client.send(lines);
    // While the answer is under way, the contestant ends what it does after its own.
    const after = await this.#upstream.read();
    const cpu = this.#runtime.cpu() - cpuBefore;
    const counts = subtract(after.counters, before);
    return {
      case: this.#case.name,
      contestant: this.contestant.name,
      round,
      cpu,
      requests: lines.length,
      kvReads: counts.kvReads,
      wrong: countWrongInBatch(lines, statuses, this.contestant) + this.#untold(counts.originRequests, after.lastHead),
    };
  }

  async runLoad(round: number, seconds: number): Promise<Sample> {
    const { repeats, path, stopAt } = this.#traffic;
    const { connections } = this.#case;
    this.#startOver();
    const at = performance.now() / 1000;
    const before = (await this.#upstream.read()).counters;
    const cpuBefore = this.#runtime.cpu();
    const load = { port: this.#runtime.port, connections, seconds, file: path, repeats, start: this.#position, stopAt };
    const result = await runLoad(load);
    const cpu = this.#runtime.cpu() - cpuBefore;
    const after = await this.#upstream.settle();
    const counts = subtract(after.counters, before);
    if (!repeats) this.#moveTo(result.position);

    return {
      case: this.#case.name,
      contestant: this.contestant.name,
      round,
      at,
      requests: result.requests,
      sent: result.sentGood + result.sentBad,
      seconds: result.microseconds / 1e6,
      cpu,
      p50: result.p50,
      p99: result.p99,
      counts,
      memory: this.#runtime.memory(),
      wrong:
        countWrongUnderLoad(result, this.contestant, connections) + this.#untold(counts.originRequests, after.lastHead),
      statuses: result.statuses,
    };
  }

  stop(): Promise<void> {
    this.#client.close();
    return this.#runtime.stop();
  }

  #take(count: number): readonly Line[] {
    this.#startOver();
    const { lines, position } = this.#traffic.read(this.#position, count);
    this.#moveTo(position);
    return lines;
  }

  /** To those who do not look at tokens, none is new. */
  #startOver(): void {
    const { repeats, stopAt } = this.#traffic;
    if (!repeats && this.contestant.behaviour !== "checks" && this.#position > stopAt / 2) this.#position = 0;
  }

  #moveTo(position: number): void {
    const { repeats, stopAt } = this.#traffic;
    // Without tokens wrk waits for the end of its time, and what it says of times is wrong.
    if (!repeats && position >= stopAt) throw new Error(`${this.contestant.name} used up all tokens.`);
    this.#position = position;
  }

  /** 1 when the last request at the origin lacked what it has to be told. */
  #untold(originRequests: number, lastHead: string): number {
    const head = lastHead.toLowerCase();
    return originRequests === 0 || this.contestant.identity.every((header) => head.includes(header)) ? 0 : 1;
  }
}

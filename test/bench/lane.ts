import type { Case } from "./cases.ts";
import { type Contestant, rightAnswers } from "./contestants.ts";
import type { Runtime } from "./runtime.ts";
import type { Sample } from "./sample.ts";
import { type Counters, subtract } from "./upstream/counters.ts";
import type { Upstream } from "./upstream/upstream.ts";
import { type LoadResult, runLoad } from "./wrk.ts";

/** The requests of one case in a file. */
export interface TrafficFile {
  readonly path: string;
  readonly repeats: boolean;
  readonly bytes: number;
}

/** Unsent at the end: connections may still take requests while the load stops. */
const RESERVED_BYTES = 64 * 1024;

/** One contestant in one case: its process, and how far it has come in the traffic. */
export class Lane {
  readonly contestant: Contestant;
  readonly #case: Case;
  readonly #runtime: Runtime;
  readonly #upstream: Upstream;
  readonly #traffic: TrafficFile;
  #position = 0;

  constructor(contestant: Contestant, of: Case, runtime: Runtime, upstream: Upstream, traffic: TrafficFile) {
    this.contestant = contestant;
    this.#case = of;
    this.#runtime = runtime;
    this.#upstream = upstream;
    this.#traffic = traffic;
  }

  async measure(round: number, seconds: number): Promise<Sample> {
    const { repeats, path, bytes } = this.#traffic;
    const { connections } = this.#case;
    const stopAt = bytes - RESERVED_BYTES;
    // To those who do not look at tokens, none is new.
    if (this.contestant.behaviour !== "checks" && this.#position > stopAt / 2) this.#position = 0;

    const at = performance.now() / 1000;
    const before = (await this.#upstream.read()).counters;
    const cpuBefore = this.#runtime.cpu();
    const load = { port: this.#runtime.port, connections, seconds, file: path, repeats, start: this.#position, stopAt };
    const result = await runLoad(load);
    const cpu = this.#runtime.cpu() - cpuBefore;
    const after = await this.#upstream.settle();
    const counts: Counters = subtract(after.counters, before);
    const told =
      counts.originRequests === 0 ||
      this.contestant.identity.every((header) => after.lastHead.toLowerCase().includes(header));
    if (!repeats) this.#position = result.position;
    // Without tokens wrk waits for the end of its time, and what it says of times is wrong.
    if (!repeats && this.#position >= stopAt) throw new Error(`${this.contestant.name} used up all tokens.`);

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
      wrong: countWrong(result, this.contestant, connections) + (told ? 0 : 1),
      statuses: result.statuses,
    };
  }

  stop(): Promise<void> {
    return this.#runtime.stop();
  }
}

/** Answers with a status that nobody should get, or with the right one to the wrong request. */
function countWrong(result: LoadResult, contestant: Contestant, connections: number): number {
  const { good, bad } = rightAnswers(contestant);
  const sent = { good: result.sentGood, bad: result.sentBad };
  let unexpected = result.socketErrors;
  const answered = { good: 0, bad: 0 };
  for (const [status, times] of Object.entries(result.statuses)) {
    const code = Number(status);
    if (good.has(code)) answered.good += times;
    else if (bad.has(code)) answered.bad += times;
    else unexpected += times;
  }
  // Who treats both alike can only be wrong by another status.
  if (good.has(200) === bad.has(200)) return unexpected;
  // Some answers are still under way at the end.
  const excess = (kind: "good" | "bad") => Math.max(0, answered[kind] - sent[kind]);
  const lacking = (kind: "good" | "bad") =>
    sent[kind] - answered[kind] > connections ? sent[kind] - answered[kind] : 0;
  return unexpected + Math.max(excess("good") + excess("bad"), lacking("good"), lacking("bad"));
}

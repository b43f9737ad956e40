import type { Acknowledgement } from "../../../../src/model/revocation-command.ts";
import type { Random } from "../../../simulation/random.ts";
import type { LedgerSystem } from "../../support/ledger-system.ts";
import { sleep } from "../../support/sleep.ts";
import type { Asking, CommandEvent, RequestEvent } from "./events.ts";
import type { Target } from "./targets.ts";

/** How a run goes. */
export interface LiveRunSetup {
  readonly system: LedgerSystem;
  readonly guards: readonly string[];
  readonly targets: readonly Target[];
  readonly random: Random;
}

/** Milliseconds that a client waits for an acknowledgement: less than the API lets the ledger have. */
const PATIENCE = 2_500;

/** Tokens that were revoked last are asked for as often as all others together: they are the ones that tell. */
const RECENT = 4;

/** Streams that send to one guard at a time, each request after the answer to the one before. */
const STREAMS = 3;

const ASKING: readonly Asking[] = ["deny", "deny", "kv", "strict"];

/** Sends requests and commands to running guards and takes down what came of them. */
export class LiveRun {
  readonly commands: CommandEvent[] = [];
  /** In the order in which the answers came. */
  readonly requests: RequestEvent[] = [];
  /** Requests without any answer. */
  unanswered = 0;
  readonly #setup: LiveRunSetup;
  readonly #name = crypto.randomUUID();
  readonly #commanding = new Set<Promise<void>>();
  readonly #recent: Target[] = [];
  #era = 0;

  constructor(setup: LiveRunSetup) {
    this.#setup = setup;
  }

  /** Lets requests, and commands unless it is to be quiet, go on until `meanwhile` is over and all is acknowledged. */
  async during(meanwhile: Promise<void>, { isQuiet = false } = {}): Promise<void> {
    let isOver = false;
    const ended = () => isOver;
    const over = meanwhile.finally(() => {
      isOver = true;
    });
    const streams = this.#setup.guards.flatMap((guard) =>
      Array.from({ length: STREAMS }, () => this.#keepAsking(guard, ended)),
    );
    await Promise.all([over, ...streams, ...(isQuiet ? [] : [this.#keepCommanding(ended)])]);
    await Promise.all(this.#commanding);
  }

  /** Kills and restarts everything while requests and commands go on. */
  async restart(): Promise<void> {
    this.#era++;
    await this.#setup.system.restart();
  }

  /** Sends one request. Undefined when no answer came. */
  async ask(guard: string, target: Target, asking: Asking): Promise<RequestEvent | undefined> {
    const era = this.#era;
    const sentAt = performance.now();
    try {
      const { status, requestId } = await this.#setup.system.present(
        guard,
        target.token,
        `/${asking}/`,
        AbortSignal.timeout(4_000),
      );
      const receivedAt = performance.now();
      // Nobody knows which of two isolates has answered.
      if (era !== this.#era) return undefined;
      const request = { guard, era, target: target.number, asking, sentAt, receivedAt, status, requestId };
      this.requests.push(request);
      return request;
    } catch {
      this.unanswered++;
      return undefined;
    }
  }

  async #keepAsking(guard: string, ended: () => boolean): Promise<void> {
    const { random, targets } = this.#setup;
    while (!ended()) {
      const isRecent = this.#recent.length > 0 && random.chance(0.5);
      await this.ask(guard, random.pick(isRecent ? this.#recent : targets), random.pick(ASKING));
      await sleep(random.whole(10, 80));
    }
  }

  async #keepCommanding(ended: () => boolean): Promise<void> {
    const { random, targets } = this.#setup;
    // A few tokens live undisturbed.
    const touched = targets.slice(5);
    while (!ended()) {
      await sleep(random.whole(50, 600));
      const target = random.pick(touched);
      if (target.isBusy || (target.isRestricted && random.chance(0.5))) continue;
      const commanding = this.#command(target).finally(() => this.#commanding.delete(commanding));
      this.#commanding.add(commanding);
    }
  }

  /** Gives one command, again and again with the same id until it is acknowledged; and sometimes once more. */
  async #command(target: Target): Promise<void> {
    const { random } = this.#setup;
    target.isBusy = true;
    const id = `${this.#name}:${this.commands.length}`;
    const does = target.isRestricted ? "lift" : "restrict";
    const body = { id, ...(does === "lift" ? { do: "lift", name: target.name } : target.restriction) };
    const event: CommandEvent = { id, target: target.number, does, sentAt: performance.now(), sequences: [] };
    this.commands.push(event);
    while (!(await this.#send(target, event, body))) await sleep(random.whole(50, 300));
    if (random.chance(0.3)) await this.#send(target, event, body);
    target.isRestricted = does === "restrict";
    if (target.isRestricted) this.#recent.unshift(target);
    this.#recent.splice(RECENT);
    target.isBusy = false;
  }

  /** False when it is to be sent again. */
  async #send(target: Target, event: CommandEvent, body: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { system, guards, random } = this.#setup;
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await system.operate(random.pick(guards), "/commands", { body, signal }).catch(() => undefined);
    const acknowledgedAt = performance.now();
    if (answer === undefined || answer.status === 503) return false;
    if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    event.acknowledgedAt ??= acknowledgedAt;
    const { changed, sequence, name } = answer.body as Acknowledgement;
    event.changed = changed;
    event.sequences.push(sequence);
    target.name = name;
    return true;
  }
}

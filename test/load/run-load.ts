import { Random } from "../simulation/random.ts";
import { sleep } from "../system/support/sleep.ts";
import { callerOf } from "./caller.ts";
import type { Client } from "./client.ts";
import { type Asked, judge, mayStayUnanswered } from "./judge.ts";
import type { LoadReport } from "./load-report.ts";
import { MemoryWatch } from "./memory.ts";
import { Outages } from "./outages.ts";
import { Population } from "./population.ts";
import { BOUND, GUARDS, KV_ONLY, type Stage } from "./stage.ts";
import { watchForStalls } from "./stall-watch.ts";
import { Traffic } from "./traffic.ts";
import type { Question } from "./truth.ts";
import { makeWeather } from "./weather.ts";

export interface LoadSettings {
  readonly seconds: number;
  /** Requests a second, over all guards. */
  readonly rate: number;
  readonly seed: number;
  /** Told how it goes, every now and then. */
  readonly progress?: (line: string) => void;
}

/** Requests that one guard has to answer at a time, at most: those that hang hold up nobody else. */
const MOST_AT_A_TIME = 150;

/** Milliseconds after which a missing record of a decision counts as missing. */
const RECORDED_WITHIN = 10_000;

const TARGETS = 60;
const COMMANDS_PER_SECOND = 4;

/** Runs a load, with everything going wrong that can, and compares every single answer with what it may be. */
export async function runLoad(stage: Stage, settings: LoadSettings): Promise<LoadReport> {
  const load = new Load(stage, settings);
  return load.run();
}

class Load {
  readonly #stage: Stage;
  readonly #settings: LoadSettings;
  readonly #random: Random;
  readonly #outages = new Outages();
  readonly #population: Population;
  readonly #traffic: Traffic;
  readonly #inFlight = new Map<string, number>();
  /** Answers that were not judged yet, in the order in which they came. */
  #unjudged: Asked[] = [];
  #isOver = false;
  readonly #counts: Record<string, number> = {};
  readonly #wrong: string[] = [];
  readonly #unasked: string[] = [];
  #judged = 0;
  #stalled = 0;

  constructor(stage: Stage, settings: LoadSettings) {
    [this.#stage, this.#settings, this.#random] = [stage, settings, new Random(settings.seed)];
    const { system, issuer, publisher } = stage;
    this.#population = new Population(system, issuer, GUARDS, this.#random.fork(), TARGETS);
    this.#traffic = new Traffic(this.#random.fork(), this.#outages, issuer, publisher.issuers);
  }

  async run(): Promise<LoadReport> {
    const { seconds, progress } = this.#settings;
    const { system, publisher, clients } = this.#stage;
    const ended = () => this.#isOver;
    const memory = new MemoryWatch(Math.min(2_000, seconds * 20));
    const random = this.#random.fork();
    const long = seconds >= 120;
    const weather = { system, publisher, outages: this.#outages, random, ended };
    const begun = performance.now();
    await this.#population.renew(BOUND * 1_000);
    const work = Promise.all([
      ...[...GUARDS, ...KV_ONLY].map((guard) => this.#keepSending(guard)),
      this.#keepJudging(),
      watchForStalls(clients.get(GUARDS[0]) as Client, this.#outages, ended),
      this.#population.keepCommanding(ended, COMMANDS_PER_SECOND),
      makeWeather({ ...weather, rotation: long ? 45_000 : 6_000, calm: long ? 8_000 : 4_000 }, GUARDS, KV_ONLY),
    ]);
    const report = setInterval(() => progress?.(this.#tell(begun, memory)), 30_000);
    try {
      await Promise.race([sleep(seconds * 1_000), work]);
    } finally {
      this.#isOver = true;
      clearInterval(report);
    }
    await work;
    memory.stop();
    while ([...this.#inFlight.values()].some((count) => count > 0)) await sleep(50);
    while (this.#unjudged.length > 0) {
      this.#judgeWhatCan();
      await sleep(100);
    }
    this.#population.finish(BOUND * 1_000);
    const { commands, checked, violations } = this.#population;
    return {
      seconds: (performance.now() - begun) / 1_000,
      requests: this.#judged,
      answers: this.#counts,
      commands: commands.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length,
      lifts: commands.filter(({ does }) => does === "lift").length,
      histories: checked,
      rotations: publisher.issuers.reduce((sum, { keys }) => sum + keys.length - 1, 0),
      faults: this.#outages.counts,
      wrong: [...this.#wrong, ...violations],
      unasked: this.#unasked,
      stalled: this.#stalled,
      memory: memory.samples,
      thirds: memory.thirds,
    };
  }

  /** Sends to one guard at an even pace, whether or not it answers. */
  async #keepSending(guard: string): Promise<void> {
    const gap = (1_000 * (GUARDS.length + KV_ONLY.length)) / this.#settings.rate;
    for (let due = performance.now(); !this.#isOver; due += gap) {
      const now = performance.now();
      // What could not be sent in time is not made up for.
      if (now - due > 1_000) due = now;
      if (due > now) await sleep(due - now);
      const count = this.#inFlight.get(guard) ?? 0;
      if (count >= MOST_AT_A_TIME) continue;
      this.#inFlight.set(guard, count + 1);
      void this.#ask(guard).finally(() => this.#inFlight.set(guard, (this.#inFlight.get(guard) ?? 0) - 1));
    }
  }

  async #ask(guard: string): Promise<void> {
    const question = await this.#nextQuestion();
    const { target } = question.truth;
    if (target !== undefined) target.pending++;
    const [sentAt, sentDate] = [performance.now(), Date.now() / 1_000];
    const received = await (this.#stage.clients.get(guard) as Client).send(question.sending);
    const hasLedger = !(KV_ONLY as readonly string[]).includes(guard);
    if (!(received instanceof Error)) {
      this.#unjudged.push({ ...question, ...received, guard, hasLedger });
      return;
    }
    if (target !== undefined) target.pending--;
    this.#count(`no answer (${question.kind}): ${received.message}`);
    const moment = { guard, sentAt, sentDate, receivedAt: performance.now(), receivedDate: Date.now() / 1_000 };
    if (!mayStayUnanswered({ ...question, guard }, moment, this.#outages)) {
      const wrong = `${guard} did not answer a request (${question.kind}) of ${Math.round(sentAt)} ms: ${received}`;
      this.#wrong.push(wrong);
      this.#settings.progress?.(`${wrong} after ${Math.round(performance.now() - sentAt)} ms`);
    }
  }

  async #nextQuestion(): Promise<Question> {
    const target = this.#random.chance(0.4) ? this.#population.pick() : undefined;
    if (target === undefined) return this.#traffic.next();
    const asking = this.#traffic.anyAsking();
    const sending = { path: `/${asking}/`, headers: { authorization: `Bearer ${target.token}` } };
    return {
      kind: "revocable",
      asking,
      truth: this.#population.truthOf(target),
      sending,
      caller: callerOf(target.token),
    };
  }

  async #keepJudging(): Promise<void> {
    while (!this.#isOver) {
      await sleep(250);
      this.#judgeWhatCan();
      await this.#population.renew(BOUND * 1_000);
    }
  }

  /** In the order of the answers, as far as their decisions are on record. */
  #judgeWhatCan(): void {
    let count = 0;
    for (const asked of this.#unjudged) {
      const decision = this.#stage.system.takeDecision(asked);
      if (decision === undefined && performance.now() - asked.receivedAt < RECORDED_WITHIN) break;
      count++;
      this.#judge(asked, decision);
    }
    this.#unjudged = this.#unjudged.slice(count);
  }

  #judge(asked: Asked, decision: Parameters<typeof judge>[1]): void {
    const { guard, asking, sentAt, receivedAt, status, requestId, kind, truth } = asked;
    const { wrong, unasked, stalled, passed } = judge(asked, decision, this.#outages);
    this.#judged++;
    this.#count(`${kind}: ${status} ${decision?.reason ?? ""}`.trim());
    const title = `${asking} request (${kind}) at ${guard}, ${Math.round(sentAt)} to ${Math.round(receivedAt)} ms`;
    if (stalled) this.#stalled++;
    if (wrong !== undefined) this.#wrong.push(`${title} ${wrong}`);
    if (unasked !== undefined) this.#unasked.push(`${title}: ${unasked}`);
    if (wrong !== undefined || unasked !== undefined) this.#settings.progress?.(`${title}: ${wrong ?? unasked}`);
    if (passed) truth.keys?.key?.knownTo.add(guard);
    const { target } = truth;
    if (target === undefined || asking === "public") return;
    target.pending--;
    // What is over is over, and says nothing about revocation.
    if (decision?.reason === "token_expired") return;
    const source = decision?.revocation?.source;
    target.requests.push({
      ...{ guard, era: 0, target: target.number, sentAt, receivedAt, requestId },
      // A guard that has KV alone promises no more than KV.
      asking: asked.hasLedger ? asking : "kv",
      status: passed ? 200 : status,
      ...(source !== undefined && { source }),
    });
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }

  #tell(begun: number, memory: MemoryWatch): string {
    const seconds = (performance.now() - begun) / 1_000;
    const rate = Math.round(this.#judged / seconds);
    const found = `${this.#wrong.length + this.#population.violations.length} wrong, ${this.#unasked.length} 5xx unasked`;
    return `${Math.round(seconds)} s: ${this.#judged} answers (${rate}/s), ${this.#outages.count} faults, ${found}, ${Math.round(memory.samples.at(-1) ?? 0)} MiB`;
  }
}

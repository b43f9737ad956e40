import type { Acknowledgement } from "../../src/model/revocation-command.ts";
import type { Random } from "../simulation/random.ts";
import type { TestIssuer } from "../support/test-issuer.ts";
import { checkLiveHistory } from "../system/ledger/history/check-live-history.ts";
import type { CommandEvent } from "../system/ledger/history/events.ts";
import { createTargets, type Target } from "../system/ledger/history/targets.ts";
import type { LedgerSystem } from "../system/support/ledger-system.ts";
import { sleep } from "../system/support/sleep.ts";
import type { LiveTarget } from "./live-target.ts";
import { goodUntil, type Truth } from "./truth.ts";

/** Reasons for which the commands of targets.ts refuse, in the order of their kinds. */
const REASONS = ["token_revoked", "token_revoked", "token_version_outdated", "issued_before_cutoff"];

/** Milliseconds: how long a token is presented at least and mostly at most, and the few that are for longer. */
const LIFE = { least: 12_000, most: 40_000, long: 200_000 };

/** Milliseconds that a command waits for its acknowledgement. */
const PATIENCE = 2_500;

/** Tokens against which commands come in while they are presented, replaced by new ones all the time. */
export class Population {
  readonly #system: LedgerSystem;
  readonly #issuer: TestIssuer;
  readonly #guards: readonly string[];
  readonly #random: Random;
  readonly #size: number;
  #living: LiveTarget[] = [];
  #retired: LiveTarget[] = [];
  #recent: LiveTarget[] = [];
  #born = 0;
  readonly #commanding = new Set<Promise<void>>();
  /** All of the run, without their targets' requests. */
  readonly commands: CommandEvent[] = [];
  /** Histories that were checked, and what was found in them. */
  checked = 0;
  readonly violations: string[] = [];

  constructor(system: LedgerSystem, issuer: TestIssuer, guards: readonly string[], random: Random, size: number) {
    [this.#system, this.#issuer, this.#guards, this.#random, this.#size] = [system, issuer, guards, random, size];
  }

  /** Brings the number of tokens up to what it should be, and takes those out of use whose time is over. */
  async renew(boundMs: number): Promise<void> {
    const now = performance.now();
    const over = this.#living.filter((target) => target.endsAt <= now && !target.isBusy);
    this.#living = this.#living.filter((target) => !over.includes(target));
    this.#recent = this.#recent.filter((target) => !over.includes(target));
    this.#retired.push(...over);
    const missing = this.#size - this.#living.length;
    for (const target of await createTargets(this.#issuer, missing, this.#born)) {
      const { least, most, long } = LIFE;
      const life = this.#random.chance(0.1) ? long : this.#random.whole(least, most);
      this.#living.push({ ...target, ...newLife(target.token, now + life) });
    }
    this.#born += missing;
    this.#check(boundMs);
  }

  /** A token to present; those with news are as likely as all others together. */
  pick(): LiveTarget | undefined {
    const list = this.#recent.length > 0 && this.#random.chance(0.5) ? this.#recent : this.#living;
    return list.length === 0 ? undefined : this.#random.pick(list);
  }

  /** Reasons for refusals belong to the command; when they are due is for the history to say. */
  truthOf(target: LiveTarget): Truth {
    const revoked = REASONS[target.number % REASONS.length];
    // On a busy machine a token may come to its end before it is replaced.
    const { mayPass, mayBeRefused } = goodUntil(target.expiresAt);
    return { mayPass, mayBeRefused: (reason, moment) => reason === revoked || mayBeRefused(reason, moment), target };
  }

  /** Sends commands until it is over. */
  async keepCommanding(ended: () => boolean, perSecond: number): Promise<void> {
    while (!ended()) {
      await sleep(this.#random.gap(perSecond));
      const target = this.#living.length === 0 ? undefined : this.#random.pick(this.#living);
      // Some live undisturbed, and most of what is revoked stays so.
      if (target === undefined || target.isBusy || target.number % 8 === 7) continue;
      if (target.isRestricted && this.#random.chance(0.6)) continue;
      const commanding = this.#command(target).finally(() => this.#commanding.delete(commanding));
      this.#commanding.add(commanding);
    }
    await Promise.all(this.#commanding);
  }

  /** Takes everything out of use and checks what was not checked yet. Everything has to be answered by now. */
  finish(boundMs: number): void {
    this.#retired.push(...this.#living);
    this.#living = [];
    this.#check(boundMs);
    this.violations.push(...checkLiveHistory({ commands: this.commands, requests: [] }, boundMs));
  }

  #check(boundMs: number): void {
    for (const target of this.#retired.filter(({ pending }) => pending === 0)) {
      const found = checkLiveHistory(target, boundMs);
      if (found.length > 0) this.violations.push(...found, ...tell(target));
      this.checked++;
    }
    this.#retired = this.#retired.filter(({ pending }) => pending > 0);
  }

  /** Gives one command, again and again with the same id until it is acknowledged; and sometimes once more. */
  async #command(target: LiveTarget): Promise<void> {
    target.isBusy = true;
    const id = `load:${this.commands.length}`;
    const does = target.isRestricted ? "lift" : "restrict";
    const body = { id, ...(does === "lift" ? { do: "lift", name: target.name } : target.restriction) };
    const event: CommandEvent = { id, target: target.number, does, sentAt: performance.now(), sequences: [] };
    target.commands.push(event);
    this.commands.push(event);
    while (!(await this.#send(target, event, body))) await sleep(this.#random.whole(50, 300));
    if (this.#random.chance(0.2)) await this.#send(target, event, body);
    target.isRestricted = does === "restrict";
    this.#recent = [target, ...this.#recent.filter((other) => other !== target)].slice(0, 8);
    target.isBusy = false;
  }

  /** False when it is to be sent again. */
  async #send(target: LiveTarget, event: CommandEvent, body: Readonly<Record<string, unknown>>): Promise<boolean> {
    const signal = AbortSignal.timeout(PATIENCE);
    const guard = this.#random.pick(this.#guards);
    const answer = await this.#system.operate(guard, "/commands", { body, signal }).catch(() => undefined);
    const acknowledgedAt = performance.now();
    if (answer === undefined || answer.status === 503) return false;
    if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    event.acknowledgedAt ??= acknowledgedAt;
    const { changed, sequence, name } = answer.body as Acknowledgement;
    event.changed ??= changed;
    event.sequences.push(sequence);
    target.name = name;
    return true;
  }
}

function newLife(token: string, endsAt: number): Omit<LiveTarget, keyof Target> {
  const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return { endsAt, expiresAt: exp, commands: [], requests: [], pending: 0 };
}

/** The history of one token, for people. */
function tell({ number, restriction, commands, requests }: LiveTarget): string[] {
  const lines = [
    ...commands.map(
      ({ id, does, sentAt, acknowledgedAt = Number.NaN, sequences }) =>
        [sentAt, `${id} ${does}, acknowledged at ${Math.round(acknowledgedAt)} as ${sequences.join(", ")}`] as const,
    ),
    ...requests.map(
      ({ guard, asking, sentAt, receivedAt, status, source = "?" }) =>
        [sentAt, `${asking} at ${guard}: ${status} (${source}) at ${Math.round(receivedAt)}`] as const,
    ),
  ];
  const told = lines.sort(([a], [b]) => a - b).map(([at, text]) => `  ${Math.round(at)} ms: ${text}`);
  return [`History of token ${number}, ${JSON.stringify(restriction)}:`, ...told];
}

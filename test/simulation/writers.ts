import type { RevocationCommand } from "../../src/model/revocation-command.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";
import type { CommandStory, History, SimulatedToken } from "./history.ts";
import type { LedgerHost, SimulatedLedger } from "./ledger-host.ts";
import { type Context, MachineClock, runIn } from "./machine.ts";
import { nameOf } from "./names.ts";
import type { Callee, Network, Path } from "./network.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** Milliseconds after which a writer that heard nothing asks again, with the same id. */
const ASK_AGAIN_AFTER = 2_500;

/** Number under which a writer's machine is known to the network. */
const WRITER = -1;

export interface WriterParts {
  readonly world: World;
  readonly history: History;
  readonly network: Network;
  readonly host: LedgerHost;
  readonly path: Path;
  /** Told of every command when the ledger acknowledges it. */
  readonly onAcknowledged: (story: CommandStory) => void;
}

/** Backends and operators who revoke through the ledger, and never give up. */
export class Writers {
  readonly #parts: WriterParts;
  readonly #random: Random;
  readonly #context: Context;
  readonly #revoked: RecordName[] = [];
  #count = 0;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#random = parts.world.random.fork();
    this.#context = { clock: new MachineClock(parts.world, 0), hasEnded: false };
  }

  get areWaiting(): boolean {
    return this.#parts.history.commands.some(({ acknowledgedAt }) => acknowledgedAt === undefined);
  }

  /**
   * One more command, about one of these tokens.
   *
   * @param mayWrite names that nobody else is writing now
   */
  command(tokens: readonly SimulatedToken[], mayWrite: (name: RecordName) => boolean): void {
    const made = this.#invent(this.#random.pick(tokens), this.#newId());
    if (made !== undefined && mayWrite(made.name)) this.#issue(made);
  }

  /** Lifts everything that was ever acknowledged. */
  liftAll(): void {
    for (const name of new Set(this.#revoked)) this.#issue({ name, command: { id: this.#newId(), do: "lift", name } });
  }

  #newId(): string {
    return `command-${++this.#count}`;
  }

  #issue(made: Pick<CommandStory, "command" | "name">): void {
    const { world, history } = this.#parts;
    const story: CommandStory = { ...made, sentAt: world.now, emitted: undefined, acknowledgedAt: undefined };
    history.commands.push(story);
    history.count("commands");
    history.note(world.now, `${story.command.id} ${story.command.do} ${story.name} sent`);
    this.#send(story);
  }

  #send(story: CommandStory): void {
    const { world, history, network, host, path, onAcknowledged } = this.#parts;
    if (story.acknowledgedAt !== undefined) return;
    const stopAsking = world.after(ASK_AGAIN_AFTER, () => this.#send(story));
    let callee: Callee<SimulatedLedger> | undefined;
    const route = () => {
      callee = host.route(WRITER);
      return callee;
    };
    const execute = async (ledger: SimulatedLedger) => {
      const answer = await ledger.execute(story.command);
      if (callee === undefined || callee.context.hasEnded) return;
      if (story.emitted === undefined) {
        story.emitted = { at: world.now, order: host.epoch * 1e9 + answer.sequence, answer };
        history.note(world.now, `${story.command.id} acknowledged: ${JSON.stringify(answer)}`);
        onAcknowledged(story);
      }
      host.wake(callee);
    };
    runIn(this.#context, () => network.call(path, route, execute)).then(
      () => {
        stopAsking();
        story.acknowledgedAt ??= world.now;
        if (story.command.do !== "lift") this.#revoked.push(story.name);
      },
      (error) => {
        history.note(world.now, `${story.command.id} failed: ${String(error)}`);
        // Refused, because its token is over by now: asking again would not help.
        if (!(error instanceof Error && "problems" in error)) return;
        stopAsking();
        story.acknowledgedAt ??= world.now;
      },
    );
  }

  #invent(token: SimulatedToken, id: string): { command: RevocationCommand; name: RecordName } | undefined {
    const { issuer, subject, tokenId, sessionId } = token;
    const kind = this.#random.next();
    // Longer than any token lasts: such records outlive tombstones.
    const until = this.#random.chance(0.4) ? { until: Math.ceil(token.issuedAt + 10 * 86_400) } : {};
    const issuedBefore = this.#random.chance(0.5) ? { issuedBefore: token.issuedAt + this.#random.whole(-20, 60) } : {};
    if (kind < 0.45) {
      if (tokenId === undefined) return undefined;
      // `exp` is when the guard lets go of the token, the tolerance aside.
      const expiresAt = this.#random.chance(0.8) ? { expiresAt: token.expiresAt } : {};
      return { command: { id, do: "revoke", issuer, tokenId, ...expiresAt }, name: nameOf("token", issuer, tokenId) };
    }
    if (kind < 0.57) {
      if (sessionId === undefined) return undefined;
      return {
        command: { id, do: "revokeSession", issuer, sessionId, ...until },
        name: nameOf("session", issuer, sessionId),
      };
    }
    if (kind < 0.7) {
      const minimumTokenVersion = this.#random.whole(0, 6);
      return {
        command: { id, do: "raise", issuer, subject, minimumTokenVersion, ...until },
        name: nameOf("subject", issuer, subject),
      };
    }
    if (kind < 0.76) {
      if (sessionId === undefined) return undefined;
      return {
        command: { id, do: "cutOff", issuer, sessionId, ...issuedBefore, ...until },
        name: nameOf("session", issuer, sessionId),
      };
    }
    if (kind < 0.8) {
      return {
        command: { id, do: "cutOff", issuer, subject, ...issuedBefore },
        name: nameOf("subject", issuer, subject),
      };
    }
    if (kind < 0.805) {
      return { command: { id, do: "cutOff", issuer, issuedBefore: token.issuedAt }, name: nameOf("issuer", issuer) };
    }
    if (this.#revoked.length === 0) return undefined;
    const name = this.#random.pick(this.#revoked);
    return { command: { id, do: "lift", name }, name };
  }
}

import type { RevocationDemand, RevocationLookup, RevocationReader } from "../../src/model/revocation.ts";
import type { VerifiedToken } from "../../src/model/token.ts";
import type { Lifetime } from "../../src/platform/lifetime.ts";
import type { LedgerFeed } from "../../src/revocation/feed.ts";
import type { KvLocation } from "../../src/test-kit/kv-location.ts";
import type { Code } from "./code.ts";
import type { History, SimulatedToken, Verdict } from "./history.ts";
import { type Context, type MachineClock, runIn } from "./machine.ts";
import { simulatedNamer } from "./names.ts";
import { CLOCK_TOLERANCE } from "./tokens.ts";
import type { World } from "./world.ts";

/** Longest time for which work given to `waitUntil` goes on behind the response. */
const WAIT_UNTIL_MS = 30_000;

export interface IsolateParts {
  readonly world: World;
  readonly code: Code;
  readonly history: History;
  readonly number: number;
  readonly clock: MachineClock;
  readonly kv: KvLocation;
  readonly feed: LedgerFeed;
  /** Milliseconds. */
  readonly bound: number;
}

/** One guard's process: what all requests that it serves share. */
export class Isolate {
  readonly number: number;
  readonly clock: MachineClock;
  readonly mirror: InstanceType<Code["MirrorReader"]>;
  readonly #parts: IsolateParts;
  readonly #requests = new Set<RequestContext>();
  #isGone = false;

  constructor(parts: IsolateParts) {
    this.#parts = parts;
    this.number = parts.number;
    this.clock = parts.clock;
    const { MirrorReader, KvRevocationReader, NameMemory } = parts.code;
    const names = new NameMemory(simulatedNamer());
    this.mirror = new MirrorReader({
      feed: () => parts.feed,
      kv: new KvRevocationReader(parts.kv, names, parts.clock),
      names,
      bound: parts.bound,
      clock: parts.clock,
    });
  }

  /** The platform ends it: all that it did is gone. */
  evict(): void {
    this.#isGone = true;
    for (const request of this.#requests) request.abort();
  }

  /**
   * A request with a token that is good but for revocation. Tokens past their end do not come as far as that.
   *
   * @param abortAfter milliseconds after which the request is aborted; undefined for never
   */
  request(token: SimulatedToken, demand: RevocationDemand, abortAfter?: number): void {
    const { world, history } = this.#parts;
    if (this.#isGone) return;
    const guardTime = Math.floor(this.clock.now() / 1000);
    if (guardTime >= token.expiresAt + CLOCK_TOLERANCE) return;
    const arrivedAt = world.now;
    const context = new RequestContext(world, this.clock, () => this.#requests.delete(context));
    this.#requests.add(context);
    if (abortAfter !== undefined) {
      world.after(abortAfter, () => context.abort());
      history.count("aborted");
    }
    runIn(context, async () => {
      const recorder = new Recorder(this.mirror.forRequest(context));
      const result = await this.#parts.code.checkRevocation(
        asVerified(token),
        recorder,
        { ...demand, onUnknownRevocation: "deny" },
        guardTime,
      );
      if (context.hasEnded) return;
      const verdict = verdictOf(result.ok ? undefined : result.refusal.reason);
      const source = recorder.lookup?.status === "known" ? recorder.lookup.source : "none";
      const decidedAt = world.now;
      history.decisions.push({
        isolate: this.number,
        token,
        demand,
        arrivedAt,
        decidedAt,
        guardTime,
        verdict,
        source,
      });
      history.count(verdict);
      if (verdict === "accepted") history.count(`accepted by ${source}`);
      if (decidedAt > arrivedAt) history.count("waited");
      history.note(
        decidedAt,
        `isolate ${this.number} token ${token.number} ${verdict} (${source}, ${demand.revocation})`,
      );
      context.respond();
    }).catch((error: unknown) => {
      history.violations.push(`A look-up rejected: ${String(error)}`);
    });
  }
}

class Recorder implements RevocationReader {
  lookup: RevocationLookup | undefined;
  readonly #reader: RevocationReader;

  constructor(reader: RevocationReader) {
    this.#reader = reader;
  }

  async lookUp(...args: Parameters<RevocationReader["lookUp"]>): Promise<RevocationLookup> {
    this.lookup = await this.#reader.lookUp(...args);
    return this.lookup;
  }
}

/** What one request has of the platform. */
class RequestContext implements Context, Lifetime {
  readonly clock: MachineClock;
  readonly #world: World;
  readonly #onEnd: () => void;
  #pending = 0;
  #hasResponded = false;
  hasEnded = false;

  constructor(world: World, clock: MachineClock, onEnd: () => void) {
    this.#world = world;
    this.clock = clock;
    this.#onEnd = onEnd;
  }

  waitUntil(work: Promise<unknown>): void {
    this.#pending++;
    const done = () => {
      this.#pending--;
      this.#endIfIdle();
    };
    work.then(done, done);
  }

  /** The response is out: only what was given to `waitUntil` goes on. */
  respond(): void {
    this.#world.after(5, () => {
      this.#hasResponded = true;
      this.#endIfIdle();
      this.#world.after(WAIT_UNTIL_MS, () => this.abort());
    });
  }

  /** Nothing that it waits for will ever come. */
  abort(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#onEnd();
  }

  #endIfIdle(): void {
    if (this.#hasResponded && this.#pending === 0) this.abort();
  }
}

function asVerified(token: SimulatedToken): VerifiedToken {
  const { issuer, subject, tokenId, sessionId } = token;
  const identity = { issuer, subject, tokenId, sessionId };
  return { ...token, issuer: { issuer }, identity } as unknown as VerifiedToken;
}

function verdictOf(reason: string | undefined): Verdict {
  switch (reason) {
    case undefined:
      return "accepted";
    case "revocation_unavailable":
      return "unavailable";
    case "revocation_record_invalid":
      return "invalid";
    default:
      return "condemned";
  }
}

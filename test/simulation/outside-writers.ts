import type { RecordKind, RevocationRecord } from "../../src/model/revocation.ts";
import type { RecordName } from "../../src/revocation/record-name.ts";
import type { KvLocation } from "../../src/test-kit/kv-location.ts";
import type { History, SimulatedToken } from "./history.ts";
import type { LedgerHost, SimulatedLedger } from "./ledger-host.ts";
import { BEGINNING, type Context, MachineClock, runIn } from "./machine.ts";
import { nameOf } from "./names.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** Milliseconds between two looks at whether the ledger has taken a record in. */
const LOOK_AGAIN_AFTER = 3_000;

/** Milliseconds after which a write that KV has not answered is done once more. */
const WRITE_AGAIN_AFTER = 8_000;

const WRITER = -2;

export interface OutsideParts {
  readonly world: World;
  readonly history: History;
  readonly network: Network;
  readonly host: LedgerHost;
  readonly kv: KvLocation;
  /** Then a record that was written can be read by the ledger before it writes. */
  readonly kvIsQuick: boolean;
}

interface Intent {
  readonly kind: RecordKind;
  readonly name: RecordName;
  readonly record: RevocationRecord;
}

/**
 * Programs that write records straight into KV and know nothing of the ledger. KV cannot serve two writers of one key at the
 * same time, so nobody else writes a record of theirs until the ledger has it.
 */
export class OutsideWriters {
  readonly #parts: OutsideParts;
  readonly #random: Random;
  readonly #context: Context;
  readonly #busy = new Set<RecordName>();
  readonly #written = new Set<RecordName>();
  readonly #own = new Set<RecordName>();

  constructor(parts: OutsideParts) {
    this.#parts = parts;
    this.#random = parts.world.random.fork();
    this.#context = { clock: new MachineClock(parts.world, 0), hasEnded: false };
  }

  get areWaiting(): boolean {
    return this.#busy.size > 0;
  }

  /** Nobody else may write the record now. */
  isWriting(name: RecordName): boolean {
    return this.#busy.has(name) && !this.#written.has(name);
  }

  /** Names that the ledger got a command for are left alone. */
  write(tokens: readonly SimulatedToken[]): void {
    const intent = this.#invent(this.#random.pick(tokens));
    if (intent === undefined) return;
    const { name } = intent;
    const isTheLedgers = this.#parts.history.commands.some((story) => story.name === name);
    if (isTheLedgers || this.#busy.has(name) || this.#own.has(name)) return;
    this.#busy.add(name);
    this.#own.add(name);
    if (this.#random.chance(0.15)) {
      this.#put(intent, "no record at all", () =>
        this.#parts.world.after(this.#random.whole(2_000, 20_000), () => this.#putRecord(intent)),
      );
    } else this.#putRecord(intent);
  }

  #putRecord(intent: Intent): void {
    const { revoked, issuedBefore, minimumTokenVersion, until } = intent.record;
    const value = {
      format: 1,
      ...(revoked ? { revoked } : {}),
      issuedBefore,
      minimumTokenVersion,
      until,
      by: "outside",
    };
    this.#put(intent, JSON.stringify(value), () => this.#awaitAdoption(intent));
  }

  #put(intent: Intent, value: string, andThen: () => void): void {
    const { world, history, kv, kvIsQuick } = this.#parts;
    const { name, record } = intent;
    const isRecord = value.startsWith("{");
    const metadata = isRecord && this.#random.chance(0.3) ? { value: JSON.parse(value) } : { from: "outside" };
    const expiration = Math.ceil(record.until ?? 0) + 60;
    if (!history.outside.some((one) => one.name === name && (one.record !== undefined) === isRecord)) {
      // A write may be done without an answer to it.
      history.outside.push({ name, record: isRecord ? record : undefined, writtenAt: world.now });
    }
    let isDone = false;
    const again = () => {
      if (!isDone) this.#put(intent, value, andThen);
      isDone = true;
    };
    world.after(WRITE_AGAIN_AFTER, again);
    runIn(this.#context, () => kv.put(name, value, { metadata, expiration })).then(
      () => {
        if (isDone) return;
        isDone = true;
        history.count("outside records");
        history.note(world.now, `outside ${name} ${value}`);
        // What was there before may stand in the cache where the ledger reads.
        const isFirst = history.outside.every((one) => one.name !== name || one.record !== undefined);
        if (isRecord && isFirst && kvIsQuick) world.after(1_100, () => this.#written.add(name));
        andThen();
      },
      () => world.after(1_500, again),
    );
  }

  #awaitAdoption(intent: Intent): void {
    const { world, history, network, host } = this.#parts;
    // Who lifts it knows of it, and then there is nothing to wait for.
    if (history.commands.some(({ name, command }) => command.do === "lift" && name === intent.name)) {
      this.#busy.delete(intent.name);
      return;
    }
    const again = world.after(LOOK_AGAIN_AFTER, () => this.#awaitAdoption(intent));
    const look = (ledger: SimulatedLedger) => ledger.look([intent.name]);
    runIn(this.#context, () =>
      network.call({ isCut: () => false, answerDelay: () => 0 }, () => host.route(WRITER), look),
    ).then(
      (answer) => {
        if (answer.kind !== "known" || answer.records[intent.kind] === undefined || !this.#busy.has(intent.name))
          return;
        again();
        this.#busy.delete(intent.name);
        history.count("outside records adopted");
        history.note(world.now, `${intent.name} is in the ledger`);
      },
      () => undefined,
    );
  }

  #invent({ issuer, subject, tokenId, sessionId, issuedAt, expiresAt }: SimulatedToken): Intent | undefined {
    const now = Math.floor((BEGINNING + this.#parts.world.now) / 1000);
    const none = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined };
    const untilAllEnd = now + 86_400 + 120;
    const kind = this.#random.next();
    if (kind < 0.5) {
      return tokenId === undefined
        ? undefined
        : {
            kind: "token",
            name: nameOf("token", issuer, tokenId),
            record: { ...none, revoked: true, until: Math.max(now + 120, expiresAt + 60) },
          };
    }
    if (kind < 0.7) {
      return sessionId === undefined
        ? undefined
        : {
            kind: "session",
            name: nameOf("session", issuer, sessionId),
            record: { ...none, revoked: true, until: untilAllEnd },
          };
    }
    const restriction = this.#random.chance(0.5) ? { minimumTokenVersion: 3 } : { issuedBefore: issuedAt };
    return {
      kind: "subject",
      name: nameOf("subject", issuer, subject),
      record: { ...none, ...restriction, until: untilAllEnd },
    };
  }
}

import type { Calendar } from "./calendar.ts";
import type { History } from "./history.ts";
import type { LedgerHost } from "./ledger-host.ts";
import { LONGEST_UNREAD, type MachineClock } from "./machine.ts";
import type { Path } from "./network.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/**
 * How much a machine's clock may be wrong after all its jumps, in milliseconds. A late one is allowed what issuers' clock
 * tolerance allows; one that is ahead ends tokens sooner, and with them the ten minutes in which a mirror passes over KV's old
 * copies of what was lifted.
 */
const FASTEST_CLOCK = 400_000;
/** A rebuild asks how long ago records were written. */
const FASTEST_LEDGER_CLOCK = 200_000;
const LATEST_CLOCK = -60_000;

/** Only the readings that a mirror relies on show it that a clock was set back. There may be others, this much later. */
const OTHER_READINGS = 3_000;

export interface FaultParts {
  readonly world: World;
  readonly history: History;
  readonly host: LedgerHost;
  /** Numbers of the isolates that there are now, and of the writers. */
  readonly callers: () => readonly number[];
  readonly clocks: () => readonly MachineClock[];
  readonly clockOf: (caller: number) => MachineClock | undefined;
  /** Sends a command. */
  readonly command: () => void;
  /** Sends a request to each of these isolates. */
  readonly requests: (isolates: readonly number[]) => void;
  /** Evicts one isolate and starts another in its place. */
  readonly evict: () => void;
}

/** What happens to machines until the world becomes calm: crashes, replacements, partitions, and clocks that jump. */
export class Faults {
  readonly #parts: FaultParts;
  readonly #random: Random;
  readonly #calendar: Calendar;
  readonly #cut = new Set<number>();
  readonly #late = new Set<number>();

  constructor(parts: FaultParts, calendar: Calendar) {
    this.#parts = parts;
    this.#random = parts.world.random.fork();
    this.#calendar = calendar;
    const random = this.#random;
    if (random.chance(0.15)) return;
    this.#every(random.whole(8_000, 60_000), () => this.#loseLedger());
    this.#every(random.whole(5_000, 40_000), () => this.#cutSomebodyOff());
    this.#every(random.whole(6_000, 60_000), () => parts.evict());
    this.#every(random.whole(10_000, 60_000), () => this.#answerLateThenCutOff());
    if (random.chance(0.6)) this.#every(random.whole(4_000, 30_000), () => this.#jump());
    if (random.chance(0.3)) this.#every(random.whole(10_000, 60_000), () => this.#rebuild());
  }

  /** What lies between this caller and the ledger. */
  pathOf(caller: number): Path {
    const isIn = (those: ReadonlySet<number>) => those.has(caller) && this.#calendar.isStormy(this.#parts.world.now);
    return {
      isCut: () => isIn(this.#cut),
      answerDelay: () => (isIn(this.#late) ? this.#random.whole(800, 1_900) : 0),
    };
  }

  #every(mean: number, what: () => void): void {
    const { world } = this.#parts;
    world.after(this.#random.gap(1_000 / mean) + this.#calendar.pauseAt(world.now), () => {
      if (world.now >= this.#calendar.end) return;
      if (this.#calendar.isStormy(world.now)) what();
      this.#every(mean, what);
    });
  }

  #loseLedger(): void {
    const { host } = this.#parts;
    const random = this.#random;
    const callers = this.#parts.callers();
    if (random.chance(0.4)) host.crash(random.pick([1, 50, 2_000, 12_000]));
    else {
      const misled = callers.filter((caller) => caller > 0 && random.chance(0.6));
      host.replace(new Set(misled), random.whole(500, 15_000));
      if (random.chance(0.5)) this.#misleadThenCutOff(misled);
    }
  }

  /** The worst moment: what the new object acknowledges at once, those who still hear the old one hear nothing of. */
  #misleadThenCutOff(misled: readonly number[]): void {
    const { world, command, requests } = this.#parts;
    for (let count = 0; count < 6; count++) world.after(this.#random.whole(5, 500), command);
    for (let at = 50; at < 1_000; at += 100) world.after(at, () => requests(misled));
    world.after(this.#random.whole(700, 1_500), () => this.#cutOff(misled, this.#random.whole(6_000, 9_000)));
  }

  /** What is acknowledged while an answer is on its way is not in it, and no other answer comes for a while. */
  #answerLateThenCutOff(): void {
    const { world, history, callers, command, requests } = this.#parts;
    const late = callers().filter((caller) => caller > 0 && this.#random.chance(0.6));
    for (const caller of late) this.#late.add(caller);
    history.note(world.now, `answered late: ${late.join(" ")}`);
    for (let count = 0; count < 6; count++) world.after(this.#random.whole(100, 2_000), command);
    for (let at = 0; at < 3_000; at += 200) world.after(at, () => requests(late));
    world.after(this.#random.whole(2_000, 3_500), () => {
      for (const caller of late) this.#late.delete(caller);
      this.#cutOff(late, this.#random.whole(6_000, 9_000));
    });
  }

  #cutSomebodyOff(): void {
    const all = this.#random.chance(0.3);
    this.#cutOff(
      this.#parts.callers().filter(() => all || this.#random.chance(0.3)),
      this.#random.whole(500, 20_000),
    );
  }

  #cutOff(cut: readonly number[], milliseconds: number): void {
    const { world, history, clockOf } = this.#parts;
    for (const caller of cut) {
      this.#cut.add(caller);
      // So that knowledge looks younger than it is, just when no newer one comes.
      if (this.#random.chance(0.2))
        world.after(this.#random.whole(0, 4_000), () => this.#setBack(clockOf(caller), 2_500));
    }
    history.note(world.now, `cut off: ${cut.join(" ")}`);
    history.count("partitions");
    world.after(milliseconds, () => {
      for (const caller of cut) this.#cut.delete(caller);
    });
  }

  #jump(): void {
    const { world, history, host } = this.#parts;
    const clocks = this.#parts.clocks();
    const clock = this.#random.pick(clocks);
    const by = this.#random.pick([10, 900, 4_000, 30_000, 300_000]);
    const fastest = clock === host.clock ? FASTEST_LEDGER_CLOCK : FASTEST_CLOCK;
    if (this.#random.chance(0.5)) this.#setBack(clock, by);
    else if (clock.offset + by < fastest) {
      clock.jumpForward(by);
      history.count("clock jumps");
      history.note(world.now, `clock ${clocks.indexOf(clock)} jumps forward by ${by}`);
    }
  }

  #setBack(clock: MachineClock | undefined, atLeast: number): void {
    const by = atLeast + OTHER_READINGS;
    const { world, history, clocks } = this.#parts;
    if (clock === undefined || clock.offset - by - LONGEST_UNREAD <= LATEST_CLOCK) return;
    clock.setBack(by);
    history.count("clock jumps");
    history.note(world.now, `clock ${clocks().indexOf(clock)} is set back by ${by}`);
  }

  #rebuild(): void {
    const { world, history } = this.#parts;
    history.note(world.now, "the ledger is told to rebuild");
    history.count("rebuilds");
    this.#parts.host.rebuild();
  }
}

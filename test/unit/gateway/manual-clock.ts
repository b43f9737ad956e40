import type { Clock } from "../../../src/platform/clock.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that only moves when it is told to. Timers go by the time that passes, whatever the clock is set to. */
export class ManualClock implements Clock {
  #passed = 0;
  #set: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number) {
    this.#set = now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#set + this.#passed;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.#passed + milliseconds, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Sets the clock forward or back without any time passing. */
  adjust(milliseconds: number): void {
    this.#set += milliseconds;
  }

  /** Lets time pass, timer by timer, with everything that each sets off. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#passed + milliseconds;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#passed = Math.max(this.#passed, next.at);
      next.action();
      await settle();
    }
    this.#passed = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets everything that waits for nothing but its turn go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

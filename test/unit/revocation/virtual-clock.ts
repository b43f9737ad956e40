import type { Clock } from "../../../src/platform/clock.ts";

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that only moves when it is told to, and that calls back on its way. */
export class VirtualClock implements Clock {
  /** Time that went by, whatever the clock shows. */
  #elapsed = 0;
  #shown: number;
  #timers: Timer[] = [];

  constructor(start: number) {
    this.#shown = start;
  }

  now(): number {
    return this.#shown;
  }

  after(milliseconds: number, action: () => void): () => void {
    const timer = { at: this.#elapsed + milliseconds, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time go by; what waits for it runs at its moment. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#move(next.at - this.#elapsed);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.action();
      await settle();
    }
    this.#move(end - this.#elapsed);
  }

  /** Sets what the clock shows; no time goes by. */
  setBack(milliseconds: number): void {
    this.#shown -= milliseconds;
  }

  #move(milliseconds: number): void {
    this.#elapsed += milliseconds;
    this.#shown += milliseconds;
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

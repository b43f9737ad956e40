import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../../src/platform/clock.ts";
import type { World } from "./world.ts";

/** 2026-09-21T00:00:00Z: when every world begins. */
export const BEGINNING = 1_789_948_800_000;

/**
 * Whose code is running: a request in an isolate, or an instance of the ledger. What it waits for never comes once the
 * context has ended, as on the platform.
 */
export interface Context {
  readonly clock: Clock;
  readonly hasEnded: boolean;
}

const contexts = new AsyncLocalStorage<Context>();

export function runIn<T>(context: Context, work: () => T): T {
  return contexts.run(context, work);
}

export function currentContext(): Context {
  const context = contexts.getStore();
  if (context === undefined) throw new Error("Code of a machine runs outside of every context.");
  return context;
}

/** A clock that nobody has read for so many milliseconds is not set back. */
export const LONGEST_UNREAD = 15_000;

/** One machine's clock. It runs as fast as the world's, and may be wrong and jump. */
export class MachineClock implements Clock {
  readonly #world: World;
  #offset: number;
  readonly #lag: () => number;
  #lastReading = Number.NEGATIVE_INFINITY;
  #setBackBy = 0;

  /** @param lag milliseconds by which a reading is late: time stands still between the events of a request */
  constructor(world: World, offset: number, lag: () => number = () => 0) {
    this.#world = world;
    this.#offset = offset;
    this.#lag = lag;
  }

  /** Milliseconds by which it is wrong. */
  get offset(): number {
    return this.#offset;
  }

  now(): number {
    const unread = BEGINNING + this.#world.now + this.#offset - this.#lastReading;
    // So that it shows: a clock that is set back while nobody looks, for less than that time, cannot be noticed by anybody.
    if (this.#setBackBy > 0 && unread < LONGEST_UNREAD) this.#offset -= Math.max(0, unread) + this.#setBackBy;
    this.#setBackBy = 0;
    this.#lastReading = BEGINNING + this.#world.now + this.#offset;
    return this.#lastReading - this.#lag();
  }

  after(milliseconds: number, action: () => void): () => void {
    const context = contexts.getStore();
    return this.#world.after(milliseconds, () => {
      if (context === undefined) action();
      else if (!context.hasEnded) contexts.run(context, action);
    });
  }

  jumpForward(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  /** Takes effect at the next reading, which will be smaller than the last one. */
  setBack(milliseconds: number): void {
    if (this.#lastReading > 0) this.#setBackBy = Math.max(1, milliseconds);
  }
}

/**
 * Code that takes the platform's own time finds the machine's, in every context of a simulated machine; anything else keeps
 * the real one. Returns what takes it away again.
 */
export function installPlatformTime(): () => void {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };
  const cancels = new Map<unknown, () => void>();
  const virtual = (action: () => void, milliseconds = 0, ...rest: unknown[]): unknown => {
    const context = contexts.getStore();
    if (context === undefined) return Reflect.apply(real.setTimeout, globalThis, [action, milliseconds, ...rest]);
    const handle = {};
    const cancel = context.clock.after(milliseconds, () => {
      cancels.delete(handle);
      action();
    });
    cancels.set(handle, cancel);
    return handle;
  };
  const clear = (handle: unknown): void => {
    const cancel = cancels.get(handle);
    if (cancel === undefined) Reflect.apply(real.clearTimeout, globalThis, [handle]);
    else cancel();
    cancels.delete(handle);
  };
  Object.assign(globalThis, { setTimeout: virtual, clearTimeout: clear });
  Date.now = () => contexts.getStore()?.clock.now() ?? real.now();
  return () => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
  };
}

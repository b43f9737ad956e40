import { KvLocation } from "../../src/test-kit/kv-location.ts";
import { KvModel } from "../../src/test-kit/kv-model.ts";
import { BEGINNING, currentContext } from "./machine.ts";
import type { World } from "./world.ts";

export interface KvWeather {
  /** Milliseconds until a location can read what was written; drawn for each write and location. */
  readonly lag: () => number;
  /** Milliseconds that one operation takes, there and back. */
  readonly latency: () => number;
  /** Probability that an operation fails; half of the writes that fail were done nevertheless. */
  readonly failing: () => number;
  /** True while nobody gets an answer: operations hang. */
  readonly isDown: () => boolean;
  /** Keys that a page of a list holds at most. */
  readonly pageSize: number;
}

/** The test kit's KV in a simulated world, at its worst: not even the location that wrote something reads it at once. */
export class SimulatedKv extends KvModel {
  readonly #world: World;

  constructor(world: World, { lag, latency, failing, isDown, pageSize }: KvWeather) {
    const random = world.random.fork();
    const clock = {
      now: () => BEGINNING + world.now,
      after: (milliseconds: number, action: () => void) => world.after(milliseconds, action),
    };
    super(clock, {
      lag,
      latency,
      fate: (operation) => {
        if (isDown()) return "unanswered";
        if (!random.chance(failing())) return "answered";
        const isWrite = operation === "put" || operation === "delete";
        return isWrite && random.chance(0.5) ? "done but failed" : "failed";
      },
      pageSize: () => pageSize,
      readsOwnWrites: () => false,
    });
    this.#world = world;
  }

  /** Milliseconds since the beginning of the world. */
  get now(): number {
    return this.#world.now;
  }

  at(location: string): KvLocation {
    return new KvLocation(this, location);
  }

  /** What a machine waits for never comes once its context has ended. */
  override whoAsks(): () => boolean {
    const asker = currentContext();
    return () => !asker.hasEnded;
  }
}

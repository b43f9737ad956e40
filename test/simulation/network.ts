import { type Context, currentContext, runIn } from "./machine.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface NetworkConditions {
  /** Milliseconds one way. */
  readonly delay: () => number;
  /** Probability that a message is lost. */
  readonly loss: () => number;
}

/** Whoever answers calls: the machine, and in which context it does. */
export interface Callee<T> {
  readonly context: Context;
  readonly service: T;
}

/** What lies between one caller and the ledger. */
export interface Path {
  readonly isCut: () => boolean;
  /** Milliseconds that answers take besides. */
  readonly answerDelay: () => number;
}

/** Calls from one machine to another. Both the question and the answer may be late, or never arrive. */
export class Network {
  readonly #world: World;
  readonly #random: Random;
  readonly conditions: NetworkConditions;

  constructor(world: World, conditions: NetworkConditions) {
    this.#world = world;
    this.#random = world.random.fork();
    this.conditions = conditions;
  }

  /**
   * @param route who is there when the question arrives; nobody is an error for the caller
   */
  call<T, R>(path: Path, route: () => Callee<T> | undefined, ask: (service: T) => Promise<R>): Promise<R> {
    const caller = currentContext();
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void) =>
        this.#travel(path, path.answerDelay(), () => {
          if (!caller.hasEnded) settle();
        });
      this.#travel(path, 0, () => {
        const callee = route();
        if (callee === undefined || callee.context.hasEnded) {
          answer(() => reject(new Error("The object is not there.")));
          return;
        }
        // Nothing leaves an object that is gone, whatever its code still comes to.
        const leaves = (settle: () => void) =>
          answer(callee.context.hasEnded ? () => reject(new Error("The object went away.")) : settle);
        runIn(callee.context, () => ask(callee.service)).then(
          (result) => leaves(() => resolve(result)),
          (error) => leaves(() => reject(error)),
        );
      });
    });
  }

  #travel({ isCut }: Path, extra: number, arrive: () => void): void {
    if (isCut() || this.#random.chance(this.conditions.loss())) return;
    this.#world.after(this.conditions.delay() + extra, () => {
      if (!isCut()) arrive();
    });
  }
}

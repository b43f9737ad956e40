import { type Clock, systemClock } from "../platform/clock.ts";

/** What something does instead of answering as it should. Times are in milliseconds. */
export type Fault =
  /** Answers later. */
  | { readonly does: "delay"; readonly milliseconds: number }
  /** Fails at once, without doing anything. */
  | { readonly does: "fail"; readonly error?: unknown }
  /** Does what it was asked for, and fails all the same. */
  | { readonly does: "lose answer"; readonly error?: unknown }
  /** Never answers. */
  | { readonly does: "hang" }
  /** Answers 429. */
  | { readonly does: "throttle" }
  /** Gives half of the answer. What comes then, for a body: an error (default), its end, or nothing. */
  | { readonly does: "truncate"; readonly ending?: "fail" | "end" | "hang" }
  /** Gives the answer with so many blanks behind it. */
  | { readonly does: "bloat"; readonly bytes: number }
  /** Answers the same question as it did at the first time since this fault began, whatever has changed. */
  | { readonly does: "repeat" }
  /** Answers anything else. */
  | { readonly does: "answer"; readonly with: (ask: () => Promise<unknown>) => unknown };

/** How a fault shows in the answers of one kind of thing. */
export interface Forms<T> {
  /** Answers 429, or throws it. */
  readonly throttled: () => T;
  readonly failed: () => Error;
  readonly truncated: (answer: T, ending: "fail" | "end" | "hang") => Promise<T>;
  readonly bloated: (answer: T, bytes: number) => Promise<T>;
  /** Makes what can be given out again and again. */
  readonly kept: (answer: T) => Promise<() => T>;
}

/** A switch for what one thing does wrong. Nothing, to begin with. */
export class Faults {
  readonly #clock: Clock;
  #fault: Fault | undefined;
  #isConcerned: (question: string) => boolean = () => true;
  #kept = new Map<string, () => unknown>();
  /** Questions so far. */
  asked = 0;
  /** Those of them that a fault met with. */
  spoiled = 0;

  /** @param clock measures delays; default: the system's */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * From now on this happens, and nothing that happened before.
   *
   * @param to which questions; default all. It is told `get name`, `get ["name","name"]` or `GET https://…`
   */
  begin(fault: Fault, to: (question: string) => boolean = () => true): void {
    this.end();
    this.#fault = fault;
    this.#isConcerned = to;
  }

  /** Everything is well again. What hangs goes on hanging. */
  end(): void {
    this.#fault = undefined;
    this.#kept = new Map();
  }

  /** Has a question answered, or not. */
  async pass<T>(question: string, ask: () => Promise<T>, forms: Forms<T>): Promise<T> {
    this.asked++;
    const fault = this.#fault;
    if (fault === undefined || !this.#isConcerned(question)) return ask();
    this.spoiled++;
    switch (fault.does) {
      case "delay":
        await new Promise<void>((resolve) => void this.#clock.after(fault.milliseconds, resolve));
        return ask();
      case "fail":
        throw fault.error ?? forms.failed();
      case "lose answer":
        await ask();
        throw fault.error ?? forms.failed();
      case "hang":
        return new Promise<never>(() => {});
      case "throttle":
        return forms.throttled();
      case "truncate":
        return forms.truncated(await ask(), fault.ending ?? "fail");
      case "bloat":
        return forms.bloated(await ask(), fault.bytes);
      case "repeat":
        return this.#repeat(question, ask, forms);
      case "answer":
        return (await fault.with(ask)) as T;
    }
  }

  async #repeat<T>(question: string, ask: () => Promise<T>, forms: Forms<T>): Promise<T> {
    const kept = this.#kept;
    const give = (kept.get(question) as (() => T) | undefined) ?? (await forms.kept(await ask()));
    if (!kept.has(question)) kept.set(question, give);
    return give();
  }
}

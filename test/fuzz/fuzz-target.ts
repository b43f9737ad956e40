import { Random } from "../simulation/random.ts";
import { type Coverage, type Executed, Reached } from "./coverage.ts";
import type { Finding } from "./finding.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";
import type { Target } from "./target.ts";
import type { Watchdog } from "./watchdog.ts";

/** Inputs between two looks at the coverage, which cost as much as some hundred inputs. */
const BATCH = 100;

/** One target being fuzzed: inputs that reach new code are kept, and changed further. */
export class FuzzedTarget {
  readonly target: Target;
  readonly #coverage: Coverage;
  readonly #watchdog: Watchdog | undefined;
  readonly #random: Random;
  readonly #reached = new Reached();
  readonly #outcomes = new Set<string>();
  readonly corpus: string[] = [];
  executions = 0;
  /** Most work that a kept input took, as a part of what the target allows. */
  mostWork = 0;
  finding: Finding | undefined;

  constructor(target: Target, coverage: Coverage, watchdog: Watchdog | undefined, seed: number) {
    this.target = target;
    this.#coverage = coverage;
    this.#watchdog = watchdog;
    this.#random = new Random(seed);
  }

  get blocks(): number {
    return this.#reached.blocks;
  }

  /** Runs what is known and keeps what of it reaches something. */
  async begin(inputs: readonly string[]): Promise<void> {
    for (const input of inputs) {
      this.#coverage.take();
      const outcome = await this.#run(input);
      if (outcome === undefined) return;
      if (!this.#outcomes.has(outcome)) this.corpus.push(input);
      this.#outcomes.add(outcome);
      this.#keep(input, input, this.#coverage.take());
      if (this.finding !== undefined) return;
    }
    if (this.corpus.length === 0) this.corpus.push(...this.target.seeds.slice(0, 1));
  }

  /** Runs new inputs for so many milliseconds, or until one is a finding. */
  async work(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (performance.now() < end && this.finding === undefined) await this.#runBatch();
  }

  async #runBatch(): Promise<void> {
    const { corpus, target } = this;
    const batch: string[] = [];
    this.#coverage.take();
    for (let i = 0; i < BATCH; i++) {
      // What came last is nearest to what nobody has reached yet.
      const latest = this.#random.chance(0.3) ? Math.max(0, corpus.length - 8) : 0;
      const parent = corpus[this.#random.whole(latest, corpus.length - 1)] ?? "";
      const input = mutate(parent, corpus, target, this.#random);
      const outcome = await this.#run(input);
      if (outcome === undefined) return;
      if (!this.#outcomes.has(outcome)) await this.#keepOutcome(input, outcome);
      else batch.push(input);
    }
    const executed = this.#coverage.take();
    if (!this.#reached.lacks(executed)) return;
    await this.#search(batch);
    // What depends on the inputs before is reached, but nobody knows by which.
    if (this.finding === undefined) this.#reached.add(executed);
  }

  /** Looks for the inputs that reach something new, by halves: most reach nothing, and every look costs. */
  async #search(inputs: readonly string[]): Promise<void> {
    if (inputs.length <= 1) {
      for (const input of inputs) await this.#keepIfNew(input);
      return;
    }
    const middle = Math.ceil(inputs.length / 2);
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      if (this.finding !== undefined) return;
      const executed = await this.#measure(half);
      if (executed !== undefined && this.#reached.lacks(executed)) await this.#search(half);
    }
  }

  /** Keeps the shortest input of a kind that was not there before, and what it reaches. */
  async #keepOutcome(input: string, outcome: string): Promise<void> {
    this.#outcomes.add(outcome);
    const same = async (shorter: string) => (await this.#run(shorter)) === outcome;
    const shortest = await shrink(input, same, 60);
    if (this.finding !== undefined) return;
    this.corpus.push(shortest);
    await this.#keepIfNew(input);
  }

  async #keepIfNew(input: string): Promise<void> {
    const executed = await this.#measure([input]);
    if (executed === undefined || !this.#reached.lacks(executed)) return;
    this.#keep(input, await this.#shorten(input, executed), executed);
  }

  /** Keeps `shortest`, which reaches what `input` reached, when that is new. */
  #keep(input: string, shortest: string, executed: Executed): void {
    if (!this.#reached.add(executed)) return;
    const { base, perCharacter } = this.target.work;
    const work = executed.work / (base + perCharacter * input.length);
    this.mostWork = Math.max(this.mostWork, work);
    if (work > 1) {
      this.#found(input, `It takes ${executed.work} blocks for ${input.length} characters.`);
    }
    if (!this.corpus.includes(shortest)) this.corpus.push(shortest);
  }

  /** The shortest input that reaches all that this one reaches anew. */
  #shorten(input: string, executed: Executed): Promise<string> {
    const stays = async (shorter: string) => {
      const now = await this.#measure([shorter]);
      if (now === undefined || !this.#reached.lacks(now)) return false;
      const without = new Reached();
      without.add(now);
      // Everything that was new has to be in it still; what was known before does not matter.
      return !this.#reached.lacksBeyond(executed, without);
    };
    return shrink(input, stays, 60);
  }

  /** @returns what these inputs execute together; undefined when one is a finding */
  async #measure(inputs: readonly string[]): Promise<Executed | undefined> {
    this.#coverage.take();
    for (const input of inputs) if ((await this.#run(input)) === undefined) return undefined;
    return this.#coverage.take();
  }

  /** @returns the outcome; undefined when it is a finding */
  async #run(input: string): Promise<string | undefined> {
    this.executions++;
    this.#watchdog?.begin(this.target.name, input);
    const ran = await attempt(this.target, input);
    if (ran.problem === undefined) return ran.outcome;
    await this.#find(input, ran.problem);
    return undefined;
  }

  async #find(input: string, problem: string): Promise<void> {
    const same = async (shorter: string) => kindOf(await problemOf(this.target, shorter)) === kindOf(problem);
    const shortest = await shrink(input, same, 2_000);
    this.#found(shortest, (await problemOf(this.target, shortest)) ?? problem);
  }

  #found(input: string, problem: string): void {
    this.finding = { target: this.target.name, input, problem };
  }
}

/** What is wrong with how a target takes an input; undefined for nothing. */
export async function problemOf(target: Target, input: string): Promise<string | undefined> {
  return (await attempt(target, input)).problem;
}

async function attempt(
  target: Target,
  input: string,
): Promise<{ readonly outcome: string; readonly problem: string | undefined }> {
  try {
    return { outcome: await target.run(input), problem: undefined };
  } catch (error) {
    return {
      outcome: "",
      problem: error instanceof Error ? (error.stack ?? error.message) : `It threw ${String(error)}.`,
    };
  }
}

/** The message without what differs from input to input. */
function kindOf(problem: string | undefined): string | undefined {
  return problem?.split("\n", 1)[0]?.replace(/[\d"'`].*/, "");
}

import { type Profiler, Session } from "node:inspector";

/** What was executed since the last look, as V8 counts it: blocks of this project's own sources. */
export interface Executed {
  readonly scripts: readonly Profiler.ScriptCoverage[];
  /** Executions of blocks, all together. */
  readonly work: number;
}

/** Precise block coverage of everything under one folder, from the engine itself. */
export class Coverage {
  readonly #session = new Session();
  readonly #folder: string;

  /** @param folder its URL; only what is loaded after this counts */
  constructor(folder: string) {
    this.#folder = folder;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** What was executed since the last call. */
  take(): Executed {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      scripts = answer.result.filter(({ url }) => url.startsWith(this.#folder));
    });
    let work = 0;
    for (const { functions } of scripts) {
      for (const { ranges } of functions) for (const { count } of ranges) work += count;
    }
    return { scripts, work };
  }

  close(): void {
    this.#session.disconnect();
  }
}

/** What inputs have reached so far. */
export class Reached {
  readonly #scripts = new Map<string, { covered: Uint8Array; readonly edges: Set<number> }>();

  /** Adds what was executed; true when some of it is new. */
  add({ scripts }: Executed): boolean {
    let isNew = false;
    for (const script of scripts) isNew = this.#addScript(script) || isNew;
    return isNew;
  }

  /** True when {@link add} would find something new. */
  lacks({ scripts }: Executed): boolean {
    return scripts.some((script) => hasNew(paint(script), this.#covered(script)));
  }

  /** True when something of what was executed is neither here nor in `other`. */
  lacksBeyond({ scripts }: Executed, other: Reached): boolean {
    return scripts.some((script) => hasNew(paint(script), this.#covered(script), other.#covered(script)));
  }

  #covered({ url }: Profiler.ScriptCoverage): Uint8Array {
    return this.#scripts.get(url)?.covered ?? NOTHING;
  }

  /** Stretches of source between two places where counting starts or ends. */
  get blocks(): number {
    let blocks = 0;
    for (const { covered, edges } of this.#scripts.values()) {
      for (const edge of edges) if (covered[edge] === 1) blocks++;
    }
    return blocks;
  }

  #addScript(script: Profiler.ScriptCoverage): boolean {
    const hits = paint(script);
    const known = this.#scripts.get(script.url) ?? { covered: new Uint8Array(0), edges: new Set<number>() };
    this.#scripts.set(script.url, known);
    if (hits.length > known.covered.length) {
      const longer = new Uint8Array(hits.length);
      longer.set(known.covered);
      known.covered = longer;
    }
    let isNew = false;
    for (let at = 0; at < hits.length; at++) {
      if (hits[at] === 0 || known.covered[at] === 1) continue;
      known.covered[at] = 1;
      isNew = true;
    }
    for (const { ranges } of script.functions) {
      for (const { startOffset, endOffset } of ranges) known.edges.add(startOffset).add(endOffset);
    }
    return isNew;
  }
}

const NOTHING = new Uint8Array(0);

/** Whether there is a hit that neither of the others has. A plain loop: it runs over whole sources, many times a second. */
function hasNew(hits: Uint8Array, known: Uint8Array, alsoKnown: Uint8Array = NOTHING): boolean {
  for (let at = 0; at < hits.length; at++) {
    if (hits[at] === 1 && known[at] !== 1 && alsoKnown[at] !== 1) return true;
  }
  return false;
}

/** 1 for every character of a script that was executed. Ranges stand from the outermost to the innermost. */
function paint({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const length = Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
  const hits = new Uint8Array(length);
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) hits.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return hits;
}

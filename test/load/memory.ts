import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of the runtime that this process started, in MiB, sampled while something runs. */
export class MemoryWatch {
  readonly samples: number[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #processId: number;

  /** @param interval milliseconds between samples */
  constructor(interval: number) {
    this.#processId = findRuntime();
    this.sample();
    this.#timer = setInterval(() => this.sample(), interval);
  }

  sample(): number {
    const status = readFileSync(`/proc/${this.#processId}/status`, "utf8");
    const mebibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    this.samples.push(mebibytes);
    return mebibytes;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Means of the three thirds of the time. */
  get thirds(): readonly [first: number, second: number, last: number] {
    const third = Math.floor(this.samples.length / 3);
    const mean = (part: readonly number[]) => part.reduce((sum, sample) => sum + sample, 0) / Math.max(1, part.length);
    return [
      mean(this.samples.slice(0, third)),
      mean(this.samples.slice(third, 2 * third)),
      mean(this.samples.slice(2 * third)),
    ];
  }
}

/** The workerd among this process's children that began last. */
function findRuntime(): number {
  const children = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, command, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      const fields = rest.split(" ");
      const isOurs = command?.startsWith("workerd") && Number(fields[1]) === process.pid;
      return isOurs ? [{ id: Number(name), startedAt: Number(fields[19]) }] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
  const [latest] = children.sort((a, b) => b.startedAt - a.startedAt);
  if (latest === undefined) throw new Error("this process has no workerd");
  return latest.id;
}

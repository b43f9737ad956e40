import { Worker } from "node:worker_threads";

/** Longest text of an input that the watchdog can report. */
const ROOM = 256 * 1024;

/**
 * Watches from another thread that the fuzzer goes on: an input that takes forever blocks its own. When nothing moves for
 * `patience` milliseconds, the input is written as a finding and the process ends with exit code 1.
 */
export class Watchdog {
  readonly #memory = new SharedArrayBuffer(8 + ROOM);
  readonly #turns = new Int32Array(this.#memory, 0, 2);
  readonly #text = new Uint8Array(this.#memory, 8);
  readonly #encoder = new TextEncoder();
  readonly #thread: Worker;

  constructor(folder: string, patience: number) {
    this.#thread = new Worker(new URL("./watchdog-thread.ts", import.meta.url).pathname, {
      workerData: { memory: this.#memory, folder, patience },
    });
    this.#thread.unref();
  }

  /** To be told before each input. */
  begin(target: string, input: string): void {
    // Through an array of its own: the encoder takes no shared memory.
    const bytes = this.#encoder.encode(JSON.stringify([target, input])).subarray(0, ROOM);
    this.#text.set(bytes);
    Atomics.store(this.#turns, 1, bytes.length);
    Atomics.add(this.#turns, 0, 1);
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}

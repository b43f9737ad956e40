import { setTimeout } from "node:timers/promises";

const ANSWER_MS = 20_000;

/** The debugger's connection to one isolate. */
export class Inspector {
  readonly #socket: WebSocket;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /**
   * @param port of `workerd serve --inspector-addr`
   * @param worker whose isolate it is, where there are several
   */
  static async connect(port: number, worker?: string): Promise<Inspector> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as { id: string }[];
    const target = targets.find(({ id }) => worker === undefined || id.endsWith(`:${worker}`));
    if (target === undefined) throw new Error(`There is no isolate ${worker} among ${targets.map(({ id }) => id)}.`);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${target.id}`);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("The inspector does not answer.")), { once: true });
    });
    return new Inspector(socket);
  }

  /** Bytes that are in use when everything else has been collected: that is how a snapshot begins. */
  async liveBytes(): Promise<number> {
    // The isolate keeps what was logged for whoever comes to look.
    await this.#call("Runtime.discardConsoleEntries");
    await this.#call("HeapProfiler.enable");
    await this.#call("HeapProfiler.takeHeapSnapshot");
    const usage = (await this.#call("Runtime.getHeapUsage")) as Readonly<Record<string, number>>;
    const parts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];
    return parts.reduce((sum, part) => sum + (usage[part] ?? 0), 0);
  }

  close(): void {
    this.#socket.close();
  }

  async #call(method: string): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const over = new AbortController();
    const answered = new Promise((resolve) => {
      const listen = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (message.id === id) resolve(message.result);
      };
      this.#socket.addEventListener("message", listen, { signal: over.signal });
    });
    const late = setTimeout(ANSWER_MS, undefined, { signal: over.signal, ref: false }).then(() => {
      throw new Error(`The inspector does not answer ${method}.`);
    });
    this.#socket.send(JSON.stringify({ id, method, params: {} }));
    try {
      return await Promise.race([answered, late]);
    } finally {
      late.catch(() => {});
      over.abort();
    }
  }
}

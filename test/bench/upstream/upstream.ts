import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { pinned } from "../pinning.ts";
import { start, stop } from "../processes.ts";
import type { StoreSettings } from "./key-value-store.ts";
import type { Ports, Question, Reply } from "./messages.ts";

/** More than the slowest read of KV takes. */
const QUIET_MS = 50;

/** What is behind the contestants, and what it counted. */
export class Upstream {
  readonly ports: Ports;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ports: Ports) {
    this.#process = process;
    this.ports = ports;
  }

  static async start(jwks: object): Promise<Upstream> {
    const script = fileURLToPath(new URL("main.ts", import.meta.url));
    const [command, parameters] = pinned(1, [process.execPath, script, JSON.stringify(jwks)]);
    const child = start(command, parameters, ["ignore", "inherit", "inherit", "ipc"]);
    const reply = await nextReply(child);
    if (reply.kind !== "ready") throw new Error("The upstream process did not start.");
    return new Upstream(child, reply.ports);
  }

  configure(settings: Partial<StoreSettings>) {
    return this.#ask({ kind: "configure", settings });
  }

  read() {
    return this.#ask({ kind: "read" });
  }

  /** Reads when nothing comes any more: what one contestant had under way must not count for the next. */
  async settle() {
    for (let before = await this.read(); ; ) {
      await setTimeout(QUIET_MS);
      const after = await this.read();
      if (isDeepStrictEqual(before.counters, after.counters)) return after;
      before = after;
    }
  }

  stop(): Promise<void> {
    return stop(this.#process);
  }

  async #ask(question: Question): Promise<Reply & { readonly kind: "state" }> {
    const answer = nextReply(this.#process);
    this.#process.send(question);
    const reply = await answer;
    if (reply.kind !== "state") throw new Error("The upstream process answered out of turn.");
    return reply;
  }
}

/** The next message; rejects when the process ends instead. */
async function nextReply(child: ChildProcess): Promise<Reply> {
  const over = new AbortController();
  const ended = once(child, "exit", { signal: over.signal }).then(() => {
    throw new Error("The upstream process ended.");
  });
  try {
    const [reply] = await Promise.race([once(child, "message", { signal: over.signal }), ended]);
    return reply as Reply;
  } finally {
    ended.catch(() => {});
    over.abort();
  }
}

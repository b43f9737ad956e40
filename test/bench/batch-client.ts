import { Connection } from "./connection.ts";
import { requestHead } from "./request-head.ts";
import type { Line } from "./traffic.ts";

/** workerd closes connections that are idle for five seconds; one that is about to go must not get a request. */
const MOST_IDLE_MS = 3_000;

/** Sends a given number of requests over a few connections that stay open, as fast as the answers come. */
export class BatchClient {
  readonly #port: number;
  readonly #size: number;
  readonly #head: string;
  #connections: readonly Connection[] = [];
  #usedAt = Number.NEGATIVE_INFINITY;

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#size = connections;
    this.#head = requestHead(port);
  }

  /** Opens what is not open any more; what is timed comes after. */
  async connect(): Promise<void> {
    if (performance.now() - this.#usedAt < MOST_IDLE_MS) return;
    this.close();
    this.#connections = await Promise.all(Array.from({ length: this.#size }, () => Connection.open(this.#port)));
  }

  /** @returns the status that each got */
  async send(lines: readonly Line[]): Promise<readonly number[]> {
    const statuses: number[] = [];
    // All connections take their requests from this one.
    const queue = lines.entries();
    const work = async (connection: Connection) => {
      for (const [turn, { token }] of queue) statuses[turn] = await connection.request(this.#write(token));
    };
    await Promise.all(this.#connections.map(work));
    this.#usedAt = performance.now();
    return statuses;
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }

  #write(token: string): string {
    return `${this.#head}${token === "" ? "" : `Authorization: Bearer ${token}\r\n`}\r\n`;
  }
}

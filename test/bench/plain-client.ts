import { Agent, get } from "node:http";

export interface Answered {
  readonly status: number | undefined;
  readonly milliseconds: number;
}

/** One connection, one request at a time. */
export class PlainClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  /** @param token empty for none */
  async request(token: string): Promise<Answered> {
    const before = performance.now();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: this.#port,
        agent: this.#agent,
        path: "/api/items/42?view=full",
        headers: token === "" ? {} : { authorization: `Bearer ${token}` },
        timeout: 5000,
      };
      const request = get(options, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode));
      });
      request.once("timeout", () => request.destroy(new Error("A contestant does not answer.")));
      request.once("error", reject);
    });
    return { status, milliseconds: performance.now() - before };
  }

  close(): void {
    this.#agent.destroy();
  }
}

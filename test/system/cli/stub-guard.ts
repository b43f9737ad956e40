import { createServer, type Server } from "node:http";
import { closeServer, listenOnLoopback } from "../support/listen.ts";

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface StubCommand {
  readonly id: string;
  readonly do: string;
  readonly why?: string;
  readonly [member: string]: unknown;
}

/** Answers like a guard's operator API, as a test says: for failures that a real one does not have on demand. */
export class StubGuard {
  readonly url: string;
  /** The commands of every batch that arrived. */
  readonly batches: (readonly StubCommand[])[] = [];
  /** What every batch said besides its commands. */
  readonly asked: object[] = [];
  /** What a batch gets, if anything; by default all of it is carried out. */
  answer: (commands: readonly StubCommand[]) => StubAnswer | "never" = accept;
  readonly #server: Server;

  private constructor(url: string, server: Server) {
    this.url = url;
    this.#server = server;
  }

  static async start(): Promise<StubGuard> {
    const server = createServer();
    const stub = new StubGuard(await listenOnLoopback(server), server);
    server.on("request", async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const { commands, ...besides } = JSON.parse(text || "{}") as { commands: readonly StubCommand[] };
      stub.asked.push(besides);
      stub.batches.push(commands);
      const answer = stub.answer(commands);
      if (answer === "never") return;
      const { status = 200, headers = {}, body = {} } = answer;
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    });
    return stub;
  }

  /** Commands that arrived, whatever was answered. */
  get commands(): readonly StubCommand[] {
    return this.batches.flat();
  }

  reset(): void {
    this.batches.length = 0;
    this.asked.length = 0;
    this.answer = accept;
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }
}

export function accept(commands: readonly StubCommand[]): StubAnswer {
  return { body: { results: commands.map(() => ({ ok: true, acknowledgement: { changed: true, sequence: 1 } })) } };
}

import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Caller } from "./caller.ts";

/** A request as traffic makes it. */
export interface Sending {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back, and when, by the client's clock in milliseconds. */
export interface Received {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** NumericDates of the same two moments. */
  readonly sentDate: number;
  readonly receivedDate: number;
  readonly status: number;
  readonly requestId: string;
  /** Undefined when it broke off. */
  readonly body: string | undefined;
  /** Whom the origin says it was told of; undefined when the origin did not answer as it does. */
  readonly told: Caller | undefined;
}

/** Nobody has to wait for as long as that. */
const PATIENCE = 15_000;

/** Keeps connections to one guard open and sends requests through them. */
export class Client {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(url: URL) {
    this.#url = url;
  }

  /** What went wrong, when there was no answer at all. */
  async send(sending: Sending): Promise<Received | Error> {
    const answer = await this.#attempt(sending);
    // The other end had just closed a connection that nobody used: any client sends again then, and so does this one.
    return answer === "closed" ? this.send(sending) : answer;
  }

  #attempt({ path, method = "GET", headers = {} }: Sending): Promise<Received | Error | "closed"> {
    return new Promise((resolve) => {
      const [sentAt, sentDate] = [performance.now(), Date.now() / 1000];
      const sent = request({
        host: this.#url.hostname,
        port: this.#url.port,
        agent: this.#agent,
        ...{ path, method, headers, timeout: PATIENCE },
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer within ${PATIENCE} ms`)));
      sent.once("error", (error: NodeJS.ErrnoException) => {
        resolve(sent.reusedSocket && error.code === "ECONNRESET" ? "closed" : error);
      });
      sent.once("response", (response) => {
        const chunks: Buffer[] = [];
        const end = (isWhole: boolean) =>
          resolve({
            ...{ sentAt, sentDate, receivedAt: performance.now(), receivedDate: Date.now() / 1000 },
            status: response.statusCode ?? 0,
            requestId: String(response.headers["x-jotgate-request-id"] ?? ""),
            told: readTold(response.headers),
            body: isWhole ? Buffer.concat(chunks).toString() : undefined,
          });
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("end", () => end(response.complete));
        response.once("error", () => end(false));
      });
      sent.end();
    });
  }

  stop(): void {
    this.#agent.destroy();
  }
}

function readTold({ "told-subject": subject, "told-issuer": issuer }: IncomingHttpHeaders): Caller | undefined {
  return subject === undefined || issuer === undefined
    ? undefined
    : { subject: String(subject), issuer: String(issuer) };
}

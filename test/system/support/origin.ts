import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { type Arrival, arrivalOf, readBody } from "./arrival.ts";
import { closeServer, listenOnLoopback } from "./listen.ts";

/** What `/gzip` answers, before compression. */
export const COMPRESSED_TEXT = "the same text, compressed by the origin ".repeat(50);

/**
 * A real HTTP server that answers with what reached it, and does something else at a few paths, told by the last segment:
 * `upload` (sends every chunk back as it comes), `download`, `events`, `truncated`, `gzip`, `redirect` and others below.
 * WebSocket messages come back as they were sent.
 */
export class Origin {
  readonly url: string;
  /** Requests in the order in which they arrived, handshakes included. */
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #listeners = new Set<ServerResponse>();

  private constructor(url: string, server: Server) {
    this.url = url;
    this.#server = server;
    this.#sockets = new WebSocketServer({ server });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
    this.#sockets.on("connection", (socket, request) => {
      this.arrivals.push(arrivalOf(request, ""));
      socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary }));
    });
  }

  static async start(): Promise<Origin> {
    const server = createServer();
    return new Origin(await listenOnLoopback(server), server);
  }

  /** The request that arrived last. */
  get last(): Arrival {
    const arrival = this.arrivals.at(-1);
    if (arrival === undefined) throw new Error("nothing reached the origin");
    return arrival;
  }

  /** Open `/events` streams. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Sends one event to every open `/events` stream. */
  sendEvent(data: string): void {
    for (const listener of this.#listeners) listener.write(`data: ${data}\n\n`);
  }

  async stop(): Promise<void> {
    this.#sockets.close();
    await closeServer(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(`http://origin${request.url}`);
    switch (pathname.split("/").at(-1)) {
      case "hang":
        return;
      case "broken":
        request.socket.destroy();
        return;
      case "upload":
        this.arrivals.push(arrivalOf(request, ""));
        response.writeHead(200, { "content-type": "application/octet-stream" }).flushHeaders();
        request.pipe(response);
        return;
      case "download":
        response.end(Buffer.alloc(Number(searchParams.get("bytes")), "0123456789abcdef"));
        return;
      case "events":
        response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
        this.#listeners.add(response);
        response.on("close", () => this.#listeners.delete(response));
        return;
      case "truncated":
        response.writeHead(200, { "content-length": "100" });
        response.write("only the beginning", () => response.destroy());
        return;
      case "unmodified":
        response.writeHead(304, { etag: '"v1"' }).end();
        return;
      case "gzip":
        response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
        response.end(gzipSync(COMPRESSED_TEXT));
        return;
      case "redirect":
        response.writeHead(307, { location: "/elsewhere", "x-from": "origin" }).end();
        return;
      case "cacheable":
        response.setHeader("cache-control", "public, max-age=60, s-maxage=600");
        response.setHeader("cdn-cache-control", "max-age=600");
        break;
      case "connection":
        response.setHeader("connection", "x-only-here");
        response.setHeader("x-only-here", "of this connection");
        response.setHeader("proxy-authenticate", "Basic");
        response.setHeader("set-cookie", ["a=1", "b=2"]);
    }
    const arrival = arrivalOf(request, await readBody(request));
    this.arrivals.push(arrival);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(arrival));
  }
}

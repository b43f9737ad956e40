import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Arrival, arrivalOf, readBody } from "../support/arrival.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server that records everything that reaches it before it answers. */
export class Recorder {
  readonly url: string;
  /** In the order in which they arrived, handshakes included. */
  readonly arrivals: Arrival[] = [];
  readonly #server: Server;

  private constructor(url: string, server: Server, answering: Answering) {
    this.url = url;
    this.#server = server;
    server.maxHeadersCount = 0;
    server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
      const body = await readBody(request).catch(() => "cut off");
      this.arrivals.push(arrivalOf(request, body));
      answering(request, response);
    });
    server.on("upgrade", (request: IncomingMessage, socket) => {
      this.arrivals.push(arrivalOf(request, ""));
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  }

  static async start(answering: Answering): Promise<Recorder> {
    const server = createServer({ maxHeaderSize: 256 * 1024 });
    return new Recorder(await listenOnLoopback(server), server, answering);
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }
}

/** An origin that would do harm at a few paths, told by the last segment, and says hello everywhere else. */
export const carelessOrigin: Answering = (request, response) => {
  switch (request.url?.split("?")[0]?.split("/").at(-1)) {
    case "cacheable":
      cacheable(response);
      break;
    case "cacheable-part":
      cacheable(response);
      response.writeHead(206, { "content-range": "bytes 0-4/50" });
      break;
    case "cacheable-unchanged":
      cacheable(response);
      response.writeHead(304, { etag: '"a"' });
      response.end();
      return;
    case "redirecting":
      response.writeHead(302, { location: "//evil.example/" });
      break;
    case "hop-by-hop":
      response.setHeader("connection", "x-of-this-hop");
      response.setHeader("x-of-this-hop", "only");
      break;
  }
  response.end("hello");
};

function cacheable(response: ServerResponse): void {
  response.setHeader("cache-control", "public, max-age=60, s-maxage=600");
  response.setHeader("cdn-cache-control", "max-age=600");
  response.setHeader("surrogate-control", "max-age=600");
}

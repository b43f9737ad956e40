import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { constants, createGzip } from "node:zlib";
import { type WebSocket, WebSocketServer } from "ws";
import { closeServer, listenOnLoopback } from "../support/listen.ts";

/** How a WebSocket closed, as one of its ends saw it. */
export interface SeenClose {
  readonly code: number;
  readonly reason: string;
}

/**
 * A real origin whose connections the test holds in its hands: every path opens an event stream, compressed or of known length
 * when the last segment says so, and every WebSocket is kept with how it closed.
 */
export class ConnectionOrigin {
  readonly url: string;
  /** WebSockets in the order in which they opened. */
  readonly sockets: WebSocket[] = [];
  /** Open event streams. */
  readonly streams = new Set<{ write(text: string): void; end(): void }>();
  /** Called with every WebSocket that opens. */
  onConnection: (socket: WebSocket) => void = () => {};
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #closes = new Map<WebSocket, Promise<SeenClose>>();

  private constructor(url: string, server: Server) {
    this.url = url;
    this.#server = server;
    this.#webSockets = new WebSocketServer({ server, perMessageDeflate: true });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
    this.#webSockets.on("connection", (socket) => {
      this.sockets.push(socket);
      this.#closes.set(socket, seenClose(socket));
      // A peer that breaks the protocol is one of the cases.
      socket.on("error", () => {});
      this.onConnection(socket);
    });
  }

  static async start(): Promise<ConnectionOrigin> {
    const server = createServer();
    return new ConnectionOrigin(await listenOnLoopback(server), server);
  }

  /** The WebSocket that opened last. */
  get socket(): WebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no WebSocket was opened");
    return socket;
  }

  /** How the WebSocket that opened last is closed, or was. */
  get closed(): Promise<SeenClose> {
    return this.#closes.get(this.socket) ?? Promise.reject(new Error("not a WebSocket of this origin"));
  }

  sendEvent(data: string): void {
    for (const stream of this.streams) stream.write(`data: ${data}\n\n`);
  }

  endStreams(): void {
    for (const stream of this.streams) stream.end();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.#webSockets.close();
    await closeServer(this.#server);
  }

  #answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
    const kind = url.split("/").at(-1);
    const type = { "content-type": "Text/Event-Stream; charset=utf-8" };
    if (kind === "gzip") {
      response.writeHead(200, { ...type, "content-encoding": "gzip" }).flushHeaders();
      const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      gzip.pipe(response);
      this.#keep(gzip, response);
    } else {
      response.writeHead(200, { ...type, ...(kind === "ten-bytes" && { "content-length": "10" }) }).flushHeaders();
      this.#keep(response, response);
    }
  }

  #keep(stream: { write(text: string): void; end(): void }, response: ServerResponse): void {
    this.streams.add(stream);
    response.on("close", () => this.streams.delete(stream));
  }
}

/** Resolves when a WebSocket closed. */
export function seenClose(socket: WebSocket): Promise<SeenClose> {
  return new Promise((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

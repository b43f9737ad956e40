import { createServer, type Server, type ServerResponse } from "node:http";
import type { JWK } from "jose";
import { closeServer, listenOnLoopback } from "./listen.ts";

export type Answering = (response: ServerResponse, jwks: string) => void;

/** A real HTTP server that publishes a JWK Set, counts who asks, and can behave differently at each path. */
export class KeyEndpoint {
  readonly url: string;
  readonly #server: Server;
  readonly #fetches = new Map<string, number>();
  readonly #behaviours = new Map<string, Answering>();
  #jwks: string;

  private constructor(url: string, server: Server, keys: readonly JWK[]) {
    this.url = url;
    this.#server = server;
    this.#jwks = JSON.stringify({ keys });
    server.on("request", (request, response) => {
      const path = request.url ?? "/";
      this.#fetches.set(path, this.fetchesOf(path) + 1);
      response.setHeader("connection", "close");
      (this.#behaviours.get(path) ?? serve)(response, this.#jwks);
    });
  }

  static async start(keys: readonly JWK[]): Promise<KeyEndpoint> {
    const server = createServer();
    return new KeyEndpoint(await listenOnLoopback(server), server, keys);
  }

  /** Requests for a path since the start. */
  fetchesOf(path: string): number {
    return this.#fetches.get(path) ?? 0;
  }

  /** From now on a path answers like this. */
  behave(path: string, answering: Answering): void {
    this.#behaviours.set(path, answering);
  }

  publish(keys: readonly JWK[]): void {
    this.#jwks = JSON.stringify({ keys });
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }
}

/** Answers with the JWK Set. */
export const serve: Answering = (response, jwks) => {
  response.setHeader("content-type", "application/jwk-set+json");
  response.end(jwks);
};

/** Answers with the JWK Set after some time. */
export function serveAfter(milliseconds: number): Answering {
  return (response, jwks) => {
    setTimeout(() => serve(response, jwks), milliseconds);
  };
}

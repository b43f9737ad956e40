import { createServer, type Server, type ServerResponse } from "node:http";
import { closeServer, listenOnLoopback } from "../system/support/listen.ts";
import { RotatingIssuer } from "./rotating-issuer.ts";

/** What an endpoint does instead of answering, by name. */
const FAULTS: Readonly<Record<string, (response: ServerResponse, document: string) => void>> = {
  "hang up": (response) => response.destroy(),
  hang: () => {},
  500: (response) => response.writeHead(500).end(),
  429: (response) => response.writeHead(429, { "retry-after": "1" }).end(),
  "a page": (response) => response.end("<html>Back soon</html>"),
  "half of it": (response, document) => response.end(document.slice(0, document.length / 2)),
  "stop in the middle": (response, document) => response.write(document.slice(0, 20)),
  "too much": (response, document) => response.end(document + " ".repeat(64 * 1024)),
  late: (response, document) => setTimeout(() => response.end(document), 4_000),
};

export const KEY_FAULTS = Object.keys(FAULTS);

/** Issuers' key-set endpoints on one real HTTP server, each with a fault of its own. The last issuer is found by discovery. */
export class KeyPublisher {
  readonly issuers: readonly RotatingIssuer[];
  readonly #url: string;
  readonly #server: Server;
  readonly #faults = new Map<RotatingIssuer, string>();
  /** Questions for documents so far, by issuer. */
  readonly asked = new Map<string, number>();

  private constructor(url: string, server: Server) {
    this.#url = url;
    this.#server = server;
    this.issuers = [
      new RotatingIssuer("https://elliptic.example", "ES256"),
      new RotatingIssuer("https://rsa.example", "RS256"),
      new RotatingIssuer(`${url}/discovered`, "Ed25519"),
    ];
    server.on("request", ({ url: path = "/" }, response: ServerResponse) => this.#answer(path, response));
  }

  static async start(): Promise<KeyPublisher> {
    const server = createServer();
    const publisher = new KeyPublisher(await listenOnLoopback(server), server);
    for (const issuer of publisher.issuers) await issuer.rotate();
    return publisher;
  }

  /** What a guard's configuration says of an issuer. */
  trust(issuer: RotatingIssuer): Record<string, unknown> {
    const place = issuer.issuer.startsWith(this.#url) ? { discovery: true } : { jwksUri: this.#pathOf(issuer) };
    const algorithms = issuer.keys.slice(0, 1).map(({ signer }) => signer.algorithm);
    return { issuer: issuer.issuer, audiences: ["https://api.example"], algorithms, clockTolerance: 0, ...place };
  }

  /** @param fault one of {@link KEY_FAULTS}; undefined for none */
  fail(issuer: RotatingIssuer, fault: string | undefined): void {
    if (fault === undefined) this.#faults.delete(issuer);
    else this.#faults.set(issuer, fault);
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  #pathOf(issuer: RotatingIssuer): string {
    return `${this.#url}/keys/${this.issuers.indexOf(issuer)}`;
  }

  #answer(path: string, response: ServerResponse): void {
    response.setHeader("connection", "close");
    const isMetadata = path === "/discovered/.well-known/openid-configuration";
    const issuer = isMetadata ? this.issuers.at(-1) : this.issuers[Number(path.split("/").at(-1))];
    if (issuer === undefined) return void response.writeHead(404).end();
    this.asked.set(issuer.issuer, (this.asked.get(issuer.issuer) ?? 0) + 1);
    const metadata = { issuer: issuer.issuer, jwks_uri: this.#pathOf(issuer) };
    const document = JSON.stringify(isMetadata ? metadata : issuer.jwks);
    const fault = FAULTS[this.#faults.get(issuer) ?? ""];
    if (fault === undefined) response.end(document);
    else fault(response, document);
  }
}

import { createServer, type IncomingMessage, type Server } from "node:http";
import { closeServer, listenOnLoopback } from "../support/listen.ts";

/** What arrived, by its headers in lower case. */
export type Seen = Readonly<Record<string, string | string[] | undefined>>;

/** Who may pass, and what is signed for them. */
export interface AccessPolicy {
  /** Tokens of people who have signed in. */
  readonly people: ReadonlySet<string>;
  readonly service: { readonly id: string; readonly secret: string; readonly assertion: string };
}

/**
 * Stands in front of a guard as Cloudflare Access does: lets nobody through without credentials of its own, takes these away, and
 * says by a signed header who it was. Whoever has none is sent to sign in; programs with wrong ones are refused.
 */
export class AccessProxy {
  readonly url: string;
  /** Headers of what it let through, as they came. */
  readonly passed: Seen[] = [];
  readonly #server: Server;

  private constructor(url: string, server: Server) {
    this.url = url;
    this.#server = server;
  }

  static async start(guard: URL, policy: AccessPolicy): Promise<AccessProxy> {
    const server = createServer({ maxHeaderSize: 128 * 1024 });
    const proxy = new AccessProxy(await listenOnLoopback(server), server);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const assertion = assertionFor(request, policy);
      if (assertion === undefined) {
        const isProgram = request.headers["cf-access-client-id"] !== undefined;
        if (isProgram)
          response.writeHead(403, { "www-authenticate": "Cloudflare-Access" }).end("<html>Forbidden</html>");
        else response.writeHead(302, { location: LOGIN }).end();
        return;
      }
      proxy.passed.push(request.headers);
      const { authorization, "content-type": type } = request.headers;
      const answer = await fetch(new URL(request.url ?? "/", guard), {
        method: request.method ?? "GET",
        headers: {
          "cf-access-jwt-assertion": assertion,
          ...(authorization !== undefined && { authorization }),
          ...(type !== undefined && { "content-type": type }),
        },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const contentType = answer.headers.get("content-type") ?? "text/plain";
      response.writeHead(answer.status, { "content-type": contentType }).end(await answer.text());
    });
    return proxy;
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }
}

const LOGIN = "https://team.cloudflareaccess.com/cdn-cgi/access/login/api.example?kid=1";

function assertionFor({ headers }: IncomingMessage, { people, service }: AccessPolicy): string | undefined {
  const token = headers["cf-access-token"];
  if (typeof token === "string" && people.has(token)) return token;
  const isService =
    headers["cf-access-client-id"] === service.id && headers["cf-access-client-secret"] === service.secret;
  return isService ? service.assertion : undefined;
}

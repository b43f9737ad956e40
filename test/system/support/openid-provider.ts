import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import Provider from "oidc-provider";
import { closeServer, listenOnLoopback } from "./listen.ts";

const CLIENT = { id: "backend", secret: "a secret of a client that exists in tests only" };

/** The API that access tokens are made for. */
export const RESOURCE = "https://api.example";

/** A signature key pair by name. */
export async function makeKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256", use: "sig" };
}

/** A real OpenID provider on a socket, whose keys can be changed and which can go down and come back at the same address. */
export class OpenIdProvider {
  readonly issuer: string;
  readonly #port: number;
  #server: Server | undefined;
  /** Requests for the JWK Set since the start. */
  jwksFetches = 0;
  /** Requests for the discovery document since the start. */
  discoveryFetches = 0;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#port = Number(new URL(issuer).port);
    this.#server = server;
  }

  /** @param keys the first signs */
  static async start(keys: readonly JWK[]): Promise<OpenIdProvider> {
    const server = createServer();
    const provider = new OpenIdProvider(await listenOnLoopback(server), server);
    provider.#serve(server, keys);
    return provider;
  }

  /** Comes back with these keys, at the same address. */
  async restart(keys: readonly JWK[]): Promise<void> {
    await this.stop();
    this.#server = createServer();
    this.#serve(this.#server, keys);
    await listenOnLoopback(this.#server, this.#port);
  }

  async stop(): Promise<void> {
    if (this.#server !== undefined) await closeServer(this.#server);
    this.#server = undefined;
  }

  /** Asks for an access token as a client would (RFC 6749 §4.4, RFC 8707). */
  async issueToken(): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${encodeURIComponent(CLIENT.secret)}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", resource: RESOURCE, scope: "orders:read" }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: unknown };
    if (typeof token !== "string") throw new Error(`the provider answered with status ${response.status}`);
    return token;
  }

  #serve(server: Server, keys: readonly JWK[]): void {
    const answer = new Provider(this.issuer, configurationWith(keys)).callback();
    server.on("request", (request, response) => {
      if (request.url === "/jwks") this.jwksFetches += 1;
      if (request.url === "/.well-known/openid-configuration") this.discoveryFetches += 1;
      // A connection that outlives a restart would fail its next request for no reason of the provider's.
      response.setHeader("connection", "close");
      void answer(request, response);
    });
  }
}

function configurationWith(keys: readonly JWK[]): Record<string, unknown> {
  return {
    jwks: { keys },
    cookies: { keys: ["unused: no browser comes here"] },
    scopes: ["orders:read"],
    ttl: { ClientCredentials: 300 },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: "ES256",
        scope: "orders:read",
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: RESOURCE,
          scope: "orders:read",
          accessTokenFormat: "jwt",
          accessTokenTTL: 300,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
  };
}

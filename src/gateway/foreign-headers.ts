import type { IdentityHeaders } from "../model/forwarding.ts";

/** Fields that belong to one connection (RFC 9110 §7.6.1), and credentials for proxies (§11.7.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Fields by which a client could tell the origin another method, path, host or address than the one that was judged. */
const OVERRIDES: ReadonlySet<string> = new Set([
  "forwarded",
  "x-forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-forwarded-uri",
  "x-forwarded-method",
  "x-host",
  "x-http-host-override",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-original-host",
  "x-original-method",
  "x-original-uri",
  "x-original-url",
  "x-real-ip",
  "x-rewrite-url",
  "x-middleware-subrequest",
]);

/** Decides which of a client's headers never reach the origin. Made once per configuration. */
export class ForeignHeaders {
  readonly #identity: ReadonlySet<string>;

  constructor({ subject, issuer, scope, client, claims }: IdentityHeaders) {
    this.#identity = new Set([subject, issuer, scope, client, ...claims.map(({ header }) => header)].map(fold));
  }

  /**
   * Removes from `headers` everything that is ours to say, in any spelling an origin may fold to it, and everything that
   * concerns this connection only, with what `Connection` names. A WebSocket handshake keeps its `Upgrade`.
   */
  remove(headers: Headers): void {
    const named = connectionOptions(headers);
    const isWebSocket = headers.get("upgrade")?.toLowerCase() === "websocket";
    for (const name of [...headers.keys()]) {
      const folded = fold(name);
      const ours = folded.startsWith("x-jotgate-") || this.#identity.has(folded) || OVERRIDES.has(folded);
      const ofConnection = HOP_BY_HOP.has(name) || named.has(name);
      if (ours || (ofConnection && !(isWebSocket && name === "upgrade"))) headers.delete(name);
    }
  }
}

/** Removes from a response what concerned the connection to the origin only. */
export function removeConnectionHeaders(headers: Headers): void {
  for (const name of [...connectionOptions(headers), ...HOP_BY_HOP]) headers.delete(name);
}

/**
 * The name that CGI-style origins see: they turn hyphens, and some every other separator, into underscores, so that
 * `X_Jotgate_Subject` and `X-Jotgate-Subject` become one.
 */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "-");
}

function connectionOptions(headers: Headers): ReadonlySet<string> {
  const options = headers.get("connection")?.toLowerCase().split(",") ?? [];
  return new Set(options.map((option) => option.trim()).filter((option) => /^[\w!#$%&'*+.^`|~-]+$/.test(option)));
}

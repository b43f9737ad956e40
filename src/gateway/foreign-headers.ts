import type { IdentityHeaders } from "../model/forwarding.ts";
import type { TokenSource } from "../model/token-source.ts";
import { BoundedMap } from "../platform/bounded-map.ts";

/** Fields that belong to one connection (RFC 9110 §7.6.1), and credentials for proxies (§11.7.2). */
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

/** Fields by which a client could tell the origin another method, path, host, address or user than was judged. */
const OVERRIDE = new RegExp(
  "^(?:x-forward-|(?:x-(?:jotgate|forwarded|original|envoy|host|remote|invoke|http-(?:method|host|path|destinationurl)|" +
    "auth-request|goog-authenticated-user|ms-client-principal)|path-info|remote-user)(?:-|$))|(?:^|-)client-?ip$",
);

/** Fields of that kind without a common beginning or end; `Proxy` becomes the variable HTTP_PROXY. */
const OVERRIDES: ReadonlySet<string> = new Set(
  (
    "cf-access-authenticated-user-email forwarded front-end-https proxy script-name x-matched-path x-method-override " +
    "x-middleware-subrequest x-originating-ip x-override-url x-proxyuser-ip x-real-ip x-request-uri x-rewrite-url x-scheme " +
    "x-url-scheme x-waws-unencoded-url x-webauth-user"
  ).split(" "),
);

/** Fields that have to come under their exact names: those of Cloudflare, of the body and of browsers. */
const EXACT = /^(?:cf|content|sec)-/;

/** What is remembered of names: some 100 kB at most. */
const MOST_NAMES = 1_000;
const LONGEST_NAME = 64;

/** Decides which of a client's headers never reach the origin. Made once per configuration. */
export class ForeignHeaders {
  readonly #identity: ReadonlySet<string>;
  readonly #tokenHeaders: ReadonlySet<string>;
  readonly #verdicts = new BoundedMap<boolean>(MOST_NAMES, LONGEST_NAME);

  constructor({ subject, issuer, scope, client, claims }: IdentityHeaders, sources: readonly TokenSource[]) {
    const names = [subject, issuer, scope, client, ...claims.map(({ header }) => header)];
    this.#identity = new Set(names.filter((name) => name !== false).map(fold));
    this.#tokenHeaders = new Set(sources.map((source) => (source.kind === "header" ? source.name : source.kind)));
  }

  /**
   * Removes from `headers` everything that is ours to say, in any spelling an origin may fold to it, and everything that
   * concerns this connection only, with what `Connection` names, but for Cloudflare's own fields. Tokens, and what
   * Cloudflare, the body and browsers say, have to come under their exact names. A WebSocket handshake keeps its `Upgrade`.
   */
  remove(headers: Headers): void {
    const foreign: string[] = [];
    for (const name of headers.keys()) if (this.#isForeign(name)) foreign.push(name);
    const isWebSocket = foreign.includes("upgrade") && headers.get("upgrade")?.toLowerCase() === "websocket";
    if (foreign.includes("connection")) {
      foreign.push(...connectionOptions(headers).filter((option) => !option.startsWith("cf-")));
    }
    for (const name of foreign) if (!(isWebSocket && name === "upgrade")) headers.delete(name);
  }

  /** By the name alone; clients use few names, so what was found out is remembered. */
  #isForeign(name: string): boolean {
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    const folded = fold(name);
    const isAlias = name !== folded;
    const verdict =
      this.#identity.has(folded) ||
      // Whatever a header for tokens is called, its exact name is theirs.
      (this.#tokenHeaders.has(folded)
        ? isAlias
        : OVERRIDES.has(folded) || OVERRIDE.test(folded) || HOP_BY_HOP.has(folded) || (isAlias && EXACT.test(folded)));
    this.#verdicts.set(name, verdict);
    return verdict;
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

function connectionOptions(headers: Headers): readonly string[] {
  const value = headers.get("connection")?.toLowerCase();
  // What nearly every client says names a field that goes anyway.
  if (value === undefined || value === "keep-alive") return [];
  const options = value.split(",").map((option) => option.trim());
  return options.filter((option) => /^[\w!#$%&'*+.^`|~-]+$/.test(option));
}

import type { IdentityHeaders } from "../model/forwarding.ts";
import type { TokenSource } from "../model/token-source.ts";

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

/** Beginnings of fields by which a client could tell the origin another method, path, host or address than was judged. */
const OVERRIDE = /^(?:x-jotgate|x-forwarded|x-original|x-envoy|x-http-method|x-http-host)(?:-|$)/;

/** Fields of that kind without a common beginning. */
const OVERRIDES: ReadonlySet<string> = new Set(
  (
    "client-ip forwarded front-end-https true-client-ip x-client-ip x-cluster-client-ip x-host x-method-override " +
    "x-middleware-subrequest x-override-url x-real-ip x-rewrite-url x-url-scheme"
  ).split(" "),
);

/** What is remembered of names: some 100 kB at most. */
const MOST_NAMES = 1_000;
const LONGEST_NAME = 64;

/** Decides which of a client's headers never reach the origin. Made once per configuration. */
export class ForeignHeaders {
  readonly #identity: ReadonlySet<string>;
  readonly #tokenHeaders: ReadonlySet<string>;
  readonly #verdicts = new Map<string, boolean>();

  constructor({ subject, issuer, scope, client, claims }: IdentityHeaders, sources: readonly TokenSource[]) {
    const names = [subject, issuer, scope, client, ...claims.map(({ header }) => header)];
    this.#identity = new Set(names.filter((name) => name !== false).map(fold));
    this.#tokenHeaders = new Set(sources.map((source) => (source.kind === "header" ? source.name : source.kind)));
  }

  /**
   * Removes from `headers` everything that is ours to say, in any spelling an origin may fold to it, and everything that
   * concerns this connection only, with what `Connection` names. Tokens and Cloudflare's own fields have to come under their
   * exact names. A WebSocket handshake keeps its `Upgrade`.
   */
  remove(headers: Headers): void {
    const named = connectionOptions(headers);
    const isWebSocket = headers.get("upgrade")?.toLowerCase() === "websocket";
    for (const name of [...headers.keys()]) {
      if ((this.#isForeign(name) || named.has(name)) && !(isWebSocket && name === "upgrade")) headers.delete(name);
    }
  }

  /** By the name alone; clients use few names, so what was found out is remembered. */
  #isForeign(name: string): boolean {
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    const folded = fold(name);
    const ours = this.#identity.has(folded) || OVERRIDES.has(folded) || OVERRIDE.test(folded);
    const alias = name !== folded && (this.#tokenHeaders.has(folded) || folded.startsWith("cf-"));
    const verdict = ours || alias || HOP_BY_HOP.has(name);
    if (name.length <= LONGEST_NAME) {
      if (this.#verdicts.size >= MOST_NAMES) this.#verdicts.clear();
      this.#verdicts.set(name, verdict);
    }
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

const NO_OPTIONS: ReadonlySet<string> = new Set();

function connectionOptions(headers: Headers): ReadonlySet<string> {
  const value = headers.get("connection");
  if (value === null) return NO_OPTIONS;
  const options = value.toLowerCase().split(",");
  return new Set(options.map((option) => option.trim()).filter((option) => /^[\w!#$%&'*+.^`|~-]+$/.test(option)));
}

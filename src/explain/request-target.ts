import type { AccessRequest } from "../model/access-request.ts";

/** What is decided about, as far as it is no header. */
export type RequestTarget = Pick<AccessRequest, "method" | "scheme" | "host" | "path">;

/**
 * Reads `GET /api/orders/7` or `GET https://api.example.com/api/orders/7`. The target goes through the URL parser, as it does
 * in the Worker: dot segments are resolved, a query is cut off.
 *
 * @param host for targets without one
 * @returns undefined when it is no method and target
 */
export function parseRequestLine(line: string, host: string): RequestTarget | undefined {
  const [, method, target] = /^([A-Za-z!#$%&'*+.^_`|~0-9-]+) +(\S+)$/.exec(line) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const url = URL.parse(target.startsWith("/") ? `https://${host}${target}` : target);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return { method, scheme: url.protocol === "https:" ? "https" : "http", host: url.host, path: url.pathname };
}

/** A request as authorize() sees it. Names of headers are lower-case. */
export function toAccessRequest(target: RequestTarget, headers: ReadonlyMap<string, string>): AccessRequest {
  return { ...target, header: (name) => headers.get(name.toLowerCase()) ?? null };
}

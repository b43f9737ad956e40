import type { AccessRequest } from "../model/access-request.ts";

/** A request as all parts see it: decided, forwarded and answered is one parse of its URL, each part of which is read once. */
export interface RequestFacts extends AccessRequest {
  readonly url: URL;
  /** Ours; chosen anew for each request. */
  readonly requestId: string;
}

/** Stands for the URL of a request whose Host field makes none of it: without a path, it is refused like an ambiguous one. */
const NO_URL = "x:";

/** Reads the platform's request. Never throws. */
export function readFacts({ method, url: text, headers }: Request): RequestFacts {
  const url = URL.parse(text) ?? new URL(NO_URL);
  return {
    method,
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.host,
    path: url.pathname,
    header: (name) => headers.get(name),
    url,
    requestId: crypto.randomUUID(),
  };
}

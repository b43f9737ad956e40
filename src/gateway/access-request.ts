import type { AccessRequest } from "../model/access-request.ts";

/** The platform's request as the decision sees it. Decided and forwarded is one parse of the URL. */
export function toAccessRequest(request: Request, url: URL): AccessRequest {
  return {
    method: request.method,
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.host,
    path: url.pathname,
    header: (name) => request.headers.get(name),
  };
}

/** Sends a request on to the origin, path and query as they are. */
export function forward(request: Request, target: string): Promise<Response> {
  return fetch(retarget(request, target));
}

/** As `forward`, with two headers that tell the origin who calls. */
export function forwardAs(request: Request, target: string, subject: string, scope: string): Promise<Response> {
  const outgoing = retarget(request, target);
  outgoing.headers.set("x-subject", subject);
  outgoing.headers.set("x-scope", scope);
  return fetch(outgoing);
}

function retarget(request: Request, target: string): Request {
  const { pathname, search } = new URL(request.url);
  return new Request(target + pathname + search, request);
}

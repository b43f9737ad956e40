/**
 * The origin of the demonstration: answers with what it saw of a request. It verifies nothing and needs no library; who calls
 * is in the headers that the guard sets.
 */
export default {
  fetch(request: Request): Response {
    const { pathname, search } = new URL(request.url);
    const identity = [...request.headers].filter(([name]) => name.startsWith("x-jotgate-"));
    const seen = {
      method: request.method,
      path: pathname + search,
      // Values are percent-encoded UTF-8.
      identity: Object.fromEntries(identity.map(([name, value]) => [name, decodeURIComponent(value)])),
      // The token ends at the guard, so that nothing behind it can use or leak one.
      authorization: request.headers.has("authorization") ? "present" : "absent",
    };
    return new Response(`${JSON.stringify(seen, null, 2)}\n`, { headers: { "content-type": "application/json" } });
  },
};

import type { PeerEnvironment } from "./environment.ts";

const REQUEST_ID = "x-jotgate-request-id";

/**
 * Bare, plus what every request that Jotgate lets through takes with it, whoever sent it: the origin is told the host and the id
 * of the request and not the token, and the client's answer has that id and stays out of shared caches. Nothing is decided, and
 * nothing that the client sent is searched for what it must not say.
 */
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const requestId = crypto.randomUUID();
    const headers = new Headers(request.headers);
    headers.delete("authorization");
    headers.set("x-forwarded-host", url.host);
    headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
    const address = headers.get("cf-connecting-ip");
    if (address !== null) headers.set("x-forwarded-for", address);
    headers.set(REQUEST_ID, requestId);

    const { method, body } = request;
    const target = env.TARGET + url.pathname + url.search;
    const answer = await fetch(target, { method, headers, body, redirect: "manual", cache: "no-store" });
    const response = new Response(answer.body, answer);
    response.headers.set(REQUEST_ID, requestId);
    response.headers.set("cache-control", "private");
    return response;
  },
} satisfies ExportedHandler<PeerEnvironment>;

interface Socket {
  accept(): void;
  send(message: string): void;
  addEventListener(type: "message", listener: (event: { data: string }) => void): void;
}

declare const WebSocketPair: new () => { 0: Socket; 1: Socket };

/** Answers with what reached it; redirects at a path of that name, and talks through WebSockets. */
export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return echoMessages(request);
    if (url.pathname === "/redirect") return Response.redirect(new URL("/elsewhere", url), 302);
    return Response.json({
      method: request.method,
      url: url.pathname + url.search,
      headers: [...request.headers],
      body: await request.text(),
    });
  },
};

/** Answers each message with itself and the caller's name. */
function echoMessages(request: Request): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const subject = request.headers.get("x-jotgate-subject");
  server.addEventListener("message", ({ data }) => server.send(`${subject}: ${data}`));
  const answer = { status: 101, webSocket: client };
  return new Response(null, answer);
}

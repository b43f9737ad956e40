import type { GatewayFailure, Refusal } from "../model/refusal.ts";
import { answerTo } from "./answer.ts";
import { type Close, relaySocket } from "./relay-socket.ts";
import { relayStream } from "./relay-stream.ts";
import { type Watching, watchToken } from "./token-watch.ts";

/** What became of a connection that the guard closed. */
export interface Closed {
  readonly connection: "websocket" | "event_stream";
  readonly because: Refusal | GatewayFailure;
  readonly defect: unknown;
}

/**
 * Keeps watch over an answer that goes on for as long as it likes: a WebSocket or an event stream is closed when the token it
 * was opened with is no longer good. Every other response is returned as it is.
 *
 * @param response what the origin answered an authenticated request, ready for the client
 * @param onClosed called once at most, when the guard closed the connection
 */
export function guardConnection(
  response: Response,
  watching: Omit<Watching, "onEnd">,
  onClosed: (closed: Closed) => void,
): Response {
  const { webSocket, headers } = response;
  if (!webSocket && !EVENT_STREAM.test(headers.get("content-type") ?? "")) return response;
  let stop = () => {};
  const watch = (connection: Closed["connection"], close: (why: Refusal | GatewayFailure) => void) => {
    const onEnd = (because: Refusal | GatewayFailure, defect: unknown) => {
      close(because);
      onClosed({ connection, because, defect });
    };
    stop = watchToken({ ...watching, onEnd });
  };

  if (webSocket) {
    const relay = relaySocket(webSocket, () => stop());
    watch("websocket", (why) => relay.close(closeFor(why)));
    return new Response(null, { status: response.status, headers, webSocket: relay.client });
  }
  if (response.body === null) return response;
  const relay = relayStream(response.body, lengthOf(headers), () => stop());
  watch("event_stream", relay.close);
  return new Response(relay.body, response);
}

const EVENT_STREAM = /^\s*text\/event-stream\s*(?:;|$)/i;

/** The length of an encoded body is not that of the bytes that come out of the stream. */
function lengthOf(headers: Headers): number | undefined {
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** The same table as for responses: 3000 is HTTP's 401 (IANA WebSocket Close Code registry), 1013 its 503, 1011 its 500. */
function closeFor(why: Refusal | GatewayFailure): Close {
  const { status, code } = answerTo(why);
  return { code: status === 401 ? 3000 : status === 503 ? 1013 : 1011, reason: code };
}

/** How one end of a connection closed: code and reason of RFC 6455 §7.1.5 and §7.1.6. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** Both ends of a WebSocket that passes through the guard. */
export interface SocketRelay {
  /** For the response to the client. */
  readonly client: WebSocket;
  /** Closes both ends; nothing is relayed from then on. */
  close(close: Close): void;
}

/** The client went away without saying so (RFC 6455 §7.4.1). */
const CLIENT_GONE: Close = { code: 1001, reason: "" };

/** The origin did (IANA WebSocket Close Code registry: bad gateway). */
const ORIGIN_GONE: Close = { code: 1014, reason: "" };

/**
 * Stands between client and origin: messages go on as they are and in order, and so do codes and reasons of closes, none
 * included. An end that broke off cannot be passed on as such (1006 is never sent); the other one is told who is gone.
 *
 * The platform does not say how much a `send` has left to send, so a reader slower than the other end's writer is not waited for.
 *
 * @param origin the origin's end, not accepted yet
 * @param onEnd called once, when either end closed or broke off
 */
export function relaySocket(origin: WebSocket, onEnd: () => void): SocketRelay {
  const { 0: client, 1: server } = new WebSocketPair();
  let over = false;

  const link = (from: WebSocket, to: WebSocket, gone: Close) => {
    const end = (close: Close) => {
      if (over) return;
      over = true;
      onEnd();
      // The platform has answered the close already where its compatibility date says so; a second answer does nothing.
      closeEnd(from, close);
      closeEnd(to, close);
    };
    from.binaryType = "arraybuffer";
    from.addEventListener("message", ({ data }) => {
      if (over) return;
      try {
        to.send(data as string | ArrayBuffer);
      } catch {
        // The other end has closed, and its event is on the way here: that one ends the relay.
      }
    });
    from.addEventListener("close", ({ code, reason }) => end(isSendable(code) ? { code, reason } : gone));
    from.addEventListener("error", () => end(gone));
    from.accept();
  };
  link(origin, server, ORIGIN_GONE);
  link(server, origin, CLIENT_GONE);

  const close = (why: Close) => {
    over = true;
    closeEnd(server, why);
    closeEnd(origin, why);
  };
  return { client, close };
}

/** What stands in for a broken connection in the API, or what the peer had no right to send, does not go into a close frame. */
function isSendable(code: number): boolean {
  return code >= 1000 && code < 5000 && code !== 1004 && code !== 1006 && code !== 1015;
}

/** 1005 stands for a close frame without a code, which is how it is sent again. */
function closeEnd(end: WebSocket, { code, reason }: Close): void {
  if (code === 1005) end.close();
  else end.close(code, reason);
}

import { createServer, type Server } from "node:net";
import type { Counters } from "./counters.ts";

const BODY = JSON.stringify({ id: 42, name: "An item", tags: ["one", "two", "three"], note: "x".repeat(120) });
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
);
const END = Buffer.from("\r\n\r\n");

/**
 * An origin that costs as little as possible, so that it is never the bottleneck: one answer for every request head. Requests
 * have no bodies here.
 */
export function createOrigin(counters: Counters, onHead: (head: string) => void): Server {
  return createServer({ noDelay: true }, (socket) => {
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
        counters.originRequests += 1;
        onHead(rest.toString("latin1", 0, end));
        rest = rest.subarray(end + END.length);
        socket.write(ANSWER);
      }
    });
    // Contestants that are stopped break their connections.
    socket.on("error", () => socket.destroy());
  });
}

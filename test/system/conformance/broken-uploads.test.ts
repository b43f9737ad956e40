// RFC 9112 §8: a message that broke off is not taken, nor passed on, for a whole one.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { trust } from "../support/trust.ts";
import { WireGuard } from "../support/wire-guard.ts";

/** What an origin sees of one request's body. */
interface Upload {
  readonly begun: Promise<void>;
  readonly ended: Promise<"whole" | "broken off">;
}

let server: Server;
let guard: WireGuard;
let watch: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => watch(request, response));
  const origin = await listenOnLoopback(server);
  const issuer = await TestIssuer.create();
  guard = await WireGuard.start({
    ORIGIN: origin,
    ISSUERS: [trust(issuer)],
    ROUTES: [{ path: "/*", access: "public" }],
  });
});

afterAll(async () => {
  await guard.stop();
  await closeServer(server);
});

function nextUpload({ answersAtOnce = false } = {}): Upload {
  let begun = () => {};
  let ended = (_how: "whole" | "broken off") => {};
  const upload: Upload = {
    begun: new Promise((resolve) => {
      begun = resolve;
    }),
    ended: new Promise((resolve) => {
      ended = resolve;
    }),
  };
  watch = (request, response) => {
    if (answersAtOnce) response.writeHead(200).flushHeaders();
    request.once("data", () => begun());
    request.on("close", () => ended(request.complete ? "whole" : "broken off"));
    request.on("error", () => {});
    request.on("end", () => response.end());
  };
  return upload;
}

/** Sends what there is of a message, and goes away when the origin has some of it. */
async function sendAndLeave(message: string, upload: Upload): Promise<void> {
  const socket = connect(Number(guard.url.port), guard.url.hostname, () => socket.write(head() + message));
  socket.on("error", () => {});
  await upload.begun;
  socket.destroy();
}

const head = () => `POST / HTTP/1.1\r\nHost: ${guard.url.host}\r\n`;

describe("an upload that breaks off at the client breaks off at the origin", () => {
  it.each([
    ["within a chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"],
    ["between chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["short of its length", "Content-Length: 50\r\n\r\nhello"],
  ])("%s", async (_where, message) => {
    const upload = nextUpload();
    await sendAndLeave(message, upload);
    expect(await upload.ended).toBe("broken off");
  });

  it("short of its length, after the origin began to answer", async () => {
    const upload = nextUpload({ answersAtOnce: true });
    await sendAndLeave("Content-Length: 50\r\n\r\nhello", upload);
    expect(await upload.ended).toBe("broken off");
  });
});

it.each([false, true])(
  "an upload that is whole is whole for an origin that answers at once: %s",
  async (answersAtOnce) => {
    const upload = nextUpload({ answersAtOnce });
    const message = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    const socket = connect(Number(guard.url.port), guard.url.hostname, () => socket.write(head() + message));
    expect(await upload.ended).toBe("whole");
    socket.destroy();
  },
);

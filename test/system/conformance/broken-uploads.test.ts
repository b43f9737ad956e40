// RFC 9112 §8: a message that broke off is not taken, nor passed on, for a whole one.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestIssuer } from "../../support/test-issuer.ts";
import { closeServer, listenOnLoopback } from "../support/listen.ts";
import { trust } from "../support/trust.ts";
import { WireGuard } from "../support/wire-guard.ts";

/** What an origin sees of one request's body. */
interface Upload {
  readonly requestId: Promise<unknown>;
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
  let arrived = (_requestId: unknown) => {};
  let begun = () => {};
  let ended = (_how: "whole" | "broken off") => {};
  const upload: Upload = {
    requestId: new Promise((resolve) => {
      arrived = resolve;
    }),
    begun: new Promise((resolve) => {
      begun = resolve;
    }),
    ended: new Promise((resolve) => {
      ended = resolve;
    }),
  };
  watch = (request, response) => {
    arrived(request.headers["x-jotgate-request-id"]);
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

/** Sends what is all that the client has to say, and returns the answer's text. */
function answerTo(message: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(guard.url.port), guard.url.hostname, () => socket.end(head() + message));
    socket.on("error", () => resolve("none"));
    socket.once("data", (answer) => {
      resolve(answer.toString("latin1"));
      socket.destroy();
    });
  });
}

function recordOf(requestId: unknown): Promise<unknown> {
  const find = () => {
    const record = guard.decisions.find((decision) => decision.requestId === requestId);
    expect(record).toBeDefined();
    return record;
  };
  return vi.waitFor(find, { timeout: 10_000 });
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

describe("a body that breaks off is recorded as the client's doing", () => {
  const INCOMPLETE = { outcome: "deny", reason: "request_incomplete", status: 400, caller: "public" };

  it.each([
    ["ends within a chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"],
    ["ends between chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["ends short of its length", "Content-Length: 50\r\n\r\nhello"],
    ["has a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello world\r\n0\r\n\r\n"],
    ["has a size written 0x5", "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"],
    ["has a size written +5", "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"],
    ["has a later chunk of no size", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n0\r\n\r\n"],
    ["has lines that end in LF alone", "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n"],
  ])("and answered 400 when it %s", async (_what, message) => {
    nextUpload();
    const answer = await answerTo(message);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const [, requestId] = /^x-jotgate-request-id: (\S+)\r$/im.exec(answer) ?? [];
    expect(await recordOf(requestId)).toMatchObject(INCOMPLETE);
  });

  it("when nobody is left to be answered", async () => {
    const upload = nextUpload();
    await sendAndLeave("Content-Length: 50\r\n\r\nhello", upload);
    expect(await recordOf(await upload.requestId)).toMatchObject(INCOMPLETE);
  });
});

it.each([
  ["a length", "Content-Length: 50000000\r\n\r\n"],
  ["chunks", "Transfer-Encoding: chunked\r\n\r\n2faf080\r\n"],
])(
  "an origin that hangs up in mid-upload of %s is recorded as such, though the body broke off too",
  async (_, framing) => {
    const requestId = new Promise((resolve) => {
      watch = (request) => {
        resolve(request.headers["x-jotgate-request-id"]);
        request.on("error", () => {});
        request.once("data", () => request.socket.destroy());
      };
    });
    const socket = connect(Number(guard.url.port), guard.url.hostname, () => {
      socket.write(head() + framing);
      socket.write(Buffer.alloc(30_000_000, "x"));
    });
    socket.on("error", () => {});
    expect(await recordOf(await requestId)).toMatchObject({
      outcome: "error",
      reason: "origin_unreachable",
      status: 502,
    });
    socket.destroy();
  },
);

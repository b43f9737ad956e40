import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { open, readAll, responseTo } from "../support/wire-client.ts";
import { WireGuard } from "../support/wire-guard.ts";

/** An origin that accepts connections, reads nothing before it is told to, and never answers. */
let server: Server;
let connected: Promise<Socket>;
let guard: WireGuard;

beforeAll(async () => {
  server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  guard = await WireGuard.start({
    ORIGIN: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ORIGIN_TIMEOUT: 0.2,
    ISSUERS: [{ issuer: "https://issuer.example", audiences: false, algorithms: ["ES256"], discovery: true }],
    ROUTES: [{ path: "/*", access: "public" }],
  });
});

afterAll(async () => {
  await guard.stop();
  await new Promise((resolve) => server.close(resolve));
});

it.each([
  ["a GET", "GET", 0],
  ["an upload that it did not read", "POST", 20_000_000],
])("the origin's connection is closed after the 504 to %s", async (_, method, length) => {
  connected = new Promise((resolve) => server.once("connection", resolve));
  const headers: Record<string, string> = length === 0 ? {} : { "Content-Length": String(length) };
  const sent = open(guard.url, { method, path: "/", headers });
  sent.on("error", () => {});
  const response = responseTo(sent);
  if (length === 0) sent.end();
  // All but the last byte, so that nothing but the guard can be who ends it.
  else sent.write(Buffer.alloc(length - 1));
  const socket = await connected;
  expect((await readAll(await response)).status).toBe(504);

  let received = 0;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  socket.on("data", (part) => {
    received += part.length;
  });
  socket.resume();
  await closed;
  expect(received).toBeLessThan(length + 1_000);
  sent.destroy();
});

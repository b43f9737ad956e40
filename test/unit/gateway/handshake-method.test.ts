import { expect, it } from "vitest";
import { anonymous, bearer, verified } from "./decisions.ts";
import { FakeOrigin } from "./fake-origin.ts";

const HANDSHAKE = { connection: "Upgrade", upgrade: "websocket" };

it("a WebSocket handshake keeps its Upgrade", async () => {
  const origin = new FakeOrigin();
  await origin.forward(bearer(await verified()), new Request("https://guard.example/", { headers: HANDSHAKE }));
  expect(origin.request.headers.get("upgrade")).toBe("websocket");
});

it.each(["OPTIONS", "POST", "HEAD"])("a %s is no handshake, and loses it", async (method) => {
  const origin = new FakeOrigin();
  await origin.forward(anonymous("preflight"), new Request("https://guard.example/", { method, headers: HANDSHAKE }));
  expect(origin.request.headers.has("upgrade")).toBe(false);
});

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { seenClose } from "./origin.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

async function connect() {
  const { issuer, origin, connect } = scene();
  const client = await connect(await issuer.sign());
  return { client, origin: origin.socket, closedAtOrigin: origin.closed };
}

describe("messages of a guarded WebSocket", () => {
  it("arrive complete and in order in both directions at once", async () => {
    const { client, origin } = await connect();
    const count = 2_000;
    const received = (socket: typeof client) =>
      new Promise<string[]>((resolve) => {
        const messages: string[] = [];
        socket.on("message", (data) => {
          messages.push(String(data));
          if (messages.length === count) resolve(messages);
        });
      });
    const [atClient, atOrigin] = [received(client), received(origin)];
    const sent = Array.from({ length: count }, (_, index) => `message ${index}`);
    for (const message of sent) {
      client.send(message);
      origin.send(message);
    }
    expect(await atClient).toEqual(sent);
    expect(await atOrigin).toEqual(sent);
    client.close();
  });

  it.each([
    ["empty text", "", false],
    ["text beyond ASCII", "Grüße 👋", false],
    ["no bytes", Buffer.alloc(0), true],
    ["bytes that are no text", Buffer.from([0, 255, 128, 1]), true],
    ["16 MiB", Buffer.alloc(16 * 1024 * 1024, "large "), true],
  ])("stay what they are, to the origin and back: %s", async (_, message, isBinary) => {
    const { client, origin } = await connect();
    client.send(message);
    const [there, binaryThere] = (await once(origin, "message")) as [Buffer, boolean];
    expect(binaryThere).toBe(isBinary);
    origin.send(there, { binary: binaryThere });
    const [back, binaryBack] = (await once(client, "message")) as [Buffer, boolean];
    expect(binaryBack).toBe(isBinary);
    expect(back.equals(Buffer.from(message))).toBe(true);
    client.close();
  });

  it("that the origin sends at once are not lost", async () => {
    const { issuer, origin, dial } = scene();
    origin.onConnection = (socket) => socket.send("welcome");
    const client = dial(await issuer.sign());
    expect(String((await once(client, "message"))[0])).toBe("welcome");
    client.close();
    origin.onConnection = () => {};
  });
});

describe("a close", () => {
  const CLOSES: [code: number | undefined, reason: string, seen: number][] = [
    [1000, "done", 1000],
    [1008, "policy", 1008],
    [1012, "restart", 1012],
    [3000, "signed out", 3000],
    [4001, "", 4001],
    [4999, "ü".repeat(61), 4999],
    [undefined, "", 1005],
  ];

  it.each(CLOSES)("of the client with %s %s reaches the origin", async (code, reason, seen) => {
    const { client, closedAtOrigin } = await connect();
    const closed = seenClose(client);
    client.close(code, reason);
    expect(await closedAtOrigin).toEqual({ code: seen, reason });
    expect((await closed).code).toBe(seen);
  });

  it.each(CLOSES)("of the origin with %s %s reaches the client", async (code, reason, seen) => {
    const { client, origin, closedAtOrigin } = await connect();
    const closed = seenClose(client);
    origin.close(code, reason);
    expect(await closed).toEqual({ code: seen, reason });
    expect((await closedAtOrigin).code).toBe(seen);
  });

  it("that the client does not say is 1001 to the origin", async () => {
    const { client, closedAtOrigin } = await connect();
    client.terminate();
    expect(await closedAtOrigin).toEqual({ code: 1001, reason: "" });
  });

  it("that the origin does not say is 1014 to the client", async () => {
    const { client, origin } = await connect();
    const closed = seenClose(client);
    origin.terminate();
    expect(await closed).toEqual({ code: 1014, reason: "" });
  });

  it.each([0, 999, 1004, 1006, 1015, 5000])(
    "with %d, which nobody may send, is the end for the origin, too",
    async (code) => {
      const { issuer, origin, dial } = scene();
      const client = dial(await issuer.sign());
      const [[response]] = (await Promise.all([once(client, "upgrade"), once(client, "open")])) as [
        [IncomingMessage],
        [],
      ];
      // The platform sends the code back, which the client's library takes for an error.
      client.on("error", () => {});
      // A masked close frame (RFC 6455 §5.2) that no library would write.
      response.socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, code >> 8, code & 255]));
      expect(await origin.closed).toEqual({ code: 1001, reason: "" });
    },
  );

  it("of either end is not recorded as the guard's doing", async () => {
    const { guard } = scene();
    expect(guard.closures).toEqual([]);
  });
});

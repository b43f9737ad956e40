import { once } from "node:events";
import { expect, it, vi } from "vitest";
import { seenClose } from "./origin.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

/** The check interval, and something for a busy machine. */
const AT_THE_NEXT_CHECK = { timeout: 9_000, interval: 50 };

it("a revoked token's WebSocket and idle event stream are closed at the next check; other tokens' stay open", async () => {
  const { guard, origin, issuer, records, connect, listen } = scene();
  const claims = issuer.claims();
  const token = await issuer.sign(claims);
  const other = await connect(await issuer.sign());
  const client = await connect(token);
  const closes = Promise.all([seenClose(client), origin.closed]);
  const stream = await listen(token);
  const brokenOff = once(stream, "error");
  stream.resume();
  expect(origin.streams.size).toBe(1);

  await records.revokeToken(issuer.issuer, claims["jti"]);
  await vi.waitFor(() => expect(guard.closures).toHaveLength(2), AT_THE_NEXT_CHECK);
  expect(await closes).toEqual([
    { code: 3000, reason: "invalid_token" },
    { code: 3000, reason: "invalid_token" },
  ]);
  expect((await brokenOff)[0]).toMatchObject({ code: "ECONNRESET" });
  await vi.waitFor(() => expect(origin.streams.size).toBe(0));

  const recorded = { outcome: "deny", reason: "token_revoked", by: "token", route: "/*", issuer: issuer.issuer };
  expect(guard.closures).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...recorded, connection: "websocket" }),
      expect.objectContaining({ ...recorded, connection: "event_stream" }),
    ]),
  );
  const opened = guard.decisions.map(({ requestId }) => requestId);
  for (const { requestId } of guard.closures) expect(opened).toContain(requestId);
  const again = await listen(token);
  expect(again.statusCode).toBe(401);
  again.destroy();

  other.send("still here");
  const [message] = await once(origin.sockets[0] ?? other, "message");
  expect(String(message)).toBe("still here");
  other.close();
});

it("an expired token's WebSocket is closed, and not before", async () => {
  const { guard, origin, issuer, connect } = scene();
  const exp = Math.floor(Date.now() / 1000) + 3;
  const client = await connect(await issuer.sign(issuer.claims({ exp })));
  const closed = await Promise.all([seenClose(client), origin.closed]);
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect(closed).toEqual([
    { code: 3000, reason: "invalid_token" },
    { code: 3000, reason: "invalid_token" },
  ]);
  expect(guard.closures.at(-1)).toMatchObject({ outcome: "deny", reason: "token_expired", connection: "websocket" });
});

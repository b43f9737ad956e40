import { describe, expect, it, vi } from "vitest";
import { type Closed, guardConnection } from "../../../src/gateway/guard-connection.ts";
import { CHECK_INTERVAL } from "../../../src/gateway/token-watch.ts";
import type { RevocationLookup } from "../../../src/model/revocation.ts";
import { bearer, verified } from "./decisions.ts";
import { ManualClock } from "./manual-clock.ts";

const SECOND = Math.floor(Date.now() / 1000);
const NOTHING = { revoked: false, issuedBefore: undefined, minimumTokenVersion: undefined, until: undefined };
const GOOD: RevocationLookup = { status: "known", records: {}, source: "kv", asOf: 0 };
const REVOKED: RevocationLookup = { ...GOOD, records: { token: { ...NOTHING, revoked: true } } };
const UNAVAILABLE: RevocationLookup = { status: "unavailable", cause: "error", lastKnown: {} };
const INVALID: RevocationLookup = { status: "record_invalid", kind: "token" };

const decision = bearer(await verified({ iat: SECOND, exp: SECOND + 60 }));
const LAPSED_AFTER = 60_000 + decision.token.issuer.clockTolerance * 1000;

/** A guarded response, with the clock and the revocation state in the test's hands. */
function guarded(response: Response, startsAt = 0) {
  const clock = new ManualClock(SECOND * 1000 + startsAt);
  const closed: Closed[] = [];
  const state: { answer: () => Promise<RevocationLookup> } = { answer: async () => GOOD };
  const revocations = { lookUp: () => state.answer() };
  const watching = { decision, revocations, clock, judgedAt: SECOND * 1000 };
  return { clock, closed, state, response: guardConnection(response, watching, (end) => closed.push(end)) };
}

/** A guarded WebSocket, open at both ends. */
function openSocket(startsAt?: number) {
  const { 0: near, 1: origin } = new WebSocketPair();
  const headers = { "sec-websocket-protocol": "chat.v2" };
  const opened = guarded(new Response(null, { status: 101, webSocket: near, headers }), startsAt);
  const client = opened.response.webSocket;
  if (client === null) throw new Error("no WebSocket came back");
  const closes = [client, origin].map(
    (end) =>
      new Promise((resolve) => {
        end.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
      }),
  );
  for (const end of [client, origin]) end.accept();
  return { ...opened, client, origin, closes: Promise.all(closes) };
}

function received(end: WebSocket): unknown[] {
  const messages: unknown[] = [];
  end.addEventListener("message", ({ data }) => messages.push(data));
  return messages;
}

const CLOSES: [what: string, answer: () => Promise<RevocationLookup>, reason: string, code: number, text: string][] = [
  ["revoked token", async () => REVOKED, "token_revoked", 3000, "invalid_token"],
  ["state that cannot be had", async () => UNAVAILABLE, "revocation_unavailable", 1013, "unavailable"],
  ["record that cannot be read", async () => INVALID, "revocation_record_invalid", 1013, "unavailable"],
  ["defect", () => Promise.reject(new TypeError("a defect")), "internal_error", 1011, "internal_error"],
];

describe("a guarded WebSocket", () => {
  it.each(CLOSES)("is closed at both ends for a %s", async (_, answer, reason, code, text) => {
    const { clock, state, closes, closed } = openSocket();
    await clock.pass(CHECK_INTERVAL);
    expect(closed).toEqual([]);
    state.answer = answer;
    await clock.pass(CHECK_INTERVAL);
    expect(await closes).toEqual([
      { code, reason: text },
      { code, reason: text },
    ]);
    expect(closed).toMatchObject([{ connection: "websocket", because: { reason } }]);
    expect(closed[0]?.defect).toEqual(reason === "internal_error" ? new TypeError("a defect") : undefined);
    expect(clock.pending).toBe(0);
  });

  it("is closed when its token lapses", async () => {
    const { clock, closes, closed } = openSocket();
    await clock.pass(LAPSED_AFTER);
    expect(await closes).toEqual(Array(2).fill({ code: 3000, reason: "invalid_token" }));
    expect(closed).toMatchObject([{ because: { reason: "token_expired" } }]);
  });

  it("is closed as soon as it opens when its token lapsed before the origin answered", async () => {
    const { clock, closes, closed } = openSocket(LAPSED_AFTER);
    expect(await closes).toEqual(Array(2).fill({ code: 3000, reason: "invalid_token" }));
    expect(closed).toMatchObject([{ because: { reason: "token_expired" } }]);
    expect(clock.pending).toBe(0);
  });

  it("relays nothing once it was closed", async () => {
    const { clock, state, client, origin, closes } = openSocket();
    const [atClient, atOrigin] = [received(client), received(origin)];
    client.send("before");
    origin.send("before");
    await vi.waitFor(() => expect([atClient, atOrigin]).toEqual([["before"], ["before"]]));
    state.answer = async () => REVOKED;
    const passing = clock.pass(CHECK_INTERVAL);
    await passing;
    for (const end of [client, origin]) {
      try {
        end.send("after");
      } catch {
        // The end has seen the close already.
      }
    }
    await closes;
    expect([atClient, atOrigin]).toEqual([["before"], ["before"]]);
  });

  it.each(["client", "origin"] as const)("is no longer watched once the %s closed it", async (who) => {
    const opened = openSocket();
    await opened.clock.pass(CHECK_INTERVAL);
    opened[who].close(4001, "done");
    expect(await opened.closes).toEqual(Array(2).fill({ code: 4001, reason: "done" }));
    expect(opened.clock.pending).toBe(0);
    opened.state.answer = async () => REVOKED;
    await opened.clock.pass(LAPSED_AFTER);
    expect(opened.closed).toEqual([]);
  });

  it("keeps the subprotocol that the origin chose", () => {
    expect(openSocket().response.headers.get("sec-websocket-protocol")).toBe("chat.v2");
  });
});

/** A guarded event stream whose origin does what the test says. */
function openStream(headers: Record<string, string> = { "content-type": "text/event-stream" }) {
  const { readable, writable } = new IdentityTransformStream();
  const opened = guarded(new Response(readable, { headers }));
  if (opened.response.body === null) throw new Error("no body came back");
  return { ...opened, origin: writable.getWriter(), client: opened.response.body.getReader() };
}

describe("a guarded event stream", () => {
  it.each(CLOSES)("breaks off at both ends for a %s, although nothing flows", async (_, answer, reason) => {
    const { clock, state, closed, client, origin } = openStream();
    const brokenOff = expect(client.read()).rejects.toThrow();
    await clock.pass(CHECK_INTERVAL);
    state.answer = answer;
    await clock.pass(CHECK_INTERVAL);
    await brokenOff;
    await expect(origin.write(new TextEncoder().encode("data: late\n\n"))).rejects.toThrow();
    expect(closed).toMatchObject([{ connection: "event_stream", because: { reason } }]);
    expect(clock.pending).toBe(0);
  });

  it("breaks off when its token lapses, while nobody reads what is there", async () => {
    const { clock, closed, client, origin } = openStream();
    const writing = origin.write(new TextEncoder().encode("data: unread\n\n")).catch(() => "dropped");
    await clock.pass(LAPSED_AFTER);
    await expect(client.read()).rejects.toThrow();
    expect(await writing).toBe("dropped");
    expect(closed).toMatchObject([{ because: { reason: "token_expired" } }]);
  });

  it("is no longer watched once the origin ended it", async () => {
    const { clock, client, origin } = openStream();
    await Promise.all([origin.close(), expect(client.read()).resolves.toMatchObject({ done: true })]);
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  it("is no longer watched once the client went away, with the next event at the latest", async () => {
    const { clock, client, origin } = openStream();
    await client.cancel();
    await origin.write(new TextEncoder().encode("data: anybody?\n\n")).catch(() => {});
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  it.each(["text/event-stream", "Text/Event-Stream", "text/event-stream;charset=utf-8", " text/event-stream ; a=b"])(
    "is known by its type: %s",
    (type) => {
      expect(openStream({ "content-type": type }).clock.pending).toBeGreaterThan(0);
    },
  );
});

describe("a response that is no open connection is left as it is", () => {
  it.each([
    ["of another type", new Response("x", { headers: { "content-type": "text/event-streams" } })],
    [
      "of another type that says the name",
      new Response("x", { headers: { "content-type": "text/plain; a=text/event-stream" } }),
    ],
    ["without a type", new Response(new Uint8Array(1))],
    ["without a body", new Response(null, { headers: { "content-type": "text/event-stream" } })],
  ])("%s", (_, response) => {
    const { clock, response: same } = guarded(response);
    expect(same).toBe(response);
    expect(clock.pending).toBe(0);
  });
});

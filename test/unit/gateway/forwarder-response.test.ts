import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Forwarded, Forwarder } from "../../../src/gateway/forwarder.ts";
import { configFor, ENVIRONMENT, settingsFor } from "../support.ts";
import { anonymous, bearer, issuer, verified } from "./decisions.ts";
import { answered, FakeOrigin } from "./fake-origin.ts";

const token = await verified();

function failing(reason: string): unknown {
  return { ok: false, failure: { reason } };
}

const neverAnswering = () => new Promise<Response>(() => {});

describe("the origin's answer", () => {
  it.each([200, 201, 204, 301, 304, 400, 401, 403, 404, 429, 500, 502, 503, 504, 527])(
    "with status %d is the client's, with the request id",
    async (status) => {
      const origin = new FakeOrigin();
      origin.answer = () =>
        new Response(null, { status, headers: { etag: '"a"', location: "https://elsewhere.example/" } });
      const response = answered(await origin.forward(bearer(token)));
      expect(response.status).toBe(status);
      expect(response.headers.get("etag")).toBe('"a"');
      expect(response.headers.get("location")).toBe("https://elsewhere.example/");
      expect(response.headers.get("x-jotgate-request-id")).toBe("request-1");
    },
  );

  it("is streamed", async () => {
    const origin = new FakeOrigin();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    origin.answer = () => new Response(readable);
    const response = answered(await origin.forward(bearer(token)));
    const writer = writable.getWriter();
    const sending = writer.write(new TextEncoder().encode("event")).then(() => writer.close());
    expect(await response.text()).toBe("event");
    await sending;
  });

  it("keeps several cookies apart", async () => {
    const origin = new FakeOrigin();
    const headers = new Headers();
    for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
    origin.answer = () => new Response(null, { headers });
    expect(answered(await origin.forward(bearer(token))).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("loses hop-by-hop headers and those that Connection names", async () => {
    const origin = new FakeOrigin();
    origin.answer = () =>
      new Response(null, { headers: { connection: "x-hop", "x-hop": "1", "keep-alive": "x", etag: "a" } });
    const { headers } = answered(await origin.forward(bearer(token)));
    expect([...headers.keys()].sort()).toEqual(["cache-control", "etag", "x-jotgate-request-id"]);
  });

  it("never becomes publicly cacheable for a bearer, and stays as it is for anybody", async () => {
    const origin = new FakeOrigin();
    origin.answer = () => new Response(null, { headers: { "cache-control": "public, max-age=60" } });
    const forBearer = answered(await origin.forward(bearer(token)));
    expect(forBearer.headers.get("cache-control")).toBe("private, max-age=60");
    const forAnybody = answered(await origin.forward(anonymous("public")));
    expect(forAnybody.headers.get("cache-control")).toBe("public, max-age=60");
  });
});

describe("an origin that cannot be reached", () => {
  it.each([520, 521, 523, 525, 526, 530])("is what Cloudflare says with %d", async (status) => {
    const origin = new FakeOrigin();
    origin.answer = () => new Response("error page", { status });
    expect(await origin.forward(bearer(token))).toEqual(failing("origin_unreachable"));
  });

  it.each([522, 524])("in time is what Cloudflare says with %d", async (status) => {
    const origin = new FakeOrigin();
    origin.answer = () => new Response("error page", { status });
    expect(await origin.forward(bearer(token))).toEqual(failing("origin_timeout"));
  });

  it.each([
    ["rejects", () => Promise.reject(new TypeError("Network connection lost."))],
    [
      "throws",
      () => {
        throw new Error("no such service");
      },
    ],
  ])("is one whose fetch %s", async (_, answer) => {
    const origin = new FakeOrigin();
    origin.answer = answer;
    expect(await origin.forward(bearer(token))).toEqual(failing("origin_unreachable"));
  });

  it("is one whose fetch throws at once, and no timer is left", async () => {
    vi.useFakeTimers();
    try {
      const origin = new FakeOrigin();
      const { forwarding } = settingsFor(configFor(issuer), ENVIRONMENT);
      const throwing = () => {
        throw new Error("no such service");
      };
      const forwarder = new Forwarder(forwarding, throwing, undefined);
      expect(await origin.forward(bearer(token), undefined, forwarder)).toEqual(failing("origin_unreachable"));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is none of Cloudflare's when a service binding answers with its statuses", async () => {
    const origin = new FakeOrigin();
    origin.answer = () => new Response(null, { status: 530 });
    const forwarder = origin.forwarder({ origin: { binding: "ORIGIN" } });
    expect(answered(await origin.forward(bearer(token), undefined, forwarder)).status).toBe(530);
  });

  it("has its error page ended unread", async () => {
    const origin = new FakeOrigin();
    const cancel = vi.fn();
    origin.answer = () => new Response(new ReadableStream({ cancel }), { status: 530 });
    await origin.forward(bearer(token));
    expect(cancel).toHaveBeenCalledTimes(1);
  });
});

describe("the time limit", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function waiting(origin: FakeOrigin, config: Record<string, unknown>) {
    let result: Forwarded | undefined;
    const done = origin.forward(bearer(token), undefined, origin.forwarder(config)).then((forwarded) => {
      result = forwarded;
    });
    return { done, result: () => result };
  }

  it.each([
    ["is 30 seconds by default", {}, 30_000],
    ["is what is configured", { originTimeout: 2.5 }, 2_500],
  ])("for the header %s", async (_, config, milliseconds) => {
    const origin = new FakeOrigin();
    origin.answer = neverAnswering;
    const { done, result } = await waiting(origin, config);
    await vi.advanceTimersByTimeAsync(milliseconds - 1);
    expect(result()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(result()).toEqual(failing("origin_timeout"));
  });

  it("is the answer even when the origin fails later", async () => {
    const origin = new FakeOrigin();
    const late = Promise.withResolvers<Response>();
    origin.answer = () => late.promise;
    const { done, result } = await waiting(origin, { originTimeout: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    late.reject(new TypeError("Network connection lost."));
    await done;
    expect(result()).toEqual(failing("origin_timeout"));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not end a body that takes longer", async () => {
    const origin = new FakeOrigin();
    const { done, result } = await waiting(origin, { originTimeout: 1 });
    await done;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(result()?.ok).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the time limit of an upload", () => {
  it("begins for the answer when the upload has ended", async () => {
    const origin = new FakeOrigin();
    const uploaded = vi.fn();
    origin.answer = async (request) => {
      uploaded(await request.text());
      return neverAnswering();
    };
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const incoming = new Request("https://guard.example/", { method: "POST", body: readable });
    const forwarded = origin.forward(bearer(token), incoming, origin.forwarder({ originTimeout: 0.3 }));
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode("slow "));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await writer.write(new TextEncoder().encode("upload"));
    await writer.close();
    expect(await forwarded).toEqual(failing("origin_timeout"));
    expect(uploaded).toHaveBeenCalledExactlyOnceWith("slow upload");
  });

  it("is ten times as long, so that an origin which never reads does not hold it for good", async () => {
    const origin = new FakeOrigin();
    origin.answer = neverAnswering;
    const incoming = new Request("https://guard.example/", { method: "POST", body: "unread" });
    const before = Date.now();
    const forwarded = await origin.forward(bearer(token), incoming, origin.forwarder({ originTimeout: 0.1 }));
    expect(forwarded).toEqual(failing("origin_timeout"));
    expect(Date.now() - before).toBeGreaterThanOrEqual(990);
  });

  it("ends the request to the origin when it is over, whatever else keeps the invocation alive", async () => {
    const origin = new FakeOrigin();
    origin.answer = neverAnswering;
    const incoming = new Request("https://guard.example/", { method: "POST", body: "unread" });
    await origin.forward(bearer(token), incoming, origin.forwarder({ originTimeout: 0.1 }));
    expect(origin.request.signal.aborted).toBe(true);
  });

  it("does not end a request that was answered", async () => {
    const origin = new FakeOrigin();
    const incoming = new Request("https://guard.example/", { method: "POST", body: "unread" });
    await origin.forward(bearer(token), incoming, origin.forwarder({ originTimeout: 0.1 }));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(origin.request.signal.aborted).toBe(false);
  });
});

describe("an upload that breaks off", () => {
  /** The upload, and what breaks it off. */
  function breaking() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const incoming = new Request("https://guard.example/", { method: "POST", body: readable });
    return { incoming, breakOff: () => writable.abort(new Error("the client went away")) };
  }

  /** As the platform does: a request whose signal is aborted fails. */
  const untilAborted = ({ signal }: Request) =>
    new Promise<Response>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });

  it("ends the request to the origin, and is the client's doing", async () => {
    const origin = new FakeOrigin();
    origin.answer = untilAborted;
    const { incoming, breakOff } = breaking();
    const forwarded = origin.forward(bearer(token), incoming);
    await breakOff();
    expect(await forwarded).toEqual(failing("request_incomplete"));
  });

  it("together with the origin is the origin's doing", async () => {
    const origin = new FakeOrigin();
    const { incoming, breakOff } = breaking();
    origin.answer = async () => {
      await breakOff();
      throw new TypeError("Network connection lost.");
    };
    expect(await origin.forward(bearer(token), incoming)).toEqual(failing("origin_unreachable"));
  });
});

it("a WebSocket that the origin accepts is handed on", async () => {
  const origin = new FakeOrigin();
  const { 0: client, 1: server } = new WebSocketPair();
  origin.answer = (request) => {
    expect(request.headers.get("upgrade")).toBe("websocket");
    return new Response(null, { status: 101, webSocket: client });
  };
  const headers = { upgrade: "websocket", connection: "Upgrade" };
  const response = answered(await origin.forward(bearer(token), new Request("https://guard.example/", { headers })));
  expect(response.status).toBe(101);
  expect(response.webSocket).toBe(client);
  server.accept();
  server.close();
});

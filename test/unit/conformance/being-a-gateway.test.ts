// RFC 9110 §5.3, §7.6, §9.2.2 and §11.6.1: what stands between client and origin passes on, once and in order.
import { describe, expect, it } from "vitest";
import { anonymous, bearer, verified } from "../gateway/decisions.ts";
import { answered, FakeOrigin } from "../gateway/fake-origin.ts";

const token = await verified();

describe("a request whose origin fails is sent once", () => {
  it.each(["GET", "POST", "PUT", "PATCH", "DELETE"])("%s", async (method) => {
    const origin = new FakeOrigin();
    origin.answer = () => Promise.reject(new Error("connection lost"));
    const incoming = new Request("https://guard.example/", { method, ...(method !== "GET" && { body: "content" }) });
    expect(await origin.forward(bearer(token), incoming)).toEqual({
      ok: false,
      failure: { reason: "origin_unreachable" },
    });
    expect(origin.requests).toHaveLength(1);
  });
});

it("the origin's own challenge reaches the client as it is, several of them apart from ours", async () => {
  const origin = new FakeOrigin();
  const challenge = 'Bearer realm="origin", error="invalid_token", Basic realm="x"';
  origin.answer = () => new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  expect(answered(await origin.forward(bearer(token))).headers.get("www-authenticate")).toBe(challenge);
});

it("fields that nobody knows are passed on, and the values of one field stay in order", async () => {
  const headers = new Headers({ "x-unknown": "1" });
  for (const value of ["b", "a", "c"]) headers.append("x-list", value);
  const origin = new FakeOrigin();
  await origin.forward(bearer(token), new Request("https://guard.example/", { headers }));
  expect(origin.request.headers.get("x-unknown")).toBe("1");
  expect(origin.request.headers.get("x-list")).toBe("b, a, c");
});

it("an answer that says no-transform is not transformed", async () => {
  const origin = new FakeOrigin();
  origin.answer = () =>
    new Response("content", { headers: { "cache-control": "no-transform", "content-type": "text/x" } });
  const response = answered(await origin.forward(bearer(token)));
  expect(response.headers.get("cache-control")).toBe("private, no-transform");
  expect(response.headers.get("content-type")).toBe("text/x");
  expect(await response.text()).toBe("content");
});

it("proxy credentials go no further, whatever the route", async () => {
  const headers = { "proxy-authorization": "Basic dTpw", "proxy-authenticate": "x" };
  for (const decision of [bearer(token), anonymous("public"), anonymous("optional")]) {
    const origin = new FakeOrigin();
    await origin.forward(decision, new Request("https://guard.example/", { headers }));
    expect(origin.request.headers.has("proxy-authorization")).toBe(false);
    expect(origin.request.headers.has("proxy-authenticate")).toBe(false);
  }
});

describe("an upload that breaks off", () => {
  const uploading = (body: ReadableStream) => new Request("https://guard.example/", { method: "POST", body });

  it("ends the request to the origin, which is not told that it was all", async () => {
    const origin = new FakeOrigin();
    origin.answer = ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const body = new ReadableStream({
      start(controller) {
        controller.error(new Error("connection lost"));
      },
    });
    const failure = { reason: "request_incomplete" };
    expect(await origin.forward(bearer(token), uploading(body))).toEqual({ ok: false, failure });
  });

  it("does not, when it is the origin that reads no further", async () => {
    const origin = new FakeOrigin();
    let aborted = false;
    origin.answer = async (request) => {
      request.signal.addEventListener("abort", () => {
        aborted = true;
      });
      await request.body?.cancel();
      // Long enough for everything that follows from it.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Response("enough");
    };
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writing = writable.getWriter().write(new Uint8Array(1));
    expect(await answered(await origin.forward(bearer(token), uploading(readable))).text()).toBe("enough");
    expect(aborted).toBe(false);
    await writing.catch(() => {});
  });
});

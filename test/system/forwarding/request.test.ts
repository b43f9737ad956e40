import { describe, expect, it } from "vitest";
import { valuesOf } from "../support/arrival.ts";
import { open, readAll, responseTo, sendLines, textOf } from "../support/wire-client.ts";
import { setScene } from "./setup.ts";

const scene = setScene();

describe("the request that the origin gets", () => {
  it.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("has the method %s", async (method) => {
    const { sendAsAlice, arrivalOf } = scene();
    const response = await sendAsAlice({ method, path: "/a" });
    expect(response.status).toBe(200);
    expect(arrivalOf(response)).toMatchObject({ method, url: "/a", body: "" });
  });

  it("is a HEAD for a HEAD, which is answered without a body", async () => {
    const { sendAsAlice, origin } = scene();
    const response = await sendAsAlice({ method: "HEAD", path: "/a" });
    expect(response.status).toBe(200);
    expect(response.body).toHaveLength(0);
    expect(valuesOf(response, "content-type")).toEqual(["application/json"]);
    expect(origin.last.method).toBe("HEAD");
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])("has the body of a %s and its type", async (method) => {
    const { sendAsAlice, arrivalOf } = scene();
    const body = '{"text":"Grüße, 世界"}';
    const headers = { "Content-Type": "application/json; charset=utf-8" };
    const arrival = arrivalOf(await sendAsAlice({ method, path: "/a", headers, body }));
    expect(arrival).toMatchObject({ method, body });
    expect(valuesOf(arrival, "content-type")).toEqual(["application/json; charset=utf-8"]);
  });

  it("has the body of a GET, for origins that read queries from it", async () => {
    const { sendAsAlice, arrivalOf } = scene();
    expect(arrivalOf(await sendAsAlice({ path: "/a", body: "a query" }))).toMatchObject({
      method: "GET",
      body: "a query",
    });
  });

  it("follows no redirect for a GET with a body, and asks no cache for a bearer's", async () => {
    const { sendAsAlice, arrivalOf } = scene();
    expect((await sendAsAlice({ path: "/a/redirect", body: "a query" })).status).toBe(307);
    const arrival = arrivalOf(await sendAsAlice({ path: "/a", body: "a query" }));
    expect(valuesOf(arrival, "cache-control")).toEqual(["no-cache"]);
  });

  it("has no body for a GET that sends it in chunks: the runtime drops it", async () => {
    const { guard, token, arrivalOf } = scene();
    const headers = { Authorization: `Bearer ${token}`, "Transfer-Encoding": "chunked" };
    const sent = open(guard.url, { path: "/a", headers });
    const response = responseTo(sent);
    sent.end("a query");
    expect(arrivalOf(await readAll(await response))).toMatchObject({ method: "GET", body: "" });
  });

  it.each([
    ["/a?x=1&x=2&y", "/a?x=1&x=2&y"],
    ["/a?q=a+b%20c%2fd%2F&e=%C3%A9", "/a?q=a+b%20c%2fd%2F&e=%C3%A9"],
    ["/a?next=//evil.example/..;x=%00", "/a?next=//evil.example/..;x=%00"],
    ["/a?", "/a"],
  ])("has for the query of %s %s", async (sent, seen) => {
    const { sendAsAlice, arrivalOf } = scene();
    expect(arrivalOf(await sendAsAlice({ path: sent })).url).toBe(seen);
  });

  it.each([
    ["/a%20b/c", "/a%20b/c"],
    ["/caf%c3%a9", "/caf%C3%A9"],
    ["/%7euser/%61", "/~user/a"],
    ["/a/./b/", "/a/b/"],
    ["/a/../b", "/b"],
    ["/a/%2e%2E/b", "/b"],
    ["/../../b", "/b"],
    ["/a\\b", "/a/b"],
    ["/a@b:c,d='e'!$&(*)+", "/a@b:c,d='e'!$&(*)+"],
  ])("has for the path %s its normal form %s", async (sent, seen) => {
    const { sendAsAlice, arrivalOf } = scene();
    expect(arrivalOf(await sendAsAlice({ path: sent })).url).toBe(seen);
  });

  it.each(["/public/../a", "/public/%2e%2e/a", "/public/.%2E/a", "/public\\..\\a"])(
    "does not exist without a token for %s, which only begins like a public path",
    async (path) => {
      const { send, origin } = scene();
      const before = origin.arrivals.length;
      expect((await send({ path })).status).toBe(401);
      expect(origin.arrivals).toHaveLength(before);
    },
  );

  it.each([
    "//evil.example/a",
    "/\\evil.example/a",
    "/a//b",
    "/public/..%2fa",
    "/public/..%5ca",
    "/a%2Fb",
    "/a;b=c",
    "/a%3Bb",
    "/a%00b",
    "/a%0d%0ab",
    "/%252e%252e/a",
    "/%c0%af",
    "/%ff",
    "/a%",
    "/a%zz",
  ])("does not exist for %s, which origins read differently", async (path) => {
    const { sendAsAlice, origin } = scene();
    const before = origin.arrivals.length;
    const response = await sendAsAlice({ path });
    expect(response.status).toBe(400);
    expect(JSON.parse(textOf(response))).toMatchObject({ code: "invalid_request" });
    expect(origin.arrivals).toHaveLength(before);
  });

  it("does not exist for TRACE, which would echo credentials", async () => {
    const { sendAsAlice, origin } = scene();
    const before = origin.arrivals.length;
    expect((await sendAsAlice({ method: "TRACE", path: "/a" })).status).toBe(404);
    expect(origin.arrivals).toHaveLength(before);
  });

  it("goes to the configured origin whatever host the client names", async () => {
    const { guard, origin } = scene();
    const status = await sendLines(guard.url, ["GET http://evil.example/public/absolute HTTP/1.1"]);
    expect(status).toBe(200);
    expect(origin.last.url).toBe("/public/absolute");
    expect(valuesOf(origin.last, "host")).toEqual([new URL(origin.url).host]);
  });

  it("says by whom the guard was reached, in our words and not in the client's", async () => {
    const { sendAsAlice, arrivalOf, guard } = scene();
    const headers = {
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-For": "10.0.0.1",
      Forwarded: "for=10.0.0.1",
      "X-Original-URL": "/admin",
      "X-HTTP-Method-Override": "DELETE",
    };
    const arrival = arrivalOf(await sendAsAlice({ path: "/a", headers }));
    expect(valuesOf(arrival, "x-forwarded-host")).toEqual([guard.url.host]);
    expect(valuesOf(arrival, "x-forwarded-proto")).toEqual(["http"]);
    for (const name of ["x-forwarded-for", "forwarded", "x-original-url", "x-http-method-override"]) {
      expect(valuesOf(arrival, name)).toEqual([]);
    }
  });
});

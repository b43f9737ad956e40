import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { valuesOf } from "../support/arrival.ts";
import { deadAddress } from "../support/listen.ts";
import { COMPRESSED_TEXT } from "../support/origin.ts";
import { send, textOf, type WireResponse } from "../support/wire-client.ts";
import { WireGuard } from "../support/wire-guard.ts";
import { setScene } from "./setup.ts";

const scene = setScene({ ORIGIN_TIMEOUT: 0.5 });

describe("the response that the client gets", () => {
  it("is compressed as the origin compressed it", async () => {
    const { sendAsAlice } = scene();
    const response = await sendAsAlice({ path: "/a/gzip", headers: { "Accept-Encoding": "gzip" } });
    expect(valuesOf(response, "content-encoding")).toEqual(["gzip"]);
    expect(gunzipSync(response.body).toString()).toBe(COMPRESSED_TEXT);
  });

  it("is the origin's redirect, which nobody followed", async () => {
    const { sendAsAlice, origin } = scene();
    const before = origin.arrivals.length;
    const response = await sendAsAlice({ path: "/a/redirect" });
    expect(response.status).toBe(307);
    expect(valuesOf(response, "location")).toEqual(["/elsewhere"]);
    expect(valuesOf(response, "x-from")).toEqual(["origin"]);
    expect(origin.arrivals).toHaveLength(before);
  });

  it("is the origin's 304, without a body", async () => {
    const response = await scene().sendAsAlice({ path: "/a/unmodified", headers: { "If-None-Match": '"v1"' } });
    expect(response.status).toBe(304);
    expect(valuesOf(response, "etag")).toEqual(['"v1"']);
    expect(response.body).toHaveLength(0);
  });

  it("keeps repeated fields apart, and lacks those of the origin's connection", async () => {
    const { sendAsAlice } = scene();
    const response = await sendAsAlice({ path: "/a/connection" });
    expect(valuesOf(response, "set-cookie")).toEqual(["a=1", "b=2"]);
    expect(valuesOf(response, "x-only-here")).toEqual([]);
    expect(valuesOf(response, "proxy-authenticate")).toEqual([]);
  });

  it("carries the request id that the origin and the record have", async () => {
    const { sendAsAlice, arrivalOf, guard } = scene();
    const response = await sendAsAlice({ path: "/a" });
    const [requestId] = valuesOf(response, "x-jotgate-request-id");
    expect(valuesOf(arrivalOf(response), "x-jotgate-request-id")).toEqual([requestId]);
    expect(guard.decisions.map((decision) => decision.requestId)).toContain(requestId);
  });
});

describe("shared caches", () => {
  it.each(["/a", "/a/cacheable", "/optional/cacheable"])("may not store the answer to a token on %s", async (path) => {
    const response = await scene().sendAsAlice({ path });
    const [cacheControl = ""] = valuesOf(response, "cache-control");
    expect(cacheControl.split(", ")).toContain("private");
    expect(cacheControl).not.toMatch(/public|s-maxage/);
    expect(valuesOf(response, "cdn-cache-control")).toEqual([]);
  });

  it.each(["/public/cacheable", "/optional/cacheable"])("may store on %s what anybody gets", async (path) => {
    const response = await scene().send({ path });
    expect(valuesOf(response, "cache-control")).toEqual(["public, max-age=60, s-maxage=600"]);
    expect(valuesOf(response, "cdn-cache-control")).toEqual(["max-age=600"]);
  });
});

describe("an origin that fails", () => {
  let unreachable: WireGuard;

  beforeAll(async () => {
    unreachable = await WireGuard.start({
      ORIGIN: await deadAddress(createServer),
      ISSUERS: [{ issuer: "https://issuer.example", audiences: false, algorithms: ["ES256"], discovery: true }],
      ROUTES: [{ path: "/*", access: "public" }],
    });
  });

  afterAll(() => unreachable.stop());

  it("and refuses connections is a 502", async () => {
    expectFailure(await send(unreachable.url, { path: "/" }), 502, "bad_gateway");
    expect(unreachable.decisions.at(-1)).toMatchObject({ outcome: "error", reason: "origin_unreachable", status: 502 });
  });

  it("and hangs up without an answer is a 502", async () => {
    const { sendAsAlice, guard } = scene();
    expectFailure(await sendAsAlice({ path: "/a/broken" }), 502, "bad_gateway");
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "error", reason: "origin_unreachable", status: 502 });
  });

  it("and does not answer in time is a 504", async () => {
    const { sendAsAlice, guard } = scene();
    expectFailure(await sendAsAlice({ path: "/a/hang" }), 504, "gateway_timeout");
    expect(guard.decisions.at(-1)).toMatchObject({ outcome: "error", reason: "origin_timeout", status: 504 });
  });

  it("is told by a status alone to a HEAD", async () => {
    const response = await send(unreachable.url, { method: "HEAD", path: "/" });
    expect(response.status).toBe(502);
    expect(response.body).toHaveLength(0);
  });
});

function expectFailure(response: WireResponse, status: number, code: string): void {
  expect(response.status).toBe(status);
  expect(valuesOf(response, "content-type")).toEqual(["application/problem+json"]);
  expect(valuesOf(response, "cache-control")).toEqual(["no-store"]);
  const [requestId] = valuesOf(response, "x-jotgate-request-id");
  expect(JSON.parse(textOf(response))).toMatchObject({ status, code, request_id: requestId });
}

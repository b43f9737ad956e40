import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { TestIssuer } from "../../support/test-issuer.ts";
import { type Arrival, namesOf, valuesOf } from "../support/arrival.ts";
import { expectRefusal, UNAUTHORIZED } from "../support/expect-refusal.ts";
import { Guard } from "../support/guard.ts";
import { trust } from "../support/trust.ts";
import { send, textOf } from "../support/wire-client.ts";

describe("an origin behind a service binding", () => {
  let guard: Guard;
  let token: string;

  beforeAll(async () => {
    const issuer = await TestIssuer.create();
    token = await issuer.sign();
    const routes = [
      { path: "/public/*", access: "public" },
      { path: "/*", access: "bearer" },
    ];
    guard = await Guard.start(
      { ISSUERS: [trust(issuer)], ROUTES: routes },
      { workers: [{ configPath: "workers/origin.toml" }], bind: { ORIGIN: "origin" } },
    );
  });

  afterAll(() => guard.stop());

  it("is not reached without a token", async () => {
    await expectRefusal(await guard.fetch("/a"), UNAUTHORIZED);
  });

  it("gets method, path in normal form, query and body", async () => {
    const response = await guard.present(token, "/caf%c3%a9/%7eb?q=%2f&q=2", { method: "POST", body: "Grüße" });
    expect(await response.json()).toMatchObject({ method: "POST", url: "/caf%C3%A9/~b?q=%2f&q=2", body: "Grüße" });
  });

  it("gets the body of a GET", async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await send(guard.url, { path: "/a", headers, body: "a query" });
    expect(JSON.parse(textOf(response))).toMatchObject({ method: "GET", body: "a query" });
  });

  it("learns who calls, in our words only, and does not get the token", async () => {
    const headers = { "X-Jotgate-Subject": "eve", x_jotgate_subject: "eve", "X-Jotgate-Client": "eve" };
    const response = await guard.present(token, "/a", { headers });
    expect(response.headers.get("cache-control")).toBe("private");
    const arrival = (await response.json()) as Arrival;
    expect(valuesOf(arrival, "x-jotgate-subject")).toEqual(["alice"]);
    expect(arrival.headers.filter(([, value]) => value.includes("eve"))).toEqual([]);
    expect(namesOf(arrival)).not.toContain("authorization");
  });

  it("gets no forged identity on a public route", async () => {
    const response = await guard.fetch("/public/a", { headers: { "X-Jotgate-Subject": "eve" } });
    const arrival = (await response.json()) as Arrival;
    expect(namesOf(arrival).filter((name) => /^x.jotgate/.test(name))).toEqual(["x-jotgate-request-id"]);
  });

  it("redirects the client, whose guard does not follow", async () => {
    const response = await guard.present(token, "/redirect");
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://api.example/elsewhere");
  });

  it("talks through a WebSocket to a caller with a token, and to no other", async () => {
    const url = `ws://${guard.url.host}/socket`;
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } });
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("alice: hello");
    socket.close();

    const stranger = new WebSocket(url);
    stranger.on("error", () => {});
    const [request, response] = await once(stranger, "unexpected-response");
    expect(response.statusCode).toBe(401);
    request.destroy();
  });
});

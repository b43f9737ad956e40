import { exportJWK, generateKeyPair } from "jose";
import { describe, expect, it, vi } from "vitest";
import { AssertionSigner } from "../../../src/gateway/assertion.ts";
import { Forwarder } from "../../../src/gateway/forwarder.ts";
import { configFor, settingsFor } from "../support.ts";
import { anonymous, bearer, issuer, verified } from "./decisions.ts";
import { answered, FakeOrigin } from "./fake-origin.ts";

const token = await verified({ sub: "user 42", scope: "a:read" });

describe("the target", () => {
  it.each([
    ["/", "", "https://origin.example/"],
    ["/a/b", "?c=d&e=%2F..%2F", "https://origin.example/a/b?c=d&e=%2F..%2F"],
    ["/a", "?url=https://evil.example/", "https://origin.example/a?url=https://evil.example/"],
    ["/@evil.example", "", "https://origin.example/@evil.example"],
    ["/a:80@evil.example", "", "https://origin.example/a:80@evil.example"],
    ["/https:/evil.example", "", "https://origin.example/https:/evil.example"],
    ["/%20%E7%94%A8%3F%23", "", "https://origin.example/%20%E7%94%A8%3F%23"],
    ["/a/", "?", "https://origin.example/a/"],
  ])("of %s%s is %s", async (path, search, target) => {
    const origin = new FakeOrigin();
    await origin.forward(bearer(token, {}, path), new Request(`https://guard.example/ignored${search}`));
    expect(origin.request.url).toBe(target);
  });

  it("stays on the origin even for a path that the decision should never have let through", async () => {
    const origin = new FakeOrigin();
    const decision = anonymous("public");
    for (const text of ["//evil.example/x", "/\\evil.example/x", "///evil.example"]) {
      await origin.forward({ ...decision, path: { ...decision.path, text } });
    }
    expect(origin.requests.map(({ url }) => new URL(url).origin)).toEqual(Array(3).fill("https://origin.example"));
  });

  it("is the path that was decided, not the spelling that was sent", async () => {
    const origin = new FakeOrigin();
    await origin.forward(bearer(token, {}, "/%61dmin"), new Request("https://guard.example/%61dmin?a=%62"));
    expect(origin.request.url).toBe("https://origin.example/admin?a=%62");
  });

  it("keeps the origin's port", async () => {
    const origin = new FakeOrigin();
    const forwarder = origin.forwarder({ origin: "https://origin.example:8443" });
    await origin.forward(bearer(token, {}, "/a"), new Request("https://guard.example/a"), forwarder);
    expect(origin.request.url).toBe("https://origin.example:8443/a");
  });

  it("for a service binding keeps the host that the client asked for", async () => {
    const origin = new FakeOrigin();
    const forwarder = origin.forwarder({ origin: { binding: "ORIGIN" } });
    await origin.forward(bearer(token, {}, "/a"), new Request("https://guard.example/a?b"), forwarder);
    expect(origin.request.url).toBe("https://guard.example/a?b");
  });
});

describe("the origin is told", () => {
  it("who calls, and what the client connected to", async () => {
    const origin = new FakeOrigin();
    const incoming = new Request("https://guard.example:8443/", { headers: { "cf-connecting-ip": "192.0.2.7" } });
    await origin.forward(bearer(token), incoming);
    expect(Object.fromEntries(origin.request.headers)).toMatchObject({
      "x-jotgate-subject": "user%2042",
      "x-jotgate-issuer": "https://issuer.example",
      "x-jotgate-scope": "a:read",
      "x-jotgate-request-id": "request-1",
      "x-forwarded-host": "guard.example:8443",
      "x-forwarded-proto": "https",
      "x-forwarded-for": "192.0.2.7",
    });
  });

  it("no address when the platform names none, whatever the client says", async () => {
    const origin = new FakeOrigin();
    await origin.forward(
      bearer(token),
      new Request("http://localhost/", { headers: { "x-forwarded-for": "192.0.2.7" } }),
    );
    expect(origin.request.headers.has("x-forwarded-for")).toBe(false);
    expect(origin.request.headers.get("x-forwarded-proto")).toBe("http");
  });

  it.each(["public", "optional", "preflight"] as const)(
    "nobody's identity on a %s request, whatever the client says",
    async (because) => {
      const origin = new FakeOrigin();
      const headers = {
        "X-Jotgate-Subject": "admin",
        x_jotgate_subject: "admin",
        "X-Jotgate-Issuer": "https://issuer.example",
        "X-Jotgate-Request-Id": "mine",
        "X-Jotgate-Assertion": "x.y.z",
      };
      await origin.forward(anonymous(because), new Request("https://guard.example/", { headers }));
      const ours = [...origin.request.headers].filter(([name]) => /jotgate/.test(name));
      expect(ours).toEqual([["x-jotgate-request-id", "request-1"]]);
    },
  );

  it("our identity even when the client has Connection name it", async () => {
    const origin = new FakeOrigin();
    const headers = {
      connection: "X-Jotgate-Subject, X-Jotgate-Request-Id, X-Forwarded-Host, CF-Connecting-IP",
      "X-Jotgate-Subject": "admin",
      "cf-connecting-ip": "192.0.2.7",
    };
    await origin.forward(bearer(token), new Request("https://guard.example/", { headers }));
    expect(Object.fromEntries(origin.request.headers)).toMatchObject({
      "x-jotgate-subject": "user%2042",
      "x-jotgate-request-id": "request-1",
      "x-forwarded-host": "guard.example",
      "x-forwarded-for": "192.0.2.7",
    });
  });

  it("no token", async () => {
    const origin = new FakeOrigin();
    const headers = { authorization: "Bearer some.token.text" };
    await origin.forward(bearer(token), new Request("https://guard.example/", { headers }));
    expect(origin.request.headers.has("authorization")).toBe(false);
  });
});

describe("the assertion", () => {
  it.each([
    ["a bearer", bearer(token)],
    ["a request without a token", anonymous("public")],
  ])("goes along for %s, where it is switched on", async (_, decision) => {
    const origin = new FakeOrigin();
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const key = JSON.stringify({ ...(await exportJWK(privateKey)), alg: "ES256", kid: "k" });
    const signer = await AssertionSigner.create({ issuer: "https://guard.example", audience: "origin", key });
    const { forwarding } = settingsFor(configFor(issuer));
    await origin.forward(decision, undefined, new Forwarder(forwarding, origin.fetch, signer));
    expect(origin.request.headers.get("x-jotgate-assertion")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

it("method, body and other headers reach the origin as they were sent, and the body is streamed", async () => {
  const origin = new FakeOrigin();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  origin.answer = (request) => new Response(request.body);
  const headers = { "content-type": "text/x-test", cookie: "a=1" };
  const incoming = new Request("https://guard.example/", { method: "PUT", headers, body: readable });
  const forwarded = await origin.forward(bearer(token), incoming);
  // The origin has answered while the client has not sent anything yet.
  if (!forwarded.ok) throw new Error(forwarded.failure.reason);
  const writer = writable.getWriter();
  const sending = writer.write(new TextEncoder().encode("hello")).then(() => writer.close());
  expect(await forwarded.response.text()).toBe("hello");
  await sending;
  expect(origin.request.method).toBe("PUT");
  expect(Object.fromEntries(origin.request.headers)).toMatchObject(headers);
});

it.each([
  ["a bearer", bearer(token), "no-store"],
  ["nobody in particular", anonymous("public"), undefined],
])(
  "a request of %s follows no redirect and is answered from no cache if it is authenticated",
  async (_, decision, cache) => {
    const origin = new FakeOrigin();
    await origin.forward(decision);
    expect(origin.request.redirect).toBe("manual");
    expect(origin.request.cache).toBe(cache);
  },
);

it.each([
  ["a bearer", bearer(token), "no-store"],
  ["nobody in particular", anonymous("public"), undefined],
])(
  "a GET with a body, of %s, arrives with it, follows no redirect and is answered from no cache if it is authenticated",
  async (_, decision, cache) => {
    const origin = new FakeOrigin();
    origin.answer = async (request) => new Response(await request.text());
    // Only the network can make such a request; this one says that it is a GET.
    const incoming = new Request("https://guard.example/", { method: "POST", body: "a query" });
    Object.defineProperty(incoming, "method", { value: "GET" });
    expect(await answered(await origin.forward(decision, incoming)).text()).toBe("a query");
    expect(origin.request.redirect).toBe("manual");
    expect(origin.request.cache).toBe(cache);
    expect(origin.request.url).toBe("https://origin.example/");
  },
);

it("an identity that is too long for a header goes nowhere", async () => {
  const origin = new FakeOrigin();
  const long = await verified({ sub: "用".repeat(170), scope: `${" s".repeat(2_000)}` });
  expect(await origin.forward(bearer(long))).toEqual({ ok: false, failure: { reason: "identity_not_forwardable" } });
  expect(origin.requests).toEqual([]);
});

describe("the platform's own facts about a request", () => {
  const cf = { country: "DE" };
  const requests = [{ cf }, { cf, method: "POST", body: "x" }] as RequestInit[];

  it("go on to a bound Worker, with and without a body", async () => {
    for (const init of requests) {
      const origin = new FakeOrigin();
      const forwarder = origin.forwarder({ origin: { binding: "ORIGIN" } });
      await origin.forward(bearer(token), new Request("https://guard.example/", init), forwarder);
      expect(origin.request.cf).toEqual(cf);
    }
  });

  it("are not read for an origin on the network, which never gets to see them", async () => {
    for (const init of requests) {
      const origin = new FakeOrigin();
      const incoming = new Request("https://guard.example/", init);
      const read = vi.spyOn(incoming, "cf", "get");
      await origin.forward(bearer(token), incoming);
      expect(origin.request.cf).toBeUndefined();
      expect(read).not.toHaveBeenCalled();
    }
  });
});

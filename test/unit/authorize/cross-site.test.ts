import { describe, expect, it } from "vitest";
import { extractToken } from "../../../src/authorize/extract-token.ts";
import type { AccessRequest } from "../../../src/model/access-request.ts";
import type { TokenSource } from "../../../src/model/token-source.ts";
import { accessRequest } from "../support.ts";

const COOKIE: TokenSource = { kind: "cookie", name: "session" };
const OWN = "https://guard.example";

function extract(method: string, headers: Record<string, string>, request: Partial<AccessRequest> = {}): string {
  const result = extractToken(accessRequest({ method, ...request }, { cookie: "session=abc", ...headers }), [COOKIE]);
  return result.ok ? "pass" : result.refusal.reason;
}

describe("a cookie's token on a safe method", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("passes by %s wherever the request comes from", (method) => {
    expect(extract(method, {})).toBe("pass");
    expect(extract(method, { origin: "https://evil.example", "sec-fetch-site": "cross-site" })).toBe("pass");
  });
});

describe.each(["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get"])("a cookie's token by %s", (method) => {
  it.each([
    [{}, "cross_site_request"],
    [{ origin: OWN }, "pass"],
    [{ "sec-fetch-site": "same-origin" }, "pass"],
    [{ origin: OWN, "sec-fetch-site": "same-origin" }, "pass"],
    [{ origin: "null" }, "cross_site_request"],
    [{ origin: "" }, "cross_site_request"],
    [{ origin: "https://evil.example" }, "cross_site_request"],
    [{ origin: "http://guard.example" }, "cross_site_request"],
    [{ origin: "https://guard.example:8443" }, "cross_site_request"],
    [{ origin: "https://app.guard.example" }, "cross_site_request"],
    [{ origin: "https://guard.example.evil.example" }, "cross_site_request"],
    [{ origin: "https://guard.example, https://evil.example" }, "cross_site_request"],
    [{ origin: "https://GUARD.example" }, "cross_site_request"],
    [{ "sec-fetch-site": "same-site" }, "cross_site_request"],
    [{ "sec-fetch-site": "cross-site" }, "cross_site_request"],
    [{ "sec-fetch-site": "none" }, "cross_site_request"],
    [{ "sec-fetch-site": "Same-Origin" }, "cross_site_request"],
    [{ origin: OWN, "sec-fetch-site": "cross-site" }, "cross_site_request"],
    [{ origin: OWN, "sec-fetch-site": "none" }, "cross_site_request"],
    [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, "cross_site_request"],
    [{ referer: `${OWN}/page` }, "cross_site_request"],
  ] as [Record<string, string>, string][])("with %j: %s", (headers, expected) => {
    expect(extract(method, headers)).toBe(expected);
  });
});

describe("a cookie's token in an upgrade", () => {
  it.each([
    [{ upgrade: "websocket" }, "cross_site_request"],
    [{ upgrade: "WebSocket" }, "cross_site_request"],
    [{ upgrade: "h2c" }, "cross_site_request"],
    [{ upgrade: "" }, "cross_site_request"],
    [{ upgrade: "websocket", origin: "https://evil.example" }, "cross_site_request"],
    [{ upgrade: "websocket", origin: OWN }, "pass"],
    [{ upgrade: "websocket", "sec-fetch-site": "same-origin" }, "pass"],
  ] as [Record<string, string>, string][])("by GET with %j: %s", (headers, expected) => {
    expect(extract("GET", headers)).toBe(expected);
  });
});

it("compares Origin with the port of the request", () => {
  const host = { host: "guard.example:8443" };
  expect(extract("POST", { origin: "https://guard.example:8443" }, host)).toBe("pass");
  expect(extract("POST", { origin: OWN }, host)).toBe("cross_site_request");
});

it("asks nothing of the sort for tokens that browsers do not send by themselves", () => {
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const inAuthorization = accessRequest({ method: "POST" }, { authorization: "Bearer abc", ...evil });
  const inHeader = accessRequest({ method: "POST" }, { "x-token": "abc", ...evil });
  expect(extractToken(inAuthorization, [{ kind: "authorization" }]).ok).toBe(true);
  expect(extractToken(inHeader, [{ kind: "header", name: "x-token" }]).ok).toBe(true);
});

import { describe, expect, it } from "vitest";
import { type AnsweredRequest, respond } from "../../../src/gateway/respond.ts";
import type { GatewayFailure, Refusal } from "../../../src/model/refusal.ts";

const REQUEST_ID = "7d1f3c1e-0c0f-4a51-8f5e-0f6f6a7d2b11";

function answer(refusal: Refusal | GatewayFailure, facts: Partial<AnsweredRequest> = {}, realm = "jotgate"): Response {
  const url = new URL("http://guard.example/a%20b?c=d");
  return respond(refusal, realm, { method: "GET", url, requestId: REQUEST_ID, ...facts });
}

describe("a refusal", () => {
  it.each<[Refusal | GatewayFailure, number, string, string]>([
    [{ reason: "path_ambiguous" }, 400, "Bad Request", "invalid_request"],
    [{ reason: "token_expired" }, 401, "Unauthorized", "invalid_token"],
    [{ reason: "claim_rule_failed" }, 403, "Forbidden", "forbidden"],
    [{ reason: "no_matching_route" }, 404, "Not Found", "not_found"],
    [{ reason: "origin_unreachable" }, 502, "Bad Gateway", "bad_gateway"],
    [{ reason: "keys_unavailable" }, 503, "Service Unavailable", "unavailable"],
    [{ reason: "origin_timeout" }, 504, "Gateway Timeout", "gateway_timeout"],
    [{ reason: "https_required", redirect: true }, 308, "Permanent Redirect", "https_required"],
  ])("is a problem document: %j", async (refusal, status, title, code) => {
    const response = answer(refusal);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({ type: "about:blank", title, status, code, request_id: REQUEST_ID });
  });

  it("carries the request id and is never stored", () => {
    for (const reason of ["token_missing", "no_matching_route", "keys_unavailable", "internal_error"] as const) {
      const { headers } = answer({ reason });
      expect(headers.get("x-jotgate-request-id")).toBe(REQUEST_ID);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("has no body for HEAD, and otherwise the same header fields", () => {
    const [head, get] = [answer({ reason: "token_expired" }, { method: "HEAD" }), answer({ reason: "token_expired" })];
    expect(head.body).toBeNull();
    expect(head.status).toBe(401);
    expect(head.headers.get("www-authenticate")).toBe(get.headers.get("www-authenticate"));
    expect(head.headers.get("content-type")).toBe("application/problem+json");
  });

  it("looks the same for a token that is expired, forged, revoked or of an unknown key", async () => {
    const reasons = ["token_expired", "signature_invalid", "key_not_found", "token_version_outdated"] as const;
    const answers = reasons.map((reason) => answer({ reason }));
    const seen = await Promise.all(
      answers.map(async (response) => JSON.stringify([response.status, [...response.headers], await response.text()])),
    );
    expect(new Set(seen).size).toBe(1);
  });
});

describe("the challenge", () => {
  it.each<[Refusal, string | null]>([
    [{ reason: "token_missing" }, 'Bearer realm="api of shop"'],
    [{ reason: "credentials_malformed" }, 'Bearer realm="api of shop", error="invalid_request"'],
    [{ reason: "token_revoked", by: "token" }, 'Bearer realm="api of shop", error="invalid_token"'],
    [
      { reason: "insufficient_scope", required: ["a:read", "b"] },
      'Bearer realm="api of shop", error="insufficient_scope", scope="a:read b"',
    ],
    [{ reason: "claim_rule_failed" }, 'Bearer realm="api of shop"'],
    [{ reason: "cross_site_request" }, null],
    [{ reason: "keys_unavailable" }, null],
    [{ reason: "path_ambiguous" }, null],
  ])("for %j is %s", (refusal, challenge) => {
    expect(answer(refusal, {}, "api of shop").headers.get("www-authenticate")).toBe(challenge);
  });
});

it("says when to try again only when that makes sense", () => {
  expect(answer({ reason: "revocation_unavailable" }).headers.get("retry-after")).toBe("5");
  expect(answer({ reason: "configuration_invalid" }).headers.get("retry-after")).toBe("5");
  expect(answer({ reason: "token_expired" }).headers.has("retry-after")).toBe(false);
});

it("is empty for a defect", () => {
  const response = answer({ reason: "internal_error" });
  expect(response.status).toBe(500);
  expect(response.body).toBeNull();
  expect(response.headers.has("content-type")).toBe(false);
});

describe("the redirect to https", () => {
  it.each([
    ["http://guard.example/a%20b?c=d&e", "https://guard.example/a%20b?c=d&e"],
    ["http://guard.example:8080/", "https://guard.example/"],
    ["http://[2001:db8::1]:80/x", "https://[2001:db8::1]/x"],
  ])("of %s leads to %s", (from, to) => {
    const response = answer({ reason: "https_required", redirect: true }, { url: new URL(from) });
    expect(response.status).toBe(308);
    expect(response.headers.get("location")).toBe(to);
  });

  it("is not offered where plain http is refused", () => {
    expect(answer({ reason: "https_required", redirect: false }).headers.has("location")).toBe(false);
  });
});

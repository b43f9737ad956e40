// RFC 6750 §3, RFC 9457 §3 and §4.2.1, RFC 9110 §11.6.1: what every refusal looks like, whatever its reason.
import { describe, expect, it } from "vitest";
import { REASON_TEXTS } from "../../../src/cli/reason-texts.ts";
import { respond } from "../../../src/gateway/respond.ts";
import type { GatewayFailure, Reason, Refusal } from "../../../src/model/refusal.ts";

const REALM = "the api of shop";
const SCOPES = ["a:read", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"];

const reasons = Object.keys(REASON_TEXTS) as Reason[];

function answer(reason: Reason, method = "GET"): Response {
  const refusal = { reason, redirect: false, required: SCOPES, by: "token", claim: "exp" } as unknown;
  const facts = { method, url: new URL("https://guard.example/"), requestId: crypto.randomUUID() };
  return respond(refusal as Refusal | GatewayFailure, REALM, facts);
}

/** `Bearer`, then parameters with quoted values of the characters that RFC 6750 §3 allows, each at most once. */
const CHALLENGE =
  /^Bearer realm="[\x20-\x21\x23-\x5b\x5d-\x7e]+"(?:, error="(?:invalid_request|invalid_token|insufficient_scope)")?(?:, scope="[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")?$/;

describe.each(reasons)("%s", (reason) => {
  it("challenges by the grammar, always when the status is 401 and only by Bearer", () => {
    const { status, headers } = answer(reason);
    const challenge = headers.get("www-authenticate");
    if (challenge !== null) expect(challenge).toMatch(CHALLENGE);
    if (status === 401) expect(challenge).not.toBeNull();
    expect([407, 405, 426]).not.toContain(status);
  });

  it("is a problem document that says the status it has, with its phrase, or has no body at all", async () => {
    const response = answer(reason);
    const text = await response.text();
    if (response.status === 500) {
      expect(text).toBe("");
      return;
    }
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem["status"]).toBe(response.status);
    expect(problem["type"]).toBe("about:blank");
    expect(problem["title"]).toMatch(/^[A-Z][a-z]+(?: [A-Z][a-z]+)*$/);
    for (const member of Object.keys(problem)) expect(member).toMatch(/^[A-Za-z][A-Za-z0-9_]{2,}$/);
  });

  it("does not tell its reason beyond the code of RFC 6750", async () => {
    const response = answer(reason);
    const told = JSON.stringify([...response.headers]) + (await response.text());
    // https_required is about the request alone, and whoever sent it has to know.
    if (reason !== "https_required" && reason !== "insufficient_scope") expect(told).not.toContain(reason);
  });

  it("has the same header fields for HEAD and no content", async () => {
    const [get, head] = [answer(reason), answer(reason, "HEAD")];
    const fields = ({ headers }: Response) => [...headers].filter(([name]) => name !== "x-jotgate-request-id");
    expect(fields(head)).toEqual(fields(get));
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe("");
  });
});

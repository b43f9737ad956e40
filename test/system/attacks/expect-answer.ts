import { expect } from "vitest";
import type { Expectation } from "../../attacks/attack-file.ts";
import { fieldOf, type RawAnswer } from "./raw-exchange.ts";

/** Everything that a refusal may say in `code`. No reason is among them. */
const CODES = [
  "invalid_request",
  "unauthorized",
  "invalid_token",
  "insufficient_scope",
  "forbidden",
  "not_found",
  "https_required",
  "unavailable",
];

const CHALLENGE =
  /^Bearer realm="jotgate"(, error="(invalid_request|invalid_token|insufficient_scope)")?(, scope="[a-z: ]+")?$/;

/** Checks what every answer has to look like, and what the attack's file says of this one. */
export function expectAnswer(answer: RawAnswer, expectation: Expectation): void {
  const { decision, caller, demands } = expectation;
  if (decision === "deny" || decision === "indeterminate") expectSilentRefusal(answer);
  if (decision === "allow" && caller !== undefined) expectPrivate(answer);
  for (const { kind, value } of demands) {
    const [name = "", wanted = ""] = value.split(/: (.*)/);
    if (kind === "answer-has") expect(fieldOf(answer, name)).toBe(wanted);
    else if (kind === "answer-lacks") expect(fieldOf(answer, name)).toBeUndefined();
  }
}

/** True for the answer that all bad tokens get. */
export function isRefusalOfToken(answer: RawAnswer): boolean {
  return answer.status === 401 && /error="invalid_token"/.test(fieldOf(answer, "www-authenticate") ?? "");
}

/** All that a client sees, but for the id that is another for each request. */
export function withoutRequestId({ headers, body }: RawAnswer): string {
  const id = headers.find(([name]) => name.toLowerCase() === "x-jotgate-request-id")?.[1] ?? "";
  return JSON.stringify([[...headers].sort(), body]).replaceAll(id, "");
}

/** A refusal says nothing but its status, in three ways, and a request id; and no cache keeps it. */
function expectSilentRefusal(answer: RawAnswer): void {
  const names = answer.headers.map(([name]) => name.toLowerCase());
  expect(fieldOf(answer, "cache-control")).toBe("no-store");
  const challenge = fieldOf(answer, "www-authenticate");
  if (answer.status === 401 || challenge !== undefined) expect(challenge).toMatch(CHALLENGE);
  expect(names).not.toContain("set-cookie");
  expect(names.includes("location")).toBe(answer.status === 308);
  if (answer.body === "") return;
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  expect(Object.keys(problem).sort()).toEqual(["code", "request_id", "status", "title", "type"]);
  expect(problem).toMatchObject({ type: "about:blank", status: answer.status });
  expect(CODES).toContain(problem["code"]);
  expect(problem["title"]).toMatch(/^[A-Z][A-Za-z ]+$/);
}

/** Nothing that a bearer gets becomes public (RFC 9111 §3.5). */
function expectPrivate(answer: RawAnswer): void {
  expect(fieldOf(answer, "cache-control")).toMatch(/^private(?:$|, )/);
  expect(fieldOf(answer, "cache-control")).not.toMatch(/public|s-maxage/);
  for (const name of ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control"]) {
    expect(fieldOf(answer, name)).toBeUndefined();
  }
}

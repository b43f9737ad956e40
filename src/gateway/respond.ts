import type { GatewayFailure, Refusal } from "../model/refusal.ts";
import { type Answer, answerTo } from "./answer.ts";
import type { RequestFacts } from "./request-facts.ts";

/** Name of the header that carries the request id, to client and origin. */
export const REQUEST_ID_HEADER = "x-jotgate-request-id";

/** What an answer says about its request. */
export type AnsweredRequest = Pick<RequestFacts, "method" | "url" | "requestId">;

/**
 * The response for a request that goes no further: a problem document (RFC 9457), and the challenge of RFC 6750 §3 where one
 * belongs. It is never stored, and says no more than the client needs.
 */
export function respond(refusal: Refusal | GatewayFailure, realm: string, facts: AnsweredRequest): Response {
  const answer = answerTo(refusal);
  const { status, challenge, retryAfter } = answer;
  const hasBody = status !== 500 && facts.method !== "HEAD";
  const headers: Record<string, string> = { "cache-control": "no-store", [REQUEST_ID_HEADER]: facts.requestId };
  if (challenge !== undefined) headers["www-authenticate"] = writeChallenge(realm, challenge);
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (answer.toHttps) headers["location"] = toHttps(facts.url);
  if (status !== 500) headers["content-type"] = "application/problem+json";
  return new Response(hasBody ? writeProblem(answer, facts.requestId) : null, { status, headers });
}

/** Quoted-string values are safe as they are: the realm is checked when it is configured, scopes have no quotes. */
function writeChallenge(realm: string, { error, scope }: NonNullable<Answer["challenge"]>): string {
  const parameters = [`realm="${realm}"`];
  if (error !== undefined) parameters.push(`error="${error}"`);
  if (scope !== undefined) parameters.push(`scope="${scope}"`);
  return `Bearer ${parameters.join(", ")}`;
}

function writeProblem({ status, code }: Answer, requestId: string): string {
  return `${JSON.stringify({ type: "about:blank", title: TITLES[status], status, code, request_id: requestId })}\n`;
}

/** Reason phrases (RFC 9110 §15), which is what `title` is for problems without a type of their own (RFC 9457 §4.2.1). */
const TITLES: Readonly<Record<number, string>> = {
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

function toHttps(url: URL): string {
  const target = new URL(url);
  target.protocol = "https:";
  target.port = "";
  return target.href;
}

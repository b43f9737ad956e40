import type { GatewayFailure, Refusal } from "../model/refusal.ts";
import { type Answer, answerTo } from "./answer.ts";

/** Name of the header that carries the request id, to client and origin. */
export const REQUEST_ID_HEADER = "x-jotgate-request-id";

/** What an answer says about its request. */
export interface RequestFacts {
  readonly method: string;
  readonly url: URL;
  readonly requestId: string;
}

/**
 * The response for a request that goes no further: a problem document (RFC 9457), and the challenge of RFC 6750 §3 where one
 * belongs. It is never stored, and says no more than the client needs.
 */
export function respond(refusal: Refusal | GatewayFailure, realm: string, facts: RequestFacts): Response {
  const answer = answerTo(refusal);
  const headers = new Headers({ "cache-control": "no-store", [REQUEST_ID_HEADER]: facts.requestId });
  if (answer.challenge !== undefined) headers.set("www-authenticate", writeChallenge(realm, answer.challenge));
  if (answer.retryAfter !== undefined) headers.set("retry-after", String(answer.retryAfter));
  if (answer.toHttps) headers.set("location", toHttps(facts.url));
  if (answer.status === 500) return new Response(null, { status: 500, headers });
  headers.set("content-type", "application/problem+json");
  return new Response(facts.method === "HEAD" ? null : writeProblem(answer, facts.requestId), {
    status: answer.status,
    headers,
  });
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
